//! The token that a platform gives for an app's secret: asked for when it is needed, kept until shortly before it expires.

use std::future::Future;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use crate::channels::inbox::Setback;
use crate::config::Secret;

/// How long before its end a token is no longer used.
const MARGIN: SignedDuration = SignedDuration::from_mins(5);

/// A token as the platform gave it.
pub struct Granted {
    pub token: Secret,
    /// How long it holds, in seconds.
    pub seconds: i64,
}

/// Keeps one token.
#[derive(Default)]
pub struct AccessToken {
    kept: Mutex<Option<(Secret, Timestamp)>>,
}

impl AccessToken {
    /// The token that is kept, or one that `ask` gets: whoever comes meanwhile waits for it and doesn't ask again.
    pub async fn get(
        &self,
        now: Timestamp,
        ask: impl Future<Output = Result<Granted, Setback>>,
    ) -> Result<Secret, Setback> {
        let mut kept = self.kept.lock().await;
        if let Some((token, until)) = &*kept
            && now < *until
        {
            return Ok(token.clone());
        }
        let granted = ask.await?;
        let span = SignedDuration::from_secs(granted.seconds.clamp(0, 24 * 60 * 60));
        // A token of a few minutes is used for half of them.
        let usable = if span > MARGIN + MARGIN { span - MARGIN } else { span / 2 };
        *kept = Some((granted.token.clone(), now.saturating_add(usable).unwrap_or(now)));
        Ok(granted.token)
    }

    /// Forgets a token that the platform no longer takes. False: another is kept by now, or none.
    pub async fn forget(&self, token: &Secret) -> bool {
        let mut kept = self.kept.lock().await;
        let is_it = kept.as_ref().is_some_and(|(other, _)| other == token);
        if is_it {
            *kept = None;
        }
        is_it
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_token_is_asked_for_once_until_it_expires_or_is_refused() {
        let kept = AccessToken::default();
        let start: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
        let later = |seconds| start + SignedDuration::from_secs(seconds);
        let grant =
            |name: &'static str| async move { Ok(Granted { token: Secret::new(name), seconds: 7200 }) };
        let refuse = || async { Err(Setback::never("asked again")) };
        assert_eq!(kept.get(start, grant("one")).await.unwrap().expose(), "one");
        assert_eq!(kept.get(later(6899), refuse()).await.unwrap().expose(), "one");
        assert_eq!(kept.get(later(6900), refuse()).await.unwrap_err(), Setback::never("asked again"));
        assert_eq!(kept.get(later(6900), grant("two")).await.unwrap().expose(), "two");
        assert!(!kept.forget(&Secret::new("one")).await);
        assert!(kept.forget(&Secret::new("two")).await);
        assert!(kept.get(later(6901), refuse()).await.is_err());
    }
}
