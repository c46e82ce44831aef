//! Signed sessions: a site that shows the chat says who is signed in there, with a token that only it and we can make.
//!
//! A token is `PAYLOAD.SIGNATURE`, both in base64 of the URL's alphabet. The payload is JSON, `{"user": "u7", "expires_at":
//! 1760000000}`: the site's name for the person, and until when this holds, in seconds since 1970. The signature is HMAC-SHA256 over
//! the payload as it stands in the token, with the secret's text as the key. It comes as `Authorization: Beian-Session TOKEN`.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::Sha256;
use utoipa::ToSchema;

use super::failure::Failure;
use super::{CHANNEL, Shared, Site};
use crate::assistant::Clock;
use crate::channels::linking::{Linking, LinkingError};
use crate::config::Secret;
use crate::domain::records::Role;

/// How far ahead a token may end.
pub const SESSION_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// How far the site's clock may be off.
const SKEW: SignedDuration = SignedDuration::from_secs(60);

/// The longest token, in bytes.
const TOKEN_LIMIT: usize = 4096;

/// The longest name of a person, in characters.
const USER_LIMIT: usize = 128;

/// How many link codes somebody gets in an hour.
const CODES_AN_HOUR: u32 = 10;

const SCHEME: &str = "Beian-Session";

/// With or without the signs that fill up the end.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a token is checked with.
#[derive(Default)]
pub(super) struct Sessions {
    secrets: Vec<Secret>,
}

/// Somebody whom a site has signed in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Signed {
    pub user: String,
    pub expires_at: Timestamp,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    user: String,
    expires_at: i64,
}

impl Sessions {
    pub(super) fn new(secrets: Vec<Secret>) -> Self {
        Self { secrets }
    }

    /// Whom a request's token names; `None` without one. A token that isn't good is refused: who thinks to be signed in must not be
    /// answered as a stranger.
    pub(super) fn signed(&self, headers: &HeaderMap, clock: &Clock) -> Result<Option<Signed>, Failure> {
        let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
        // Whatever stands there: who shows something that isn't even text must not pass as a stranger.
        let value = String::from_utf8_lossy(value.as_bytes());
        let (scheme, token) = value.split_once(' ').unwrap_or((&value, ""));
        if !scheme.eq_ignore_ascii_case(SCHEME) {
            return Ok(None);
        }
        if self.secrets.is_empty() {
            return Err(Failure::sessions_off());
        }
        self.check(token.trim(), clock()).map(Some)
    }

    fn check(&self, token: &str, now: Timestamp) -> Result<Signed, Failure> {
        let malformed = || Failure::session_malformed("the token is not PAYLOAD.SIGNATURE in base64url");
        if token.len() > TOKEN_LIMIT {
            return Err(malformed());
        }
        let (payload, signature) = token.split_once('.').ok_or_else(malformed)?;
        let signature = BASE64.decode(signature).map_err(|_| malformed())?;
        // Nothing of the payload is looked at before it is known who wrote it.
        if !self.secrets.iter().any(|secret| is_signed(payload, &signature, secret)) {
            return Err(Failure::session_refused());
        }
        let json = BASE64.decode(payload).map_err(|_| malformed())?;
        // serde would also take a list of the values in order.
        if !json.starts_with(b"{") {
            return Err(Failure::session_malformed("the token's payload is no JSON object".to_owned()));
        }
        let claims: Claims = serde_json::from_slice(&json).map_err(|error| {
            Failure::session_malformed(format!("the token's payload can't be read: {error}"))
        })?;
        let expires_at =
            Timestamp::from_second(claims.expires_at).map_err(|_| Failure::session_too_long())?;
        check_user(&claims.user)?;
        let left = expires_at.duration_since(now);
        if left <= -SKEW {
            return Err(Failure::session_expired());
        }
        if left > SESSION_LIFE + SKEW {
            return Err(Failure::session_too_long());
        }
        Ok(Signed { user: claims.user, expires_at })
    }
}

