//! What a `postgres://` address means, and how much of it may be shown: never the password.
//!
//! `sslmode` is `disable`, `prefer` or `require`. Stricter than libpq in one thing: where there is encryption the server's
//! certificate is checked, against the public authorities or those in the file `sslrootcert` names. `prefer`, which is what
//! counts where nothing is said, doesn't encrypt on the same machine.

use std::path::Path;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use postgres::Config;
use postgres::config::{Host, SslMode};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::store::StoreError;

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);

/// How long what was sent may go unanswered by the network before the connection counts as lost.
const UNANSWERED: Duration = Duration::from_secs(30);

/// After how long without a word the network is asked whether the other side is still there: a dead host says nothing by itself.
const IDLE: Duration = Duration::from_secs(60);

/// Where a database is and how it is reached.
pub(super) struct Address {
    pub config: Config,
    pub tls: MakeRustlsConnect,
    /// Host, port and name, without user and password: for errors.
    pub place: String,
}

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self, StoreError> {
        let (rest, options) = url.split_once('?').unwrap_or((url, ""));
        let (mut mode, mut certificates, mut others) = (None, None, Vec::new());
        for option in options.split('&').filter(|option| !option.is_empty()) {
            match option.split_once('=') {
                Some(("sslmode", value)) => mode = Some(ssl_mode(value)?),
                Some(("sslrootcert", value)) => certificates = Some(value),
                // More likely the rest of a password than an option, and an error that names it would show that.
                None => {
                    return Err(unusable("what follows `?` is no option; write a `?` in a password as %3F"));
                }
                Some((_, value)) if value.contains('@') => {
                    return Err(unusable("what follows `?` is no option; write a `?` in a password as %3F"));
                }
                Some(_) => others.push(option),
            }
        }
        let plain = format!("{rest}?{}", others.join("&"));
        // The parser's error may repeat a part of the address, and that part may be one of the password.
        let mut config =
            Config::from_str(plain.trim_end_matches('?')).map_err(|_| unusable("it can't be read"))?;
        if config.get_user().is_none_or(str::is_empty) {
            return Err(unusable("it names no user"));
        }
        if config.get_hosts().is_empty() {
            return Err(unusable("it names no host"));
        }
        let mode = match mode.unwrap_or(SslMode::Prefer) {
            SslMode::Prefer if config.get_hosts().iter().all(is_local) => SslMode::Disable,
            other => other,
        };
        config.ssl_mode(mode).tcp_user_timeout(UNANSWERED).keepalives_idle(IDLE);
        if config.get_application_name().is_none() {
            config.application_name("beian");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        Ok(Self { tls: tls(certificates)?, place: place(&config), config })
    }
}

fn unusable(reason: impl Into<String>) -> StoreError {
    StoreError::Address { reason: reason.into() }
}

fn ssl_mode(value: &str) -> Result<SslMode, StoreError> {
    match value {
        "disable" => Ok(SslMode::Disable),
        "prefer" => Ok(SslMode::Prefer),
        // Here the first of them checks as much as the others.
        "require" | "verify-ca" | "verify-full" => Ok(SslMode::Require),
        _ => Err(unusable("sslmode is not disable, prefer or require")),
    }
}

fn is_local(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name.eq_ignore_ascii_case("localhost")
                || name.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

fn place(config: &Config) -> String {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        #[cfg(unix)]
        Some(Host::Unix(path)) => path.display().to_string(),
        None => String::new(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let name = config.get_dbname().or(config.get_user()).unwrap_or_default();
    format!("postgres://{host}:{port}/{name}")
}

fn tls(certificates: Option<&str>) -> Result<MakeRustlsConnect, StoreError> {
    let mut roots = RootCertStore::empty();
    match certificates {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(file) => {
            let read = CertificateDer::pem_file_iter(Path::new(file)).and_then(Iterator::collect);
            let read: Vec<CertificateDer<'static>> =
                read.map_err(|error| unusable(format!("sslrootcert, {file}: {error}")))?;
            if roots.add_parsable_certificates(read).0 == 0 {
                return Err(unusable(format!("sslrootcert, {file}: no certificate of an authority in it")));
            }
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(url: &str) -> SslMode {
        Address::parse(url).unwrap().config.get_ssl_mode()
    }

    #[test]
    fn who_is_on_this_machine_is_not_encrypted_unless_told_so() {
        assert_eq!(mode("postgres://u@127.0.0.1/d"), SslMode::Disable);
        assert_eq!(mode("postgresql://u@localhost/d?sslmode=prefer"), SslMode::Disable);
        assert_eq!(mode("postgres://u@localhost/d?sslmode=require"), SslMode::Require);
        assert_eq!(mode("postgres://u@db.example.com/d"), SslMode::Prefer);
        assert_eq!(mode("postgres://u@db.example.com/d?sslmode=disable"), SslMode::Disable);
        assert_eq!(
            mode("postgres://u@db.example.com/d?connect_timeout=3&sslmode=verify-full"),
            SslMode::Require
        );
    }

    #[test]
    fn no_part_of_a_password_is_shown() {
        let address = Address::parse("postgres://u:secret@db:6432/records").unwrap();
        assert_eq!(address.place, "postgres://db:6432/records");
        for url in [
            "postgres://u:sec?ret@db/d",
            "postgres://u:secret@db:port/d",
            "postgres://u:secret@db/d?sslmode=secret",
            "postgres://u:secret@db/d?secret=1",
            "postgres://:secret@db/d",
            "postgres://u:secret@/d",
            "postgres:secret",
        ] {
            let error = Address::parse(url).err().expect(url).to_string();
            assert!(!error.contains("sec") && !error.contains("ret@"), "{error}");
            assert!(error.contains("postgres://USER:PASSWORD@HOST:PORT/NAME"), "{error}");
        }
    }

    #[test]
    fn a_file_without_certificates_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        std::fs::write(&file, "nothing").unwrap();
        for file in [file, folder.path().join("missing.pem")] {
            let url = format!("postgres://u@db/d?sslmode=require&sslrootcert={}", file.display());
            let error = Address::parse(&url).err().unwrap().to_string();
            assert!(error.contains(&file.display().to_string()), "{error}");
        }
    }
}
