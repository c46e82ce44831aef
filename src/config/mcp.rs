//! The table `[channels.mcp]`: tools for agents.

use serde::Deserialize;

use super::ConfigError;

/// Names that a server on the same machine is called by.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// The table as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct McpConfig {
    /// Whether it is there; a table without it is.
    pub enabled: Option<bool>,
    /// The names by which the server may be called, with or without a port.
    pub allowed_hosts: Option<Vec<String>>,
}

impl McpConfig {
    pub fn is_enabled(&self) -> bool {
        self.enabled.unwrap_or(true)
    }

    /// The names that are allowed: without any only those of this machine, so that no web page can reach a local server under a name
    /// of its own.
    pub fn hosts(&self) -> Result<Vec<String>, ConfigError> {
        let Some(hosts) = &self.allowed_hosts else { return Ok(LOOPBACK.map(str::to_owned).to_vec()) };
        let is_name = |host: &String| {
            !host.is_empty() && !host.contains("//") && !host.contains(['/', ' ', '*']) && host.is_ascii()
        };
        if hosts.is_empty() || !hosts.iter().all(is_name) {
            return Err(ConfigError::Key {
                key: "channels.mcp.allowed_hosts",
                message: "must be names such as [\"beian.example.com\"], without https:// and without *; leave it out for this machine alone"
                    .to_owned(),
            });
        }
        Ok(hosts.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names() {
        let of = |hosts: &[&str]| {
            let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
            McpConfig { enabled: None, allowed_hosts: Some(hosts) }.hosts()
        };
        assert_eq!(of(&["beian.example.com", "10.0.0.1:9000"]).unwrap().len(), 2);
        for wrong in [&[][..], &["https://a"], &["*"], &["a", ""], &["a/b"]] {
            let error = of(wrong).unwrap_err().to_string();
            assert!(error.starts_with("channels.mcp.allowed_hosts: "), "{error}");
        }
        let unnamed = McpConfig { enabled: Some(false), allowed_hosts: None };
        assert!(!unnamed.is_enabled() && unnamed.hosts().unwrap().contains(&"127.0.0.1".to_owned()));
    }
}
