//! Talks to Feishu: gets its token, knows its own name, replies and writes.

use futures_util::future::BoxFuture;
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::sync::OnceCell;

use super::CHANNEL;
use super::event::Address;
use crate::assistant::Clock;
use crate::channels::chat_app::{AccessToken, ChatApp, Granted, Letter, To, simple};
use crate::channels::hex::hex;
use crate::channels::inbox::Setback;
use crate::channels::outgoing::Outgoing;
use crate::channels::wording::{Unit, split};
use crate::config::{FeishuSettings, Secret};

/// The longest piece, in bytes: the platform takes 30 KB of JSON.
const LONGEST: usize = 12_000;

/// Codes that say that a token no longer holds.
const TOKEN_GONE: &[i64] = &[99_991_661, 99_991_663, 99_991_664, 99_991_665, 99_991_668, 99_991_671];

/// Codes that say that it was too much at once.
const TOO_OFTEN: &[i64] = &[99_991_400, 230_020, 11_232, 11_233, 11_247];

/// An app on Feishu.
pub struct Feishu {
    settings: FeishuSettings,
    outgoing: Outgoing,
    clock: Clock,
    token: AccessToken,
    /// The app's own open id.
    own: OnceCell<String>,
}

impl Feishu {
    pub fn new(settings: FeishuSettings, outgoing: Outgoing, clock: Clock) -> Self {
        Self { settings, outgoing, clock, token: AccessToken::default(), own: OnceCell::new() }
    }

    fn at(&self, path: &str) -> String {
        format!("{}/open-apis/{path}", self.settings.api)
    }

    async fn ask_token(&self) -> Result<Granted, Setback> {
        let request =
            self.outgoing.client().post(self.at("auth/v3/tenant_access_token/internal")).json(
                &json!({"app_id": self.settings.app_id, "app_secret": self.settings.app_secret.expose()}),
            );
        let answer = self.outgoing.send(request).await?;
        let token =
            answer["tenant_access_token"].as_str().filter(|_| answer["code"] == 0).ok_or_else(|| {
                // The secret may be mended while messages wait.
                Setback::later(format!("no token for the app: code {}", answer["code"]))
            })?;
        Ok(Granted { token: Secret::new(token), seconds: answer["expire"].as_i64().unwrap_or_default() })
    }

    /// Calls the platform with the app's token.
    async fn call(&self, request: RequestBuilder) -> Result<Value, Setback> {
        let token = self.token.get((self.clock)(), self.ask_token()).await?;
        let answered = self.outgoing.exchange(request.bearer_auth(token.expose())).await?;
        let code = answered.body["code"].as_i64();
        if answered.status.is_success() && code == Some(0) {
            return Ok(answered.body);
        }
        let reason = match code {
            Some(code) => format!("the platform answered {} with code {code}", answered.status),
            None => format!("the platform answered {}", answered.status),
        };
        if code.is_some_and(|code| TOKEN_GONE.contains(&code)) || answered.status == 401 {
            self.token.forget(&token).await;
            return Err(Setback::later(reason));
        }
        let busy = answered.status.is_server_error()
            || matches!(answered.status.as_u16(), 408 | 429)
            || code.is_some_and(|code| TOO_OFTEN.contains(&code))
            || (answered.status.is_success() && code.is_none());
        Err(if busy { Setback::Later { reason, after: answered.after } } else { Setback::Never { reason } })
    }

    async fn own_id(&self) -> Result<String, Setback> {
        let asked = self.own.get_or_try_init(|| async {
            let answer = self.call(self.outgoing.client().get(self.at("bot/v3/info"))).await?;
            let id = answer["bot"]["open_id"].as_str().filter(|id| !id.is_empty());
            id.map(str::to_owned)
                .ok_or_else(|| Setback::later("the app has no robot; add one in its console"))
        });
        asked.await.cloned()
    }
}

impl ChatApp for Feishu {
    type Address = Address;
    const CHANNEL: &'static str = CHANNEL;

    fn reaches(&self, _: &Letter<Address>) -> bool {
        true
    }

    fn pieces(&self, markdown: &str) -> Vec<String> {
        split(&simple(markdown), LONGEST, Unit::Bytes)
    }

    fn say<'a>(
        &'a self,
        letter: &'a Letter<Address>,
        to: To,
        piece: &'a str,
        key: &'a str,
    ) -> BoxFuture<'a, Result<(), Setback>> {
        Box::pin(async move {
            let content = json!({"zh_cn": {"content": [[{"tag": "md", "text": piece}]]}}).to_string();
            // The platform says a piece once, however often it is sent within an hour.
            let uuid = &hex(&Sha256::digest(key))[..32];
            let mut message = json!({"msg_type": "post", "content": content, "uuid": uuid});
            let path = match to {
                To::Here => format!("im/v1/messages/{}/reply", letter.address.message),
                To::Person => {
                    message["receive_id"] = json!(letter.user);
                    "im/v1/messages?receive_id_type=open_id".to_owned()
                }
            };
            self.call(self.outgoing.client().post(self.at(&path)).json(&message)).await.map(|_| ())
        })
    }

    fn is_for_us<'a>(&'a self, letter: &'a Letter<Address>) -> BoxFuture<'a, Result<bool, Setback>> {
        Box::pin(async move {
            if !letter.group {
                return Ok(true);
            }
            if letter.address.mentioned.is_empty() {
                return Ok(false);
            }
            Ok(letter.address.mentioned.contains(&self.own_id().await?))
        })
    }
}
