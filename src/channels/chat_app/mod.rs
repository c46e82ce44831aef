//! What Feishu, DingTalk and WeCom have in common: a message is taken in at once, worked off later, and what is about somebody's
//! records is said to them alone. How a platform signs, encrypts and is answered is its own folder's business.

mod access_token;
mod dialect;
mod sealed;
mod words;
mod work;

pub(super) use access_token::{AccessToken, Granted};
pub(super) use dialect::simple;
pub(super) use sealed::{is_same, open};
pub(super) use work::Clerk;

use std::sync::Arc;

use axum::http::StatusCode;
use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::http::failure::Failure;
use super::inbox::{Inbox, Setback};

/// A message as it waits in the queue: no more of it than answering takes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Letter<A> {
    /// The platform's name for who wrote it, as `identities` have it.
    pub user: String,
    /// What was written; `None`: a picture, a file, a voice.
    pub text: Option<String>,
    /// Whether others read along where it was written.
    pub group: bool,
    /// What answering it takes.
    pub address: A,
}

/// To whom something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum To {
    /// Where the message was written.
    Here,
    /// To who wrote it, alone.
    Person,
}

/// A platform, once a message of it has been checked and taken in.
pub(super) trait ChatApp: Send + Sync + 'static {
    type Address: Serialize + DeserializeOwned + Send + Sync;

    /// The channel's name.
    const CHANNEL: &'static str;

    /// Whether the platform lets us write to who wrote a letter alone.
    fn reaches(&self, letter: &Letter<Self::Address>) -> bool;

    /// A reply's Markdown as the platform shows it, in pieces that it takes.
    fn pieces(&self, markdown: &str) -> Vec<String>;

    /// Says one piece. `key` is the same when the same piece is sent again.
    fn say<'a>(
        &'a self,
        letter: &'a Letter<Self::Address>,
        to: To,
        piece: &'a str,
        key: &'a str,
    ) -> BoxFuture<'a, Result<(), Setback>>;

    /// Whether a letter is for us: in a group people talk to each other too.
    fn is_for_us<'a>(&'a self, letter: &'a Letter<Self::Address>) -> BoxFuture<'a, Result<bool, Setback>> {
        let _ = letter;
        Box::pin(async { Ok(true) })
    }
}

/// Keeps a letter until it is answered; what arrived before is not kept again. One speaker's letters stay in order.
pub(super) async fn take_in<A: Serialize>(
    inbox: &Arc<Inbox>,
    channel: &'static str,
    delivery: String,
    letter: &Letter<A>,
) -> Result<(), Failure> {
    let payload = serde_json::to_string(letter).map_err(|error| {
        tracing::error!(channel, %error, "a message could not be written down");
        Failure::internal()
    })?;
    match inbox.take_in(delivery, letter.user.clone(), Some(letter.user.clone()), payload).await {
        Ok(new) => {
            if !new {
                tracing::debug!(channel, "a delivery came again");
            }
            Ok(())
        }
        Err(error) => Err(Failure::of_store(&error, "a message could not be kept")),
    }
}

/// A request that doesn't prove where it comes from. It isn't told what was wrong with it.
pub(super) fn not_signed(hint: &'static str) -> Failure {
    Failure::new(StatusCode::UNAUTHORIZED, "not_signed", "this request is not signed as it must be", hint)
}

/// A request that is signed and can't be read all the same. It isn't told where reading ended.
pub(super) fn unreadable(hint: &'static str) -> Failure {
    Failure::new(StatusCode::BAD_REQUEST, "unreadable", "this request cannot be read", hint)
}
