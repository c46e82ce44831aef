//! Chatwoot: an agent bot that answers what customers write in the inboxes it is connected to.
//!
//! Requests are signed over their time and bytes. The bot hears itself and the agents too; what it acts on is decided in
//! [`event`]. What is sent to Chatwoot is in [`calls`].

mod calls;
mod event;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::post;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use super::counter::Counter;
use super::errand::{AgentDoes, Errand};
use super::steps::Steps;
use super::{hook, signature, words};
use crate::channels::hostile_entry::Kept;
use crate::channels::http::failure::Failure;
use crate::channels::{Adapter, Inbox, Outgoing, Reception, Setback, Work};
use crate::config::{Chatwoot, TicketReply};
use crate::domain::reply::Kind;
use crate::store::queue::Job;

use calls::{Calls, Message};
use event::{Asked, Event};

/// The channel's name in `identities`.
pub const CHANNEL: &str = "chatwoot";

const ADDRESS: &str = "/hooks/chatwoot";
const SIGNATURE: &str = "x-chatwoot-signature";
const TIMESTAMP: &str = "x-chatwoot-timestamp";

/// What is shared by those who take requests and those who work them off.
struct Bot {
    settings: Chatwoot,
    reception: Arc<Reception>,
    inbox: Arc<Inbox>,
    counter: Counter,
    calls: Calls,
}

/// The channel, ready to be started.
pub fn adapter(settings: Chatwoot, reception: &Arc<Reception>, outgoing: Outgoing) -> Adapter {
    let inbox = Arc::new(Inbox::new(Arc::clone(reception), CHANNEL));
    let bot = Arc::new(Bot {
        counter: Counter::new(Arc::clone(reception), CHANNEL, settings.hand_over_unanswered),
        calls: Calls::new(&settings, outgoing),
        reception: Arc::clone(reception),
        inbox: Arc::clone(&inbox),
        settings,
    });
    let routes = Router::new().route(ADDRESS, post(take)).with_state(Arc::clone(&bot));
    Adapter {
        routes: Some(routes),
        inbox: Some((inbox, bot)),
        ..Adapter::new(CHANNEL, format!("POST {ADDRESS}"))
    }
}

async fn take(State(bot): State<Arc<Bot>>, headers: HeaderMap, body: Body) -> Result<Response, Failure> {
    let bytes = hook::bytes(body).await?;
    let timestamp = hook::header(&headers, TIMESTAMP).unwrap_or_default();
    let signed = hook::header(&headers, SIGNATURE).is_some_and(|given| {
        signature::is_sha256(&bot.settings.secret, &[timestamp.as_bytes(), b".", &bytes], given)
    });
    if !signed {
        return Err(hook::unsigned(CHANNEL, SIGNATURE));
    }
    let now = (bot.reception.clock)();
    let fresh = |moment| signature::is_fresh(moment, now, bot.settings.max_age_seconds);
    if !signature::moment(timestamp).is_some_and(fresh) {
        return Err(hook::stale(CHANNEL, TIMESTAMP));
    }
    match event::read(&bytes, &bot.settings).map_err(|error| hook::unreadable(&error))? {
        Event::Nothing { why } => Ok(hook::ignored(why)),
        Event::Errand { delivery, conversation, user, errand } => {
            let payload = errand.payload().map_err(|error| hook::not_written(CHANNEL, &error))?;
            let kept = bot.inbox.take_in(delivery, conversation, user, payload).await;
            Ok(hook::taken(kept.map_err(|error| hook::not_kept(&error))?))
        }
    }
}

impl Work for Bot {
    fn work<'a>(&'a self, inbox: &'a Inbox, job: &'a Job) -> BoxFuture<'a, Result<(), Setback>> {
        async move {
            let mut steps = Steps::of(inbox, job);
            match Errand::of(job)? {
                Errand::Asked(asked) => self.answer(&asked, job, &mut steps).await,
                Errand::Agent(AgentDoes::Says { conversation, text }) => {
                    self.say("says", &conversation, Message::public(text), None, &mut steps).await
                }
                Errand::Agent(AgentDoes::GivesBack { conversation }) => {
                    steps.set("status", self.calls.set_status(&conversation, "pending")).await
                }
                Errand::Human { conversation, who } => self.counter.a_human_speaks(&conversation, who).await,
                Errand::Over { conversation } => self.counter.is_over(&conversation).await,
            }
        }
        .boxed()
    }
}

impl Bot {
    async fn answer(&self, asked: &Asked, job: &Job, steps: &mut Steps<'_>) -> Result<(), Setback> {
        let conversation = &asked.conversation;
        let answered = self
            .counter
            .ask(conversation, asked.user.clone(), asked.text.clone(), job.delivery.clone())
            .await?;
        let Some(answered) = answered else { return Ok(()) };
        let reply = &answered.reply;
        let message = match self.settings.reply {
            TicketReply::Note => Message::note(words::proposal(reply)),
            TicketReply::Public if reply.kind == Kind::Clarify && !reply.suggestions.is_empty() => {
                Message::choices(words::answer(reply), &reply.suggestions)
            }
            TicketReply::Public => Message::public(words::answer(reply)),
        };
        self.say("answer", conversation, message, asked.message, steps).await?;
        if !answered.hands_over {
            return Ok(());
        }
        if let Some(handover) = &answered.handover {
            let note = Message::note(words::handed_over(handover));
            self.say("packet", conversation, note, asked.message, steps).await?;
        }
        steps.set("status", self.calls.set_status(conversation, "open")).await
    }

    /// Sends a message, unless Chatwoot says that an earlier try did.
    async fn say(
        &self,
        step: &str,
        conversation: &str,
        message: Message,
        after: Option<i64>,
        steps: &mut Steps<'_>,
    ) -> Result<(), Setback> {
        let there = self.calls.has(conversation, &message, after);
        steps.take(step, there, self.calls.send(conversation, &message)).await
    }
}

/// What would be kept of a body.
pub(in crate::channels) fn kept(bytes: &[u8], settings: &Chatwoot) -> Option<Kept> {
    let Event::Errand { delivery, user, errand, .. } = event::read(bytes, settings).ok()? else {
        return None;
    };
    let text = if let Errand::Asked(asked) = errand { Some(asked.text) } else { None };
    Some(Kept { delivery, user, text, address: String::new() })
}
