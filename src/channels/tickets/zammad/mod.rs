//! Zammad: a webhook that a trigger calls when an article is added, and notes or answers through the REST interface.
//!
//! Requests are signed over their bytes alone, so their age is that of the article in them. Which articles are questions is decided
//! in [`event`]. What is sent to Zammad is in [`calls`].

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
use crate::channels::wording::html;
use crate::channels::{Adapter, Inbox, Outgoing, Reception, Setback, Work};
use crate::config::{TicketReply, Zammad};
use crate::store::queue::Job;

use calls::{Article, Calls};
use event::{Asked, Event};

/// The channel's name in `identities`.
pub const CHANNEL: &str = "zammad";

const ADDRESS: &str = "/hooks/zammad";
const SIGNATURE: &str = "x-hub-signature";

/// The owner of a ticket that nobody owns.
const NOBODY: i64 = 1;

/// What is shared by those who take requests and those who work them off.
struct Helper {
    settings: Zammad,
    reception: Arc<Reception>,
    inbox: Arc<Inbox>,
    counter: Counter,
    calls: Calls,
}

/// The channel, ready to be started.
pub fn adapter(settings: Zammad, reception: &Arc<Reception>, outgoing: Outgoing) -> Adapter {
    let inbox = Arc::new(Inbox::new(Arc::clone(reception), CHANNEL));
    let helper = Arc::new(Helper {
        counter: Counter::new(Arc::clone(reception), CHANNEL, settings.hand_over_unanswered),
        calls: Calls::new(&settings, outgoing),
        reception: Arc::clone(reception),
        inbox: Arc::clone(&inbox),
        settings,
    });
    let routes = Router::new().route(ADDRESS, post(take)).with_state(Arc::clone(&helper));
    Adapter {
        routes: Some(routes),
        inbox: Some((inbox, helper)),
        ..Adapter::new(CHANNEL, format!("POST {ADDRESS}"))
    }
}

async fn take(
    State(helper): State<Arc<Helper>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let bytes = hook::bytes(body).await?;
    let signed = hook::header(&headers, SIGNATURE)
        .is_some_and(|given| signature::is_sha1(&helper.settings.secret, &[&bytes], given));
    if !signed {
        return Err(hook::unsigned(CHANNEL, SIGNATURE));
    }
    match event::read(&bytes).map_err(|error| hook::unreadable(&error))? {
        Event::Nothing { why } => Ok(hook::ignored(why)),
        Event::Errand { delivery, ticket, user, at, errand } => {
            let now = (helper.reception.clock)();
            let fresh = |moment| signature::is_fresh(moment, now, helper.settings.max_age_seconds);
            if !at.is_some_and(fresh) {
                return Err(hook::stale(CHANNEL, "the time of the article (or of the ticket) in the body"));
            }
            let payload = errand.payload().map_err(|error| hook::not_written(CHANNEL, &error))?;
            let kept = helper.inbox.take_in(delivery, ticket, user, payload).await;
            Ok(hook::taken(kept.map_err(|error| hook::not_kept(&error))?))
        }
    }
}

impl Work for Helper {
    fn work<'a>(&'a self, inbox: &'a Inbox, job: &'a Job) -> BoxFuture<'a, Result<(), Setback>> {
        async move {
            let mut steps = Steps::of(inbox, job);
            match Errand::of(job)? {
                Errand::Asked(asked) => self.answer(&asked, job, &mut steps).await,
                Errand::Agent(AgentDoes::Says { conversation, text }) => {
                    let about = self.calls.last_of_customer(&conversation).await?;
                    let article = Article::public(&conversation, html(&text), about.as_ref());
                    self.say("says", article, None, &mut steps).await
                }
                // Whose turn it is stands with us; a ticket's owner and state are the agents' own.
                Errand::Agent(AgentDoes::GivesBack { .. }) => Ok(()),
                Errand::Human { conversation, who } => self.human(&conversation, &who).await,
                Errand::Over { conversation } => self.counter.is_over(&conversation).await,
            }
        }
        .boxed()
    }
}

impl Helper {
    async fn answer(&self, asked: &Asked, job: &Job, steps: &mut Steps<'_>) -> Result<(), Setback> {
        let ticket = &asked.ticket;
        let public = self.settings.reply == TicketReply::Public;
        // Agents like proposals for their tickets; customers need one voice.
        if public && asked.owner > NOBODY && asked.owner != self.calls.me().await? {
            return Ok(());
        }
        let answered =
            self.counter.ask(ticket, asked.user.clone(), asked.text.clone(), job.delivery.clone()).await?;
        let Some(answered) = answered else { return Ok(()) };
        let article = if public {
            Article::public(ticket, html(&words::answer(&answered.reply)), Some(&asked.about))
        } else {
            Article::note(ticket, html(&words::proposal(&answered.reply)))
        };
        self.say("answer", article, Some(asked.about.id), steps).await?;
        if !answered.hands_over {
            return Ok(());
        }
        if let Some(handover) = &answered.handover {
            let note = Article::note(ticket, html(&words::handed_over(handover)));
            self.say("packet", note, Some(asked.about.id), steps).await?;
        }
        if let Some(tag) = &self.settings.handoff_tag {
            steps.set("tag", self.calls.tag(ticket, tag)).await?;
        }
        let (state, owner) = (self.settings.handoff_state.as_deref(), self.settings.handoff_owner.as_deref());
        if state.is_some() || owner.is_some() {
            steps.set("ticket", self.calls.update(ticket, state, owner)).await?;
        }
        Ok(())
    }

    /// An agent's article: ours are ours.
    async fn human(&self, ticket: &str, who: &str) -> Result<(), Setback> {
        if who == self.calls.me().await?.to_string() {
            return Ok(());
        }
        self.counter.a_human_speaks(ticket, format!("zammad:{who}")).await
    }

    /// Adds an article, unless Zammad says that an earlier try did.
    async fn say(
        &self,
        step: &str,
        article: Article,
        after: Option<i64>,
        steps: &mut Steps<'_>,
    ) -> Result<(), Setback> {
        steps.take(step, self.calls.has(&article, after), self.calls.add(&article)).await
    }
}

/// What would be kept of a body.
pub(in crate::channels) fn kept(bytes: &[u8]) -> Option<Kept> {
    let Event::Errand { delivery, user, errand, .. } = event::read(bytes).ok()? else { return None };
    let (text, mail) = match *errand {
        Errand::Asked(asked) => (Some(asked.text), asked.about.mail),
        _ => (None, None),
    };
    Some(Kept { delivery, user, text, address: mail.unwrap_or_default() })
}
