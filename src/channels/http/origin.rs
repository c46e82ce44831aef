//! Where a request comes from, as far as anybody can know.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap, HeaderName, header};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    /// `None`: not known.
    address: Option<IpAddr>,
    /// Whether a proxy has handed it on.
    forwarded: bool,
}

impl Origin {
    /// The origin of a request. Behind a proxy that is trusted it is what that proxy has seen, which is the last address of
    /// `X-Forwarded-For`: those before it are whatever the other side has sent.
    pub(super) fn of(extensions: &Extensions, headers: &HeaderMap, trusted: bool) -> Self {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
        let said = headers.get_all(FORWARDED_FOR).iter().next_back();
        let forwarded = said.is_some() || headers.contains_key(header::FORWARDED);
        let seen = said.and_then(|value| address(value.to_str().ok()?.rsplit(',').next()?.trim()));
        Self { address: if trusted && forwarded { seen.or(peer) } else { peer }, forwarded }
    }

    /// Whether it comes from this machine, and no proxy stands between.
    pub(super) fn is_this_machine(self) -> bool {
        !self.forwarded && self.address.is_some_and(|address| address.is_loopback())
    }

    /// What a limit goes by; `None` where the address doesn't tell one person from another: this machine, on which a proxy may
    /// run, and what isn't known. Of IPv6 it is the network, since one person has all of it.
    pub(super) fn limited_by(self) -> Option<String> {
        match self.address.filter(|address| !address.is_loopback())? {
            IpAddr::V4(address) => Some(address.to_string()),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Some(format!("{a:x}:{b:x}:{c:x}:{d:x}"))
            }
        }
    }
}

/// An address, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let plain = text.trim_start_matches('[').trim_end_matches(']').parse().ok();
    plain
        .or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()))
        .map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn origin(peer: &str, forwarded_for: &[&str], trusted: bool) -> Origin {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        let mut headers = HeaderMap::new();
        for value in forwarded_for {
            headers.append(FORWARDED_FOR, HeaderValue::from_str(value).unwrap());
        }
        Origin::of(&extensions, &headers, trusted)
    }

    #[test]
    fn a_proxy_is_believed_only_where_it_is_trusted_and_only_in_what_it_saw() {
        let limited = |peer, said: &[&str], trusted| origin(peer, said, trusted).limited_by();
        assert_eq!(limited("203.0.113.5:1", &[], false).as_deref(), Some("203.0.113.5"));
        assert_eq!(limited("203.0.113.5:1", &["198.51.100.7"], false).as_deref(), Some("203.0.113.5"));
        assert_eq!(
            limited("127.0.0.1:1", &["10.0.0.1, 198.51.100.7"], true).as_deref(),
            Some("198.51.100.7")
        );
        assert_eq!(
            limited("127.0.0.1:1", &["10.0.0.1", "198.51.100.7:80"], true).as_deref(),
            Some("198.51.100.7")
        );
        assert_eq!(
            limited("127.0.0.1:1", &["[2001:db8:1:2:3::9]:80"], true).as_deref(),
            Some("2001:db8:1:2")
        );
        assert_eq!(limited("127.0.0.1:1", &["nonsense"], true), None);
        assert_eq!(limited("127.0.0.1:1", &[], true), None);
        assert_eq!(limited("[::ffff:127.0.0.1]:1", &[], true), None);
    }

    #[test]
    fn what_a_proxy_hands_on_is_not_from_this_machine() {
        assert!(origin("127.0.0.1:1", &[], false).is_this_machine());
        assert!(origin("[::1]:1", &[], true).is_this_machine());
        assert!(!origin("127.0.0.1:1", &["127.0.0.1"], false).is_this_machine());
        assert!(!origin("127.0.0.1:1", &["127.0.0.1"], true).is_this_machine());
        assert!(!origin("203.0.113.5:1", &[], false).is_this_machine());
    }
}