/// In a time that doesn't depend on where a wrong signature differs.
fn is_signed(payload: &str, signature: &[u8], secret: &Secret) -> bool {
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) else { return false };
    mac.chain_update(payload).verify_slice(signature).is_ok()
}

fn check_user(user: &str) -> Result<(), Failure> {
    let fits =
        !user.trim().is_empty() && user.chars().count() <= USER_LIMIT && !user.chars().any(char::is_control);
    if !fits {
        return Err(Failure::session_malformed(format!(
            "the token's user must be 1 to {USER_LIMIT} characters without control characters"
        )));
    }
    // These are the names of people who aren't signed in.
    if user.starts_with("session-") {
        return Err(Failure::session_malformed("the token's user must not begin with session-"));
    }
    Ok(())
}

/// Who is signed in
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description is derived from the fields")]
struct Shown {
    #[schema(required = true)]
    user: Option<String>,
    /// Whether an account is linked to them
    linked: bool,
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    expires_at: Option<String>,
    /// Where a link code can be entered
    #[schema(required = true)]
    link_to: Option<String>,
}

/// A code to be entered on another channel
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description is derived from the fields")]
struct OwnCode {
    #[schema(example = "7KQM-X4TBZ2")]
    code: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: String,
}

/// Who is signed in
///
/// For the page, and for who builds the tokens of sessions.
#[utoipa::path(
    get, path = "/v1/session", tag = "questions", operation_id = "show_session",
    responses((status = 200, description = "Whom the token names; nobody without one", body = Shown)),
    security((), ("session" = []))
)]
pub(super) async fn show(State(site): Shared, headers: HeaderMap) -> Result<Json<Value>, Failure> {
    let Some(signed) = site.sessions.signed(&headers, &site.reception.clock)? else {
        return Ok(Json(json!({"user": null, "linked": false, "expires_at": null, "link_to": null})));
    };
    let linked = account_of(&site, signed.user.clone()).await?.is_some();
    let link_to = site.link_to.as_ref().filter(|_| linked);
    let expires_at = signed.expires_at.to_string();
    Ok(Json(json!({"user": signed.user, "linked": linked, "expires_at": expires_at, "link_to": link_to})))
}

/// Issue a link code to whoever is signed in
///
/// With it they become known on another channel. It needs a session of somebody with an account.
#[utoipa::path(
    post, path = "/v1/link_codes/mine", tag = "questions", operation_id = "issue_own_link_code",
    responses((status = 200, description = "The code, good for ten minutes and five tries", body = OwnCode)),
    security(("session" = []))
)]
pub(super) async fn link_code(State(site): Shared, headers: HeaderMap) -> Result<Json<Value>, Failure> {
    let signed =
        site.sessions.signed(&headers, &site.reception.clock)?.ok_or_else(Failure::session_needed)?;
    let account = account_of(&site, signed.user.clone()).await?.ok_or_else(Failure::not_linked)?;
    within_limit(&site, &signed.user).await?;
    let issued = Linking::new(site.reception()).issue(account, format!("{CHANNEL}:{}", signed.user)).await;
    let (code, expires_at) = issued.map_err(|error| match error {
        LinkingError::Busy(busy) => Failure::from(busy),
        LinkingError::Store(error) => Failure::of_store(&error, "no link code was issued"),
        error => {
            tracing::error!(%error, "no link code was issued");
            Failure::internal()
        }
    })?;
    Ok(Json(json!({"code": code.to_string(), "expires_at": expires_at.to_string()})))
}

/// Counts a code: nobody needs many, and each is a row in the store.
async fn within_limit(site: &Site, user: &str) -> Result<(), Failure> {
    let (bucket, now) = (format!("link_codes/{CHANNEL}/{user}"), (site.reception.clock)());
    let taken = site
        .reception
        .with_store(move |store| {
            store.take_of_limit(&bucket, CODES_AN_HOUR, SignedDuration::from_hours(1), 1, now)
        })
        .await?;
    let (got, again) =
        taken.map_err(|error| Failure::of_store(&error, "the limit of link codes can't be read"))?;
    if got > 0 { Ok(()) } else { Err(Failure::too_many_codes(again.duration_since(now).as_secs().max(1))) }
}

