//! Works a letter off: asks the assistant and says what comes of it, each piece once.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::words;
use super::{ChatApp, Letter, To};
use crate::assistant::{Heard, Incoming};
use crate::channels::http::TEXT_LIMIT;
use crate::channels::inbox::{Inbox, Setback, Work};
use crate::channels::linking::{Code, Linking, LinkingError};
use crate::channels::privacy::is_private;
use crate::channels::reception::Reception;
use crate::channels::wording::whole;
use crate::domain::reply::Reply;
use crate::store::queue::Job;

/// Answers the letters of a platform.
pub struct Clerk<P> {
    pub reception: Arc<Reception>,
    pub app: P,
}

/// How far a letter has come.
#[derive(Default, Serialize, Deserialize)]
struct Progress {
    /// How many pieces have been said.
    said: usize,
    /// What came of a link code, which can be entered only once.
    linked: Option<String>,
}

impl<P: ChatApp> Work for Clerk<P> {
    fn work<'a>(&'a self, inbox: &'a Inbox, job: &'a Job) -> BoxFuture<'a, Result<(), Setback>> {
        Box::pin(self.answer(inbox, job))
    }
}

impl<P: ChatApp> Clerk<P> {
    async fn answer(&self, inbox: &Inbox, job: &Job) -> Result<(), Setback> {
        let letter: Letter<P::Address> = serde_json::from_str(&job.payload)
            .map_err(|error| Setback::never(format!("what is kept of the message can't be read: {error}")))?;
        let mut progress: Progress =
            job.progress.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        if !self.app.is_for_us(&letter).await? {
            return Ok(());
        }
        let parts = self.parts(inbox, job, &letter, &mut progress).await?;
        let pieces = parts.iter().flat_map(|(to, markdown)| {
            self.app.pieces(markdown).into_iter().map(|piece| (*to, piece)).collect::<Vec<_>>()
        });
        for (number, (to, piece)) in pieces.enumerate().skip(progress.said) {
            let key = format!("{}-{number}", job.delivery);
            match self.app.say(&letter, to, &piece, &key).await {
                // Who can't be written to alone is asked to write first: some platforms want that.
                Err(Setback::Never { reason }) if to == To::Person && number == 0 => {
                    tracing::warn!(channel = P::CHANNEL, reason, "the person could not be written to alone");
                    return self.app.say(&letter, To::Here, words::ASK_ALONE, &key).await;
                }
                said => said?,
            }
            progress.said = number + 1;
            note(inbox, job, &progress).await?;
        }
        Ok(())
    }

    /// What is to be said to whom.
    async fn parts(
        &self,
        inbox: &Inbox,
        job: &Job,
        letter: &Letter<P::Address>,
        progress: &mut Progress,
    ) -> Result<Vec<(To, String)>, Setback> {
        let line = |text: &str| Ok(vec![(To::Here, text.to_owned())]);
        let Some(text) = &letter.text else { return line(words::ONLY_TEXT) };
        if text.chars().count() > TEXT_LIMIT {
            return line(words::TOO_LONG);
        }
        if let Some(code) = words::code_in(text).and_then(Code::read) {
            if letter.group {
                return line(words::CODE_ALONE);
            }
            let told = match progress.linked.take() {
                Some(told) => told,
                None => self.link(&code, &letter.user).await?,
            };
            progress.linked = Some(told.clone());
            note(inbox, job, progress).await?;
            return Ok(vec![(To::Here, told)]);
        }
        let incoming = Incoming {
            channel: P::CHANNEL.to_owned(),
            user: Some(letter.user.clone()),
            // One conversation a person, in groups too: what was said to them alone can be gone on with alone.
            conversation: letter.user.clone(),
            text: text.clone(),
        };
        match self.reception.hear(incoming, Some(job.delivery.clone())).await.map_err(Setback::later)? {
            Heard::Human => Ok(Vec::new()),
            Heard::Reply(reply) => self.addressed(letter, &reply).await,
        }
    }

    /// A reply, to whom it is for.
    async fn addressed(
        &self,
        letter: &Letter<P::Address>,
        reply: &Reply,
    ) -> Result<Vec<(To, String)>, Setback> {
        let shown = whole(reply);
        if !letter.group || !self.is_private(letter, reply).await? {
            return Ok(vec![(To::Here, shown)]);
        }
        if !self.app.reaches(letter) {
            return Ok(vec![(To::Here, words::ASK_ALONE.to_owned())]);
        }
        // First to the person: that it was sent is said only once it is so.
        Ok(vec![(To::Person, shown), (To::Here, words::SENT_ALONE.to_owned())])
    }

    async fn is_private(&self, letter: &Letter<P::Address>, reply: &Reply) -> Result<bool, Setback> {
        let (user, reply) = (letter.user.clone(), reply.clone());
        let judged =
            self.reception.with_store(move |store| is_private(store, P::CHANNEL, &user, &reply)).await;
        judged.map_err(Setback::later)
    }

    async fn link(&self, code: &Code, user: &str) -> Result<String, Setback> {
        let linking = Linking::new(Arc::clone(&self.reception));
        match linking.enter(&code.to_string(), P::CHANNEL, user.to_owned()).await {
            Ok(linked) => Ok(words::linked(&linked)),
            Err(error @ (LinkingError::Busy(_) | LinkingError::Store(_))) => Err(Setback::later(error)),
            Err(error) => {
                tracing::error!(channel = P::CHANNEL, %error, "a link code could not be entered");
                Ok(words::FAILED.to_owned())
            }
        }
    }
}

async fn note(inbox: &Inbox, job: &Job, progress: &Progress) -> Result<(), Setback> {
    let text = serde_json::to_string(progress).map_err(Setback::never)?;
    inbox.note(job, text).await
}
