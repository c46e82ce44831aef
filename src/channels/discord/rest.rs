//! Calls of Discord's HTTP interface.
//!
//! Not serenity's own, for three reasons: it takes a message that was sent for not sent when it can't read the answer, its rate
//! limiter can't be led to a stand-in for tests, and it writes what is sent to the log at level info.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, RETRY_AFTER, USER_AGENT};
use reqwest::{Method, Response, StatusCode};
use serde_json::Value;

use crate::channels::Outgoing;
use crate::config::Secret;

/// How often a call is made that Discord puts off.
const TRIES: u32 = 5;
/// The longest that a call waits because Discord says so; who asks has given up by then.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long to wait before the second try after Discord broke.
const PAUSE: Duration = Duration::from_millis(500);
/// The longest answer that is read, in bytes.
const ANSWER: usize = 1024 * 1024;

/// Why a call came to nothing. No address is in it, since addresses of interactions are secrets.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("Discord put it off too often (429)")]
    PutOff,
    /// `code` is Discord's own, 0 where it gives none.
    #[error("Discord answered {status}, code {code}")]
    Refused { status: u16, code: i64 },
    #[error("Discord can't be reached: {0}")]
    Unreachable(String),
}

/// Whether a call may be made again when nobody knows whether it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Again {
    /// Made twice it is done once: an edit, or a message with a nonce.
    Harmless,
    Never,
}

/// Discord's HTTP interface, as a bot.
pub(super) struct Rest {
    outgoing: Outgoing,
    /// `https://discord.com`, or a stand-in.
    base: String,
    token: Secret,
}

impl Rest {
    pub fn new(outgoing: Outgoing, base: &str, token: Secret) -> Self {
        Self { outgoing, base: base.trim_end_matches('/').to_owned(), token }
    }

    pub async fn get(&self, path: &str) -> Result<Value, Refusal> {
        self.call(&Method::GET, path, None, Again::Harmless).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Result<Value, Refusal> {
        self.call(&Method::PUT, path, Some(body), Again::Harmless).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Result<Value, Refusal> {
        self.call(&Method::PATCH, path, Some(body), Again::Harmless).await
    }

    pub async fn delete(&self, path: &str) -> Result<Value, Refusal> {
        self.call(&Method::DELETE, path, None, Again::Harmless).await
    }

    pub async fn post(&self, path: &str, body: &Value, again: Again) -> Result<Value, Refusal> {
        self.call(&Method::POST, path, Some(body), again).await
    }

    async fn call(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
        again: Again,
    ) -> Result<Value, Refusal> {
        let (mut tries, mut waited, mut broke) = (0, Duration::ZERO, false);
        loop {
            tries += 1;
            let mut request = self
                .outgoing
                .client()
                .request(method.clone(), format!("{}/api/v10{path}", self.base))
                .header(AUTHORIZATION, format!("Bot {}", self.token.expose().trim()))
                // Discord refuses other names.
                .header(USER_AGENT, serenity::constants::USER_AGENT);
            if let Some(body) = body {
                request = request.json(body);
            }
            let refusal = match request.send().await {
                Ok(response) if response.status().is_success() => return Ok(read(response).await),
                Ok(response) if response.status() == StatusCode::TOO_MANY_REQUESTS => {
                    // It wasn't done, so it may be asked again whatever it is.
                    let wait = retry_after(response).await;
                    waited += wait;
                    if tries >= TRIES || waited > PATIENCE {
                        return Err(Refusal::PutOff);
                    }
                    tokio::time::sleep(wait).await;
                    continue;
                }
                Ok(response) => {
                    let status = response.status();
                    let code = read(response).await["code"].as_i64().unwrap_or(0);
                    let refusal = Refusal::Refused { status: status.as_u16(), code };
                    if !status.is_server_error() {
                        return Err(refusal);
                    }
                    refusal
                }
                Err(error) if error.is_connect() && !broke => {
                    // Nothing was sent.
                    broke = true;
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
                Err(error) => Refusal::Unreachable(error.without_url().to_string()),
            };
            if again == Again::Never || broke {
                return Err(refusal);
            }
            broke = true;
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// What an answer says; nothing where it can't be read, since the call was done all the same.
async fn read(mut response: Response) -> Value {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() > ANSWER {
            return Value::Null;
        }
    }
    serde_json::from_slice(&body).unwrap_or(Value::Null)
}

/// How long Discord wants us to wait, from the body or else the header.
async fn retry_after(response: Response) -> Duration {
    let header =
        response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let seconds = read(response).await["retry_after"].as_f64().or(header).unwrap_or(1.0);
    Duration::try_from_secs_f64(seconds).unwrap_or(PATIENCE)
}
