//! Calls to a platform: one client with time limits, and what its answers mean for the job that made the call.

use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::Value;

use super::inbox::Setback;

const CONNECT: Duration = Duration::from_secs(5);
const WHOLE: Duration = Duration::from_secs(15);

/// The longest answer of a platform that is read, in bytes.
const ANSWER: usize = 1024 * 1024;

/// What a platform answered, whatever it was.
#[derive(Clone, Debug)]
pub struct Answered {
    pub status: StatusCode,
    /// When to come again, where it says so.
    pub after: Option<Duration>,
    /// `null` where it is no JSON.
    pub body: Value,
}

/// Calls platforms.
#[derive(Clone)]
pub struct Outgoing {
    client: Client,
}

impl Outgoing {
    /// A client that follows no redirect: a platform's answer must not lead anywhere else with our secrets.
    pub fn new() -> Result<Self, reqwest::Error> {
        Self::within(WHOLE)
    }

    /// The same that waits so long for a whole answer.
    pub fn within(whole: Duration) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .user_agent(concat!("beian/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .timeout(whole)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self { client })
    }

    /// The client, to make a request with.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Sends a request. What is busy, broken or slow may work later; what is refused never will. The address and what was sent are in no
    /// reason, since both may hold secrets; an answer that is no JSON is `null`.
    pub async fn send(&self, request: RequestBuilder) -> Result<Value, Setback> {
        let Answered { status, after, body } = self.exchange(request).await?;
        if status.is_success() {
            return Ok(body);
        }
        let reason = format!("the platform answered {status}");
        match status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
                Err(Setback::Later { reason, after })
            }
            status if status.is_server_error() => Err(Setback::Later { reason, after }),
            _ => Err(Setback::Never { reason }),
        }
    }

    /// Sends a request to a platform whose refusals say in their body what they are.
    pub async fn exchange(&self, request: RequestBuilder) -> Result<Answered, Setback> {
        let mut response = request.send().await.map_err(|error| Setback::later(error.without_url()))?;
        let status = response.status();
        let after = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| Setback::later(error.without_url()))? {
            if body.len() + chunk.len() > ANSWER {
                return Err(Setback::never("the platform's answer is too long"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answered { status, after, body: serde_json::from_slice(&body).unwrap_or(Value::Null) })
    }
}
