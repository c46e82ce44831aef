//! Secrets: from the environment or from a file of their own, never from the configuration file, and never printed.

use std::fmt;
use std::path::Path;

use super::ConfigError;

/// Something that nobody may read in a log or an error.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself: for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The secret that `key` (such as `discord.token`) stands for: what is in the environment under `variable`, else what the file that
/// `<key>_file` names holds, without the line break at its end.
pub fn secret(key: &'static str, variable: &str, file: Option<&Path>) -> Result<Secret, ConfigError> {
    let refused = |message: String| ConfigError::Key { key, message };
    if let Some(text) = std::env::var_os(variable).filter(|text| !text.is_empty()) {
        let text = text
            .into_string()
            .map_err(|_| refused(format!("what {variable} holds is not UTF-8; set it again")))?;
        return usable(&text, &format!("what {variable} holds")).map_err(refused);
    }
    let name = key.rsplit('.').next().unwrap_or(key);
    let Some(file) = file else {
        return Err(refused(format!("missing; set {variable}, or {name}_file to a file that holds it")));
    };
    let text = std::fs::read_to_string(file)
        .map_err(|error| refused(format!("{}: can't be read: {error}", file.display())))?;
    usable(&text, &format!("what {} holds", file.display())).map_err(refused)
}

/// The same for a secret that may be missing.
pub(super) fn secret_if_any(
    key: &'static str,
    variable: &str,
    file: Option<&Path>,
) -> Result<Option<Secret>, ConfigError> {
    let is_set = std::env::var_os(variable).is_some_and(|text| !text.is_empty());
    if is_set || file.is_some() { secret(key, variable, file).map(Some) } else { Ok(None) }
}

fn usable(text: &str, what: &str) -> Result<Secret, String> {
    let text = text.trim_end_matches(['\r', '\n']).to_owned();
    if text.trim().is_empty() {
        return Err(format!("{what} is empty; put the secret there"));
    }
    if text.chars().any(char::is_control) {
        return Err(format!("{what} has line breaks or control characters in it; it must be one line"));
    }
    Ok(Secret(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNSET: &str = "BEIAN_TEST_SECRET_THAT_NOBODY_SETS";

    #[test]
    fn a_secret_comes_from_a_file_and_is_not_printed() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "s3cret\r\n").unwrap();
        let secret = secret("discord.token", UNSET, Some(file.path())).unwrap();
        assert_eq!(secret.expose(), "s3cret");
        assert!(!format!("{secret:?}").contains("s3cret"));
    }

    #[test]
    fn a_missing_secret_is_named_with_the_mend() {
        let error = secret("discord.token", UNSET, None).unwrap_err().to_string();
        assert_eq!(
            error,
            format!("discord.token: missing; set {UNSET}, or token_file to a file that holds it")
        );
        let error =
            secret("discord.token", UNSET, Some(Path::new("/nowhere/at/all"))).unwrap_err().to_string();
        assert!(error.starts_with("discord.token: /nowhere/at/all: can't be read"), "{error}");
        for content in ["", "\n", "a\nb"] {
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), content).unwrap();
            let error = secret("discord.token", UNSET, Some(file.path())).unwrap_err().to_string();
            assert!(error.starts_with("discord.token: what "), "{content:?}: {error}");
        }
    }
}
