//! Talks to DingTalk: answers where a message says, and writes to a person alone.

use futures_util::future::BoxFuture;
use serde_json::json;

use super::{Address, CHANNEL, allowed};
use crate::assistant::Clock;
use crate::channels::chat_app::{AccessToken, ChatApp, Granted, Letter, To, simple};
use crate::channels::inbox::Setback;
use crate::channels::outgoing::{Answered, Outgoing};
use crate::channels::wording::{Unit, plain, split};
use crate::config::{DingtalkSettings, Secret};

/// The longest piece, in bytes: the platform takes 20 KB of JSON.
const LONGEST: usize = 12_000;

/// How many characters of a piece are its title, which notifications show.
const TITLE: usize = 24;

/// Codes of a webhook that say that it was too much at once, or busy.
const TOO_OFTEN: &[i64] = &[-1, 130_101, 90_018, 90_002];

/// A robot on DingTalk.
pub struct Dingtalk {
    settings: DingtalkSettings,
    outgoing: Outgoing,
    clock: Clock,
    webhooks: &'static str,
    token: AccessToken,
}

impl Dingtalk {
    pub fn new(settings: DingtalkSettings, outgoing: Outgoing, clock: Clock, webhooks: &'static str) -> Self {
        Self { settings, outgoing, clock, webhooks, token: AccessToken::default() }
    }

    async fn ask_token(&self) -> Result<Granted, Setback> {
        let request =
            self.outgoing.client().post(format!("{}/v1.0/oauth2/accessToken", self.settings.api)).json(
                &json!({
                    "appKey": self.settings.client_id, "appSecret": self.settings.client_secret.expose(),
                }),
            );
        let Answered { status, body, .. } = self.outgoing.exchange(request).await?;
        // The secret may be mended while messages wait.
        let token = body["accessToken"]
            .as_str()
            .ok_or_else(|| Setback::later(format!("no token for the app: the platform answered {status}")))?;
        Ok(Granted { token: Secret::new(token), seconds: body["expireIn"].as_i64().unwrap_or_default() })
    }

    /// Answers in the conversation.
    async fn answer(&self, address: &Address, piece: &str) -> Result<(), Setback> {
        let Some(url) = allowed(&address.webhook, self.webhooks) else {
            return Err(Setback::never("the address for answers is not the platform's"));
        };
        let message = json!({"msgtype": "markdown", "markdown": {"title": title(piece), "text": piece}});
        let answer = self.outgoing.send(self.outgoing.client().post(url).json(&message)).await?;
        match answer["errcode"].as_i64() {
            Some(0) => Ok(()),
            Some(code) if TOO_OFTEN.contains(&code) => {
                Err(Setback::later(format!("the platform answered with code {code}")))
            }
            Some(code) => Err(Setback::never(format!("the platform answered with code {code}"))),
            None => Err(Setback::never("the platform answered with something else than a code")),
        }
    }

    /// Writes to somebody of the company.
    async fn write(&self, staff: &str, piece: &str) -> Result<(), Setback> {
        let token = self.token.get((self.clock)(), self.ask_token()).await?;
        let parameters = json!({"title": title(piece), "text": piece}).to_string();
        let request = self
            .outgoing
            .client()
            .post(format!("{}/v1.0/robot/oToMessages/batchSend", self.settings.api))
            .header("x-acs-dingtalk-access-token", token.expose())
            .json(&json!({
                "robotCode": self.settings.robot_code, "userIds": [staff],
                "msgKey": "sampleMarkdown", "msgParam": parameters,
            }));
        let Answered { status, after, body } = self.outgoing.exchange(request).await?;
        let holds = |list: &str| {
            body[list]
                .as_array()
                .is_some_and(|staffs| staffs.iter().any(|other| other.as_str() == Some(staff)))
        };
        if holds("flowControlledStaffIdList") {
            return Err(Setback::Later { reason: "too many messages to this person".to_owned(), after });
        }
        if holds("invalidStaffIdList") {
            return Err(Setback::never("this person is not known to the platform"));
        }
        if status.is_success() {
            return Ok(());
        }
        let reason = format!("the platform answered {status}");
        let code = body["code"].as_str().unwrap_or_default();
        if status == 401 || code == "InvalidAuthentication" {
            self.token.forget(&token).await;
            return Err(Setback::later(reason));
        }
        let busy = status.is_server_error()
            || matches!(status.as_u16(), 408 | 429)
            || code.starts_with("Forbidden.AccessDenied.QpsLimit");
        Err(if busy { Setback::Later { reason, after } } else { Setback::Never { reason } })
    }
}

/// The first line of a piece, short and without marks.
fn title(piece: &str) -> String {
    let text = plain(piece);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("备案助手");
    if line.chars().count() <= TITLE {
        return line.to_owned();
    }
    line.chars().take(TITLE).chain(['…']).collect()
}

impl ChatApp for Dingtalk {
    type Address = Address;
    const CHANNEL: &'static str = CHANNEL;

    fn reaches(&self, letter: &Letter<Address>) -> bool {
        letter.address.staff.is_some()
    }

    fn pieces(&self, markdown: &str) -> Vec<String> {
        split(&simple(markdown), LONGEST, Unit::Bytes)
    }

    fn say<'a>(
        &'a self,
        letter: &'a Letter<Address>,
        to: To,
        piece: &'a str,
        _key: &'a str,
    ) -> BoxFuture<'a, Result<(), Setback>> {
        Box::pin(async move {
            let address = &letter.address;
            let alone = to == To::Person || !letter.group;
            let expired = (self.clock)().as_millisecond() >= address.expires;
            match &address.staff {
                Some(staff) if to == To::Person || (alone && expired) => self.write(staff, piece).await,
                None if to == To::Person => Err(Setback::never("somebody from outside can't be written to")),
                _ if expired => Err(Setback::never("the conversation's address for answers has expired")),
                _ => self.answer(address, piece).await,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_first_line_without_marks() {
        assert_eq!(title("\n**可以撤回**，在核验之前。\n\n- 登录"), "可以撤回，在核验之前。");
        assert_eq!(title(&"备".repeat(40)).chars().count(), TITLE + 1);
        assert_eq!(title(""), "备案助手");
    }
}
