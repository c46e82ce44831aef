//! What the tables of ticket systems share: how an answer goes out, how old a request may be, what an address must look like.

use serde::Deserialize;

use super::ConfigError;

/// How an answer goes into a ticket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketReply {
    /// To the customer.
    #[default]
    Public,
    /// To the agents alone, as a proposal.
    Note,
}

/// The oldest that a signed request may ever be, in seconds: a week.
const OLDEST: u32 = 7 * 24 * 60 * 60;

/// The address of a platform, without the slash at its end.
pub(super) fn address(key: &'static str, url: &str) -> Result<String, ConfigError> {
    let refused = |message: &str| ConfigError::Key { key, message: message.to_owned() };
    let url = url.trim().trim_end_matches('/');
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split('/').next()).unwrap_or_default();
    if host.is_empty() || url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(refused("not an address; give one such as https://support.example.com"));
    }
    if host.contains('@') {
        return Err(refused("there is a name or a password in the address; leave it out"));
    }
    if url.contains(['?', '#']) {
        return Err(refused("an address ends before ? and #; leave out what follows"));
    }
    Ok(url.to_owned())
}

/// A time span in seconds, at least one, at most a week.
pub(super) fn age(key: &'static str, seconds: u32) -> Result<u32, ConfigError> {
    super::within(key, seconds, OLDEST)
}

/// A word that a platform is told, where one is given: never an empty one.
pub(super) fn word(key: &'static str, word: Option<&String>) -> Result<Option<String>, ConfigError> {
    match word {
        Some(word) if word.trim().is_empty() => Err(ConfigError::Key {
            key,
            message: "it is empty; give a word, or leave the key out".to_owned(),
        }),
        word => Ok(word.map(|word| word.trim().to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_that_can_be_called() {
        assert_eq!(address("channels.x.url", "https://a.example/").unwrap(), "https://a.example");
        assert_eq!(
            address("channels.x.url", " http://127.0.0.1:3000/sub/ ").unwrap(),
            "http://127.0.0.1:3000/sub"
        );
        for wrong in ["", "a.example", "ftp://a", "https://", "https://u:p@a", "https://a/?b", "https://a b"]
        {
            let error = address("channels.x.url", wrong).unwrap_err().to_string();
            assert!(error.starts_with("channels.x.url: "), "{wrong}: {error}");
        }
    }
}
