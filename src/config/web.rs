//! The table `[channels.web]`: sites that show the chat, and the secret with which they say who is signed in.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::ConfigError;
use super::secret::{Secret, secret_if_any};

/// A shorter secret could be guessed.
const SHORTEST_SECRET: usize = 32;

/// The longest name of a place where codes are entered, in characters: it stands on a button.
const LONGEST_NAME: usize = 40;

/// What `[channels.web]` may hold.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebConfig {
    /// Sites that may show the chat: scheme, host and, where it isn't the usual one, port.
    pub origins: Vec<String>,
    /// The file of the secret that tokens are signed with; `BEIAN_WEB_SECRET` goes before.
    pub secret_file: Option<PathBuf>,
    /// The file of the secret before, for as long as tokens of it are about; `BEIAN_WEB_PREVIOUS_SECRET` goes before.
    pub previous_secret_file: Option<PathBuf>,
    /// Where people can enter a link code, as the page calls it: `Discord`.
    pub link_to: Option<String>,
}

/// What the table comes to, secrets read.
#[derive(Clone, Debug, Default)]
pub struct WebSettings {
    pub origins: Vec<String>,
    /// Secrets that tokens may be signed with, the newest first; none: nobody is signed in.
    pub secrets: Vec<Secret>,
    pub link_to: Option<String>,
}

impl WebConfig {
    /// Checks the table and reads the secrets.
    pub fn settle(&self) -> Result<WebSettings, ConfigError> {
        let mut origins: Vec<String> = Vec::new();
        for origin in &self.origins {
            check_origin(origin).map_err(|mend| ConfigError::Key {
                key: "channels.web.origins",
                message: format!("`{}` is not a site; {mend}", origin.escape_debug()),
            })?;
            if !origins.contains(origin) {
                origins.push(origin.clone());
            }
        }
        let current = long_enough("channels.web.secret", "BEIAN_WEB_SECRET", self.secret_file.as_deref())?;
        let previous = long_enough(
            "channels.web.previous_secret",
            "BEIAN_WEB_PREVIOUS_SECRET",
            self.previous_secret_file.as_deref(),
        )?;
        if current.is_none() && previous.is_some() {
            return Err(ConfigError::Key {
                key: "channels.web.secret",
                message: "missing, and there is one before it; set BEIAN_WEB_SECRET, or secret_file to a file that holds it"
                    .to_owned(),
            });
        }
        if let Some(name) = &self.link_to
            && (name.trim().is_empty()
                || name.chars().count() > LONGEST_NAME
                || name.chars().any(char::is_control))
        {
            return Err(ConfigError::Key {
                key: "channels.web.link_to",
                message: format!(
                    "give a name of 1 to {LONGEST_NAME} characters, such as Discord, or leave it out"
                ),
            });
        }
        Ok(WebSettings {
            origins,
            secrets: current.into_iter().chain(previous).collect(),
            link_to: self.link_to.clone(),
        })
    }
}

fn long_enough(
    key: &'static str,
    variable: &str,
    file: Option<&Path>,
) -> Result<Option<Secret>, ConfigError> {
    let secret = secret_if_any(key, variable, file)?;
    match &secret {
        Some(secret) if secret.expose().len() < SHORTEST_SECRET => Err(ConfigError::Key {
            key,
            message: format!(
                "shorter than {SHORTEST_SECRET} characters, so it could be guessed; make one with: openssl rand -hex 32"
            ),
        }),
        _ => Ok(secret),
    }
}

/// Whether a site is written as browsers write it; they compare letter by letter. Whatever passes may stand in a header.
fn check_origin(origin: &str) -> Result<(), &'static str> {
    const FORM: &str =
        "give scheme and host only, such as https://shop.example, without a path or a slash at the end";
    let (scheme, rest) = origin.split_once("://").ok_or(FORM)?;
    let usual = match scheme {
        "https" => "443",
        "http" => "80",
        _ => return Err("it must begin with https:// (or http://)"),
    };
    let (host, port) = rest.split_once(':').map_or((rest, None), |(host, port)| (host, Some(port)));
    if host.contains('*') {
        return Err("name each site; there are no wildcards");
    }
    if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err("write it in lower case");
    }
    if !host.is_ascii() {
        return Err("write the host in its ASCII form (xn--…)");
    }
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    if !host.split('.').all(is_label) {
        return Err(FORM);
    }
    match port {
        None => Ok(()),
        Some(port) if port == usual => Err("leave the usual port out"),
        Some(port) if port.starts_with('0') || port.starts_with('+') => Err(FORM),
        Some(port) => port.parse::<u16>().map(drop).map_err(|_| FORM),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_scheme_and_host_as_browsers_write_them() {
        for good in ["https://shop.example", "https://a.b-c.xn--fiqs8s:8443", "http://localhost:3000"] {
            assert_eq!(check_origin(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "shop.example",
            "https://",
            "https://shop.example/",
            "https://shop.example/a",
            "https://*.example",
            "https://Shop.example",
            "https://商店.example",
            "https://shop.example:443",
            "http://shop.example:80",
            "https://shop.example:0",
            "https://shop.example:99999",
            "https://shop.example 'unsafe-inline'",
            "https://shop.example;script-src *",
            "https://shop.example\r\nx: y",
            "https://me@shop.example",
            "https://[::1]",
            "ftp://shop.example",
            "'self'",
            "null",
            "*",
        ] {
            assert!(check_origin(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn secrets_are_long_and_the_newest_comes_first() {
        let file = |text: &str| {
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), text).unwrap();
            file
        };
        let (new, old, short) = (file(&"n".repeat(32)), file(&"o".repeat(32)), file("short"));
        let config = |secret: Option<&Path>, previous: Option<&Path>| WebConfig {
            secret_file: secret.map(Path::to_path_buf),
            previous_secret_file: previous.map(Path::to_path_buf),
            ..WebConfig::default()
        };
        let both = config(Some(new.path()), Some(old.path())).settle().unwrap();
        let texts: Vec<String> = both.secrets.iter().map(|secret| secret.expose().to_owned()).collect();
        assert_eq!(texts, ["n".repeat(32), "o".repeat(32)]);
        assert!(!format!("{both:?}").contains("nnn"));
        let error = config(Some(short.path()), None).settle().unwrap_err().to_string();
        assert!(
            error.starts_with("channels.web.secret: shorter than 32") && !error.contains("`short`"),
            "{error}"
        );
        let error = config(None, Some(old.path())).settle().unwrap_err().to_string();
        assert!(error.starts_with("channels.web.secret: missing"), "{error}");
        assert!(config(None, None).settle().unwrap().secrets.is_empty());
    }

    #[test]
    fn a_wrong_key_is_named() {
        let error = |config: WebConfig| config.settle().unwrap_err().to_string();
        let origins = WebConfig { origins: vec!["https://shop.example/".to_owned()], ..WebConfig::default() };
        assert!(error(origins).starts_with("channels.web.origins: `https://shop.example/` is not a site"));
        let link_to = WebConfig { link_to: Some(" ".to_owned()), ..WebConfig::default() };
        assert!(error(link_to).starts_with("channels.web.link_to: "));
    }
}