/// The account of an applicant.
async fn account_of(site: &Site, user: String) -> Result<Option<String>, Failure> {
    let identity = site.reception.with_store(move |store| store.identity(CHANNEL, &user)).await?;
    let identity = identity.map_err(|error| Failure::of_store(&error, "the identity can't be read"))?;
    Ok(identity.filter(|identity| identity.role == Role::Applicant).and_then(|identity| identity.account))
}

const HOW: &str = "docs/web.md shows how a site makes a token";

impl Failure {
    fn session(code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, message, hint)
            .with(header::WWW_AUTHENTICATE, HeaderValue::from_static(r#"Beian-Session realm="beian""#))
    }

    fn sessions_off() -> Self {
        let hint = "set BEIAN_WEB_SECRET or channels.web.secret_file on the server, or send no token";
        Self::session("sessions_off", "this server takes no tokens of sessions", hint)
    }

    fn session_malformed(message: impl Into<String>) -> Self {
        Self::session("session_malformed", message, HOW)
    }

    fn session_refused() -> Self {
        let hint = "sign the payload as it stands before the dot with the secret that the server has now, or had before";
        Self::session("session_refused", "the token's signature does not fit", hint)
    }

    fn session_expired() -> Self {
        Self::session("session_expired", "the token has expired", "ask the site for a new one")
    }

    fn session_too_long() -> Self {
        let hint = "expires_at is in seconds since 1970, and at most 24 hours ahead";
        Self::session("session_too_long", "the token would hold for longer than 24 hours", hint)
    }

    fn session_needed() -> Self {
        let hint = "send Authorization: Beian-Session TOKEN; docs/web.md shows how a site makes one";
        Self::session("session_needed", "this is only for somebody who is signed in", hint)
    }

    fn not_linked() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "not_linked",
            "no account is linked to whoever is signed in",
            "import an identity of the channel web with this user, the role applicant and an account",
        )
    }

    fn too_many_codes(seconds: i64) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_codes",
            format!("there were {CODES_AN_HOUR} link codes for this person within an hour"),
            "enter the last one, or wait as long as Retry-After says",
        )
        .with(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    pub(super) fn two_identities() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "two_identities",
            "the request names somebody in as and is signed for somebody else",
            "leave the field as or the token out",
        )
    }
}

/// Whom a token names at the beginning of 1970 whose payload is these bytes, signed as a site does.
pub(in crate::channels) fn of_payload(payload: &[u8]) -> Option<String> {
    let secret = Secret::new("nobody has it");
    let payload = BASE64.encode(payload);
    let mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).ok()?;
    let signature = BASE64.encode(mac.chain_update(&payload).finalize().into_bytes());
    let token = format!("{payload}.{signature}");
    Sessions::new(vec![secret]).check(&token, Timestamp::UNIX_EPOCH).ok().map(|signed| signed.user)
}

