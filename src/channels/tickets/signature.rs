//! Signatures of requests: over the bytes as they came, compared in constant time, and no older than they may be.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha1::Sha1;
use sha2::Sha256;

use crate::channels::hex::hex;
use crate::config::Secret;

/// The HMAC-SHA256 of some parts as hex.
pub fn sign(secret: &Secret, parts: &[&[u8]]) -> String {
    let Some(mac) = mac::<Hmac<Sha256>>(secret, parts) else { return String::new() };
    hex(&mac.finalize().into_bytes())
}

/// Whether `given` is the HMAC-SHA256 of the parts, as `sha256=` and hex.
pub fn is_sha256(secret: &Secret, parts: &[&[u8]], given: &str) -> bool {
    verified::<Hmac<Sha256>>(secret, parts, given.strip_prefix("sha256="))
}

/// Whether `given` is the HMAC-SHA1 of the parts, as `sha1=` and hex.
pub fn is_sha1(secret: &Secret, parts: &[&[u8]], given: &str) -> bool {
    verified::<Hmac<Sha1>>(secret, parts, given.strip_prefix("sha1="))
}

fn mac<M: Mac + KeyInit>(secret: &Secret, parts: &[&[u8]]) -> Option<M> {
    // A key of any length is taken.
    let mut mac = <M as KeyInit>::new_from_slice(secret.expose().as_bytes()).ok()?;
    for part in parts {
        mac.update(part);
    }
    Some(mac)
}

fn verified<M: Mac + KeyInit>(secret: &Secret, parts: &[&[u8]], hex: Option<&str>) -> bool {
    let given = hex.and_then(bytes);
    let (Some(mac), Some(given)) = (mac::<M>(secret, parts), given) else { return false };
    mac.verify_slice(&given).is_ok()
}

/// The bytes of a hex text.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digit = |c: u8| char::from(c).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let hex = hex.trim().as_bytes();
    if !hex.len().is_multiple_of(2) || hex.len() > 128 {
        return None;
    }
    hex.chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

/// Whether a moment is at most so many seconds from now, either way: clocks differ.
pub fn is_fresh(moment: Timestamp, now: Timestamp, seconds: u32) -> bool {
    let apart = now.as_second().saturating_sub(moment.as_second());
    apart.unsigned_abs() <= u64::from(seconds)
}

/// The moment that a header gives in seconds since 1970.
pub fn moment(seconds: &str) -> Option<Timestamp> {
    Timestamp::from_second(seconds.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_the_standards() {
        // RFC 4231, case 2, and RFC 2202, case 2.
        let jefe = Secret::new("Jefe");
        let parts: [&[u8]; 2] = [b"what do ya want ", b"for nothing?"];
        let sha256 = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(sign(&jefe, &parts), sha256);
        assert!(is_sha256(&jefe, &parts, &format!("sha256={sha256}")));
        assert!(is_sha256(&jefe, &parts, &format!("sha256={}", sha256.to_uppercase())));
        assert!(is_sha1(&jefe, &parts, "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"));
        assert!(!is_sha1(&jefe, &parts, "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c78"));
        for wrong in
            ["", "sha256=", sha256, "sha1=5bdc", "sha256=zz", "sha256=5bdcc146bf60754e", "sha256=备案"]
        {
            assert!(!is_sha256(&jefe, &parts, wrong), "{wrong}");
        }
        assert!(!is_sha256(&Secret::new("jefe"), &parts, &format!("sha256={sha256}")));
    }

    #[test]
    fn old_and_far_moments_are_not_fresh() {
        let now = moment("1700000000").unwrap();
        for (seconds, fresh) in
            [("1700000000", true), ("1699999700", true), ("1699999699", false), ("1700000301", false)]
        {
            assert_eq!(is_fresh(moment(seconds).unwrap(), now, 300), fresh, "{seconds}");
        }
        assert!(!is_fresh(Timestamp::MIN, Timestamp::MAX, 300));
        for wrong in ["", "soon", "1.5", "99999999999999999999", "-"] {
            assert_eq!(moment(wrong), None, "{wrong}");
        }
    }
}
