//! Talks to WeCom: gets its token and sends an app's messages.

use futures_util::future::BoxFuture;
use serde_json::json;

use super::{Address, CHANNEL};
use crate::assistant::Clock;
use crate::channels::chat_app::{AccessToken, ChatApp, Granted, Letter, To};
use crate::channels::inbox::Setback;
use crate::channels::outgoing::Outgoing;
use crate::channels::wording::{Unit, plain, split};
use crate::config::{Secret, WecomSettings};

/// The longest text that the platform takes, in bytes.
const LONGEST: usize = 2048;

/// For how long the platform leaves out a message that comes again, in seconds: our next try, and not somebody who asks the same again.
const ONCE_WITHIN: u32 = 10;

/// Codes that say that a token no longer holds.
const TOKEN_GONE: &[i64] = &[40_001, 40_014, 42_001];

/// Codes that say that it was too much at once, or busy.
const TOO_OFTEN: &[i64] = &[-1, 45_009, 45_033];

/// An app on WeCom.
pub struct Wecom {
    settings: WecomSettings,
    outgoing: Outgoing,
    clock: Clock,
    token: AccessToken,
}

impl Wecom {
    pub fn new(settings: WecomSettings, outgoing: Outgoing, clock: Clock) -> Self {
        Self { settings, outgoing, clock, token: AccessToken::default() }
    }

    async fn ask_token(&self) -> Result<Granted, Setback> {
        let WecomSettings { api, corp_id, secret, .. } = &self.settings;
        let query = [("corpid", corp_id.as_str()), ("corpsecret", secret.expose())];
        let request = self.outgoing.client().get(format!("{api}/cgi-bin/gettoken")).query(&query);
        let answer = self.outgoing.send(request).await?;
        let token = answer["access_token"].as_str().filter(|_| answer["errcode"] == 0).ok_or_else(|| {
            // The secret may be mended while messages wait.
            Setback::later(format!("no token for the app: code {}", answer["errcode"]))
        })?;
        Ok(Granted { token: Secret::new(token), seconds: answer["expires_in"].as_i64().unwrap_or_default() })
    }

    async fn send(&self, user: &str, text: &str) -> Result<(), Setback> {
        let token = self.token.get((self.clock)(), self.ask_token()).await?;
        let request = self
            .outgoing
            .client()
            .post(format!("{}/cgi-bin/message/send", self.settings.api))
            .query(&[("access_token", token.expose())])
            .json(&json!({
                "touser": user, "agentid": self.settings.agent_id, "msgtype": "text",
                "text": {"content": text},
                "enable_duplicate_check": 1, "duplicate_check_interval": ONCE_WITHIN,
            }));
        let answer = self.outgoing.send(request).await?;
        let code = answer["errcode"].as_i64();
        match code {
            Some(0) if answer["invaliduser"].as_str().is_none_or(str::is_empty) => Ok(()),
            Some(0) => Err(Setback::never("this person can't see the app")),
            Some(code) if TOKEN_GONE.contains(&code) => {
                self.token.forget(&token).await;
                Err(Setback::later(format!("the platform answered with code {code}")))
            }
            Some(code) if TOO_OFTEN.contains(&code) => {
                Err(Setback::later(format!("the platform answered with code {code}")))
            }
            Some(code) => Err(Setback::never(format!("the platform answered with code {code}"))),
            None => Err(Setback::later("the platform answered with something else than a code")),
        }
    }
}

impl ChatApp for Wecom {
    type Address = Address;
    const CHANNEL: &'static str = CHANNEL;

    fn reaches(&self, _: &Letter<Address>) -> bool {
        true
    }

    /// Plain text: Markdown is drawn in WeCom only, not where its messages are read in WeChat, and without lists. A text may hold links
    /// written as tags, so there are none in it.
    fn pieces(&self, markdown: &str) -> Vec<String> {
        split(&plain(markdown).replace('<', "＜"), LONGEST, Unit::Bytes)
    }

    fn say<'a>(
        &'a self,
        letter: &'a Letter<Address>,
        _to: To,
        piece: &'a str,
        _key: &'a str,
    ) -> BoxFuture<'a, Result<(), Setback>> {
        Box::pin(self.send(&letter.user, piece))
    }
}