/// Whether a token is taken as it stands.
pub(in crate::channels) fn is_good(token: &str) -> bool {
    Sessions::new(vec![Secret::new("nobody has it")]).check(token, Timestamp::UNIX_EPOCH).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn now() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    fn token(payload: &str, secret: &str) -> String {
        let payload = BASE64.encode(payload).trim_end_matches('=').to_owned();
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap().chain_update(&payload);
        format!("{payload}.{}", BASE64.encode(mac.finalize().into_bytes()).trim_end_matches('='))
    }

    fn claims(user: &str, seconds: i64) -> String {
        json!({"user": user, "expires_at": now().as_second() + seconds}).to_string()
    }

    fn code(sessions: &Sessions, token: &str) -> String {
        match sessions.check(token, now()) {
            Ok(signed) => format!("{}!", signed.user),
            Err(failure) => {
                format!("{failure:?}").split("code: \"").nth(1).unwrap().split('"').next().unwrap().to_owned()
            }
        }
    }

    #[test]
    fn a_token_holds_until_it_ends_and_the_clocks_may_differ_by_a_minute() {
        let sessions = Sessions::new(vec![Secret::new(SECRET)]);
        let day = 24 * 60 * 60;
        for (seconds, expected) in [
            (600, "u7!"),
            (0, "u7!"),
            (-59, "u7!"),
            (-60, "session_expired"),
            (-day, "session_expired"),
            (day + 60, "u7!"),
            (day + 61, "session_too_long"),
            (1000 * now().as_second(), "session_too_long"),
            (i64::MAX / 2, "session_too_long"),
        ] {
            assert_eq!(code(&sessions, &token(&claims("u7", seconds), SECRET)), expected, "{seconds}");
        }
    }

    #[test]
    fn the_secret_before_is_taken_as_long_as_it_is_configured() {
        let [old, new] = ["o".repeat(32), "n".repeat(32)];
        let both = Sessions::new(vec![Secret::new(&*new), Secret::new(&*old)]);
        for secret in [&old, &new] {
            assert_eq!(code(&both, &token(&claims("u7", 60), secret)), "u7!");
        }
        let only_new = Sessions::new(vec![Secret::new(&*new)]);
        assert_eq!(code(&only_new, &token(&claims("u7", 60), &old)), "session_refused");
    }

    #[test]
    fn whatever_is_not_signed_or_not_of_the_form_is_refused() {
        let sessions = Sessions::new(vec![Secret::new(SECRET)]);
        let good = token(&claims("u7", 60), SECRET);
        let (payload, signature) = good.split_once('.').unwrap();
        let other = BASE64.encode(claims("admin", 60));
        for (wrong, expected) in [
            (String::new(), "session_malformed"),
            (payload.to_owned(), "session_malformed"),
            (format!("{payload}."), "session_refused"),
            (format!(".{signature}"), "session_refused"),
            (format!("{other}.{signature}"), "session_refused"),
            (format!("{payload}.{}", &signature[..20]), "session_refused"),
            (format!("{payload}.{signature}.{signature}"), "session_malformed"),
            (format!("{payload}.签"), "session_malformed"),
            ("a".repeat(5000), "session_malformed"),
            (token("", SECRET), "session_malformed"),
            (token("[\"u7\", 1]", SECRET), "session_malformed"),
            (token(r#"{"user": "u7"}"#, SECRET), "session_malformed"),
            (token(r#"{"user": "u7", "expires_at": 1.5}"#, SECRET), "session_malformed"),
            (token(r#"{"user": "u7", "user": "u8", "expires_at": 1}"#, SECRET), "session_malformed"),
            (token(r#"{"user": "u7", "expires_at": 1, "role": "admin"}"#, SECRET), "session_malformed"),
            (token(&claims("", 60), SECRET), "session_malformed"),
            (token(&claims("a\nb", 60), SECRET), "session_malformed"),
            (token(&claims(&"x".repeat(129), 60), SECRET), "session_malformed"),
            (token(&claims("session-00", 60), SECRET), "session_malformed"),
        ] {
            assert_eq!(code(&sessions, &wrong), expected, "{wrong}");
        }
        // Names of people may be of any script, and the signs at the end of base64 may stay.
        assert_eq!(code(&sessions, &token(&claims("用户/7 🙂", 60), SECRET)), "用户/7 🙂!");
        let (payload, _) = good.split_once('.').unwrap();
        assert_eq!(code(&sessions, &format!("{payload}.{signature}=")), "u7!");
    }

    #[test]
    fn other_ways_to_authorise_are_left_to_others() {
        let sessions = Sessions::new(vec![Secret::new(SECRET)]);
        let clock: Clock = std::sync::Arc::new(now);
        let mut headers = HeaderMap::new();
        assert_eq!(sessions.signed(&headers, &clock).unwrap(), None);
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("Bearer bk_1_2"));
        assert_eq!(sessions.signed(&headers, &clock).unwrap(), None);
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("beian-session"));
        assert!(sessions.signed(&headers, &clock).is_err());
    }
}
