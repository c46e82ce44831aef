//! Who calls: a program that shows a key, `Authorization: Bearer bk_…`.
//!
//! A handler of any channel takes a [`Caller`] (a key is needed) or an `Option<Caller>` (it is welcome; a wrong one is refused all
//! the same), whatever the state of its router is: the guard around all routes gives each request what the key is looked up with.

use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts, Query};
use axum::http::header;
use axum::http::request::Parts;
use serde::Deserialize;

use super::failure::Failure;
use super::limits::Limits;
use super::{CHANNEL, Site, agents};
use crate::channels::key::Key;
use crate::channels::reception::Reception;
use crate::store::keys::{ApiKey, Scope};

/// The longest name of a user that a program may give, in characters.
const USER_LIMIT: usize = 128;

/// A program whose key was found good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::channels) struct Caller {
    /// The half of its key that may be shown.
    pub handle: String,
    /// The channel that what it sends counts as.
    pub channel: String,
    /// Who speaks with it; `None`: each request says so.
    pub bound_to: Option<String>,
    scopes: Vec<Scope>,
}

impl Caller {
    /// Refuses a caller whose key isn't good for this. A key for admins is good for everything.
    pub fn require(&self, scope: Scope) -> Result<(), Failure> {
        if self.may(scope) { Ok(()) } else { Err(Failure::scope_missing(scope)) }
    }

    /// Whether its key is good for this.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope) || self.scopes.contains(&Scope::Admin)
    }

    /// Who speaks: the one that the key is bound to, else whom the request names; `None`: nobody is known. A request can't name
    /// somebody else than its key does.
    pub fn speaker(&self, named: Option<String>) -> Result<Option<String>, Failure> {
        match (&self.bound_to, named) {
            (Some(bound), Some(named)) if *bound != named => Err(Failure::user_refused()),
            (Some(bound), _) => Ok(Some(bound.clone())),
            (None, Some(named)) => {
                let fits = !named.trim().is_empty() && named.chars().count() <= USER_LIMIT;
                if fits && !named.chars().any(char::is_control) {
                    return Ok(Some(named));
                }
                Err(Failure::bad_field(
                    format!("the field user must be 1 to {USER_LIMIT} characters without control characters"),
                    "the channel's name for whoever asks, the same each time",
                ))
            }
            (None, None) => Ok(None),
        }
    }

    /// As whom it acts on record: `CHANNEL:USER`, or the key itself.
    pub fn name(&self) -> String {
        match &self.bound_to {
            Some(user) => format!("{}:{user}", self.channel),
            None => format!("{}:key-{}", self.channel, self.handle),
        }
    }

    /// The demo's agent, where the address says that they are played (`?as=demo-agent`). Without a demo nobody is.
    async fn played(parts: &Parts) -> Result<Option<Self>, Failure> {
        let gate = parts.extensions.get::<Gate>().ok_or_else(Failure::internal)?;
        let named = Query::<Played>::try_from_uri(&parts.uri).ok().and_then(|Query(played)| played.speaker);
        let Some(name) = named.filter(|_| gate.site.demo.is_some()) else { return Ok(None) };
        let user = agents::played(&gate.site, Some(name)).await?;
        let scopes = vec![Scope::Agent];
        Ok(Some(Self {
            handle: "demo".to_owned(),
            channel: CHANNEL.to_owned(),
            bound_to: Some(user),
            scopes,
        }))
    }

    /// The caller that a key on record belongs to, if the one shown is that key and still good.
    fn of(shown: &Key, kept: Option<ApiKey>) -> Option<Self> {
        // Compared where there is nothing to compare with, too: an unknown handle takes as long as a wrong secret.
        let hash = kept.as_ref().map_or("", |kept| kept.key_hash.as_str());
        let right = shown.is_of(hash);
        let kept = kept.filter(|kept| right && kept.revoked_at.is_none())?;
        Some(Self { handle: kept.handle, channel: kept.channel, bound_to: kept.user, scopes: kept.scopes })
    }
}

/// What an address says of the demo.
#[derive(Deserialize)]
struct Played {
    #[serde(rename = "as")]
    speaker: Option<String>,
}

