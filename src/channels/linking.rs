//! One-time codes that link a speaker of a channel to an account: an agent or the web page issues one, the applicant enters it where
//! they want to be known. Ten minutes, five tries; of the secret half only a hash is kept.

use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use super::reception::{Busy, Reception};
use crate::channels::hex::hex;
use crate::store::acts::{LinkCode, Linked};
use crate::store::{Database, StoreError};

/// How long a code can be entered.
pub const CODE_LIFE: SignedDuration = SignedDuration::from_mins(10);

/// How often somebody may get it wrong.
pub const TRIES: u32 = 5;

/// Letters and digits that nobody takes for another.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const HANDLE: usize = 4;
const SECRET: usize = 6;

/// A code as it is shown once: `7KQM-X4TBZ2`.
#[derive(Clone, PartialEq, Eq)]
pub struct Code {
    handle: String,
    secret: String,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.handle, self.secret)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({}-…)", self.handle)
    }
}

impl Code {
    fn new() -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; HANDLE + SECRET];
        getrandom::fill(&mut bytes)?;
        // 256 is a multiple of 32: each letter is as likely as any other.
        let text: String = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
        Ok(Self { handle: text[..HANDLE].to_owned(), secret: text[HANDLE..].to_owned() })
    }

    /// A code as somebody types it: small letters, spaces, full-width forms, no hyphen. `None`: it can't be one.
    pub fn read(text: &str) -> Option<Self> {
        let plain = |c: char| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            _ => c,
        };
        let text: String = text
            .chars()
            .map(plain)
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '－' | '–' | '—'))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let fits = text.len() == HANDLE + SECRET && text.bytes().all(|byte| ALPHABET.contains(&byte));
        fits.then(|| Self { handle: text[..HANDLE].to_owned(), secret: text[HANDLE..].to_owned() })
    }

    fn hash(&self) -> String {
        let hash = Sha256::new()
            .chain_update("link\0")
            .chain_update(&self.handle)
            .chain_update([0])
            .chain_update(&self.secret)
            .finalize();
        hex(&hash)
    }
}

/// Why no code could be issued or entered.
#[derive(Debug, thiserror::Error)]
pub enum LinkingError {
    #[error("no account `{0}` is on record; import it first")]
    NoSuchAccount(String),
    #[error("the system gives no random numbers: {0}")]
    Random(getrandom::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Busy(#[from] Busy),
}

/// A new code for an account, and until when it can be entered.
pub fn issue(
    store: &dyn Database,
    account: String,
    issued_by: String,
    now: Timestamp,
) -> Result<(Code, Timestamp), LinkingError> {
    let code = Code::new().map_err(LinkingError::Random)?;
    let expires_at = now.saturating_add(CODE_LIFE).unwrap_or(Timestamp::MAX);
    if store.account(&account)?.is_none() {
        return Err(LinkingError::NoSuchAccount(account));
    }
    store.issue_link_code(&LinkCode {
        handle: code.handle.clone(),
        code_hash: code.hash(),
        account,
        issued_by,
        expires_at,
        tries_left: TRIES,
    })?;
    Ok((code, expires_at))
}

/// Issues codes and takes them.
#[derive(Clone)]
pub struct Linking {
    reception: Arc<Reception>,
}

impl Linking {
    pub fn new(reception: Arc<Reception>) -> Self {
        Self { reception }
    }

    /// A new code for an account, and until when it can be entered. `issued_by` is whoever asked for it, as CHANNEL:USER.
    pub async fn issue(&self, account: String, issued_by: String) -> Result<(Code, Timestamp), LinkingError> {
        let now = (self.reception.clock)();
        self.reception.with_store(move |store| issue(store, account, issued_by, now)).await?
    }

    /// Enters a code on behalf of a speaker.
    pub async fn enter(
        &self,
        typed: &str,
        channel: &'static str,
        user: String,
    ) -> Result<Linked, LinkingError> {
        let Some(code) = Code::read(typed) else { return Ok(Linked::Gone) };
        let now = (self.reception.clock)();
        let linked = self
            .reception
            .with_store(move |store| store.redeem_link_code(&code.handle, &code.hash(), channel, &user, now))
            .await??;
        Ok(linked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = Code::read("7KQM-X4TBZ2").unwrap();
        assert_eq!(code.to_string(), "7KQM-X4TBZ2");
        for typed in [" 7kqm x4tbz2 ", "7KQMX4TBZ2", "７ＫＱＭ－Ｘ４ＴＢＺ２", "7kqm—x4tbz2"] {
            assert_eq!(Code::read(typed).as_ref(), Some(&code), "{typed}");
        }
        for wrong in ["", "7KQM", "7KQM-X4TBZ2A", "7KQM-X4TBZ0", "七KQM-X4TBZ2", "🙂"] {
            assert_eq!(Code::read(wrong), None, "{wrong}");
        }
        assert_eq!(format!("{code:?}"), "Code(7KQM-…)");
    }

    #[test]
    fn codes_differ_and_so_do_their_hashes() {
        let (one, other) = (Code::new().unwrap(), Code::new().unwrap());
        assert_ne!(one, other);
        assert_ne!(one.hash(), other.hash());
        assert_eq!(one.hash().len(), 64);
        assert_eq!(Code::read(&one.to_string()), Some(one));
    }
}
