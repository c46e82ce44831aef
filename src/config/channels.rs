//! The tables of `beian.toml` that configure channels: one struct a channel, each in a file of its own. A channel whose table is there
//! is configured; its secrets come from the environment or from files (see [`super::secret`]).

use serde::Deserialize;

use super::ConfigError;
use super::chatwoot::ChatwootConfig;
use super::dingtalk::DingtalkConfig;
use super::discord::DiscordConfig;
use super::feishu::FeishuConfig;
use super::http::HttpConfig;
use super::mcp::McpConfig;
use super::openai::OpenaiConfig;
use super::web::WebConfig;
use super::webhook::WebhookConfig;
use super::wecom::WecomConfig;
use super::zammad::ZammadConfig;

/// HTTP and the channels beside it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ChannelsConfig {
    pub chatwoot: Option<ChatwootConfig>,
    pub dingtalk: Option<DingtalkConfig>,
    pub discord: Option<DiscordConfig>,
    pub feishu: Option<FeishuConfig>,
    pub mcp: Option<McpConfig>,
    pub openai: Option<OpenaiConfig>,
    pub http: HttpConfig,
    pub web: WebConfig,
    pub webhook: Option<WebhookConfig>,
    pub wecom: Option<WecomConfig>,
    pub zammad: Option<ZammadConfig>,
}

/// A name that a platform gave, without spaces around it.
pub(super) fn named(key: &'static str, text: &str) -> Result<String, ConfigError> {
    let text = text.trim();
    if text.is_empty() || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        let message = "empty, or with spaces in it; copy it from the platform's console".to_owned();
        return Err(ConfigError::Key { key, message });
    }
    Ok(text.to_owned())
}

/// The address of a platform, without the slash at its end.
pub(super) fn web_address(
    key: &'static str,
    given: Option<&str>,
    default: &str,
) -> Result<String, ConfigError> {
    let Some(given) = given else { return Ok(default.to_owned()) };
    let address = given.trim().trim_end_matches('/');
    let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    if host.is_none_or(|host| host.is_empty() || host.contains(['?', '#', '@', ' '])) {
        let message = format!("`{given}` is no address; give one such as {default}");
        return Err(ConfigError::Key { key, message });
    }
    Ok(address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_of_the_web() {
        let of = |given| web_address("channels.feishu.api", given, "https://open.feishu.cn");
        assert_eq!(of(None).unwrap(), "https://open.feishu.cn");
        assert_eq!(of(Some("http://127.0.0.1:9/")).unwrap(), "http://127.0.0.1:9");
        for wrong in ["", "open.feishu.cn", "https://", "ftp://x", "https://a@b", "https://x?y"] {
            let error = of(Some(wrong)).unwrap_err().to_string();
            assert!(error.starts_with("channels.feishu.api: "), "{error}");
        }
        assert_eq!(named("channels.wecom.corp_id", " ww1 ").unwrap(), "ww1");
        assert!(named("channels.wecom.corp_id", "").is_err());
    }
}