/// What the guard gives each request to look keys up with.
#[derive(Clone)]
pub(super) struct Gate {
    pub reception: Arc<Reception>,
    pub limits: Arc<Limits>,
    /// Whose demo has an agent whom anyone may play.
    pub site: Arc<Site>,
}

impl<S: Sync> OptionalFromRequestParts<S> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Failure> {
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(Some(known.clone()));
        }
        let Some(shown) = bearer(parts) else { return Ok(None) };
        let key = Key::read(&shown).ok_or_else(Failure::key_refused)?;
        let gate = parts.extensions.get::<Gate>().cloned().ok_or_else(Failure::internal)?;
        let handle = key.handle().to_owned();
        let kept = gate.reception.with_store(move |store| store.key(&handle)).await?;
        let kept = kept.map_err(|error| Failure::of_store(&error, "a key could not be looked up"))?;
        let caller = Self::of(&key, kept).ok_or_else(Failure::key_refused)?;
        gate.limits.of_key(&gate.reception, &caller.handle).await?;
        // Looked up and counted once a request, however often it is asked for.
        parts.extensions.insert(caller.clone());
        Ok(Some(caller))
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let caller = <Self as OptionalFromRequestParts<S>>::from_request_parts(parts, state).await?;
        match caller {
            Some(caller) => Ok(caller),
            None => Self::played(parts).await?.ok_or_else(Failure::key_missing),
        }
    }
}

/// What a request shows as its key, whether or not it can be one. Other schemes are a proxy's business, or a session's.
fn bearer(parts: &Parts) -> Option<String> {
    let value = parts.headers.get(header::AUTHORIZATION)?;
    let text = String::from_utf8_lossy(value.as_bytes());
    let (scheme, key) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn kept(key: &Key) -> ApiKey {
        ApiKey {
            handle: key.handle().to_owned(),
            key_hash: key.hash(),
            label: String::new(),
            scopes: vec![Scope::Agent],
            channel: "shop".to_owned(),
            user: None,
            created_at: Timestamp::UNIX_EPOCH,
            revoked_at: None,
        }
    }

    #[test]
    fn a_right_key_that_is_not_revoked_has_a_caller() {
        let key = Key::new().unwrap();
        let caller = Caller::of(&key, Some(kept(&key))).unwrap();
        assert_eq!((caller.channel.as_str(), caller.bound_to.as_deref()), ("shop", None));
        assert!(caller.may(Scope::Agent) && !caller.may(Scope::Channel) && !caller.may(Scope::Admin));
        assert_eq!(Caller::of(&key, None), None);
        assert_eq!(Caller::of(&Key::new().unwrap(), Some(kept(&key))), None);
        let revoked = ApiKey { revoked_at: Some(Timestamp::UNIX_EPOCH), ..kept(&key) };
        assert_eq!(Caller::of(&key, Some(revoked)), None);
    }

    #[test]
    fn a_key_for_admins_is_good_for_everything() {
        let key = Key::new().unwrap();
        let caller = Caller::of(&key, Some(ApiKey { scopes: vec![Scope::Admin], ..kept(&key) })).unwrap();
        for scope in [Scope::Channel, Scope::Agent, Scope::Admin] {
            assert!(caller.require(scope).is_ok());
        }
    }

    #[test]
    fn a_bound_key_speaks_as_nobody_else() {
        let key = Key::new().unwrap();
        let free = Caller::of(&key, Some(kept(&key))).unwrap();
        let named = |caller: &Caller, name: &str| caller.speaker(Some(name.to_owned()));
        assert_eq!(named(&free, "u1").unwrap().as_deref(), Some("u1"));
        assert_eq!(free.speaker(None).unwrap(), None);
        for wrong in ["", " ", "a\nb", &"长".repeat(129)] {
            assert!(named(&free, wrong).is_err(), "{wrong:?}");
        }
        let bound = ApiKey { user: Some("u1".to_owned()), ..kept(&key) };
        let bound = Caller::of(&key, Some(bound)).unwrap();
        assert_eq!(bound.speaker(None).unwrap().as_deref(), Some("u1"));
        assert_eq!(named(&bound, "u1").unwrap().as_deref(), Some("u1"));
        assert!(named(&bound, "u2").is_err());
        assert_eq!((free.name(), bound.name()), (format!("shop:key-{}", key.handle()), "shop:u1".to_owned()));
    }
}
