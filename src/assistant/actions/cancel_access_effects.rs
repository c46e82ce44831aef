//! `cancel_access_effects`: what happens when the access here is cancelled.

use super::candidates;
use super::{Action, Ask, Basis, Done, Request, Step};
use crate::domain::rules::effects::{Ending, effects};
use crate::phrases::{actions, clarify};
use crate::store::StoreError;

pub struct CancelAccessEffects;

impl Action for CancelAccessEffects {
    fn intent(&self) -> &'static str {
        "cancel_access_effects"
    }

    fn needs_record(&self) -> bool {
        true
    }

    fn anchor(&self) -> &'static str {
        "cancel-access-effect"
    }

    fn basis(&self) -> Basis {
        Basis { tables: &["suffixes.toml"], origin: Some(crate::domain::rules::effects::ORIGIN) }
    }

    fn slots(&self) -> &'static [&'static str] {
        &["domain"]
    }

    fn run(&self, request: &Request<'_>) -> Result<Step, StoreError> {
        Ok(ended(request, Ending::CancelAccess, "cancel-access-suffix"))
    }
}

/// What an ending does to the domain that is named, or to those of the asker.
pub(super) fn ended(request: &Request<'_>, ending: Ending, suffixes: &'static str) -> Step {
    let domains = match request.slot("domain") {
        Some(domain) if ending != Ending::DeregisterEntity => vec![domain.to_owned()],
        _ => candidates::domains(request),
    };
    let names: Vec<&str> = domains.iter().map(String::as_str).collect();
    let alone = |name: &&str| effects(request.book, ending, &[*name], request.as_of).effects;
    // An entity takes all its websites with it; of websites one is meant, and it matters which.
    if ending != Ending::DeregisterEntity
        && let [first, rest @ ..] = names.as_slice()
        && rest.iter().any(|other| alone(other) != alone(first))
    {
        let text = clarify::which_domain(request.voice, &domains);
        return Step::Ask(Ask { slot: "domain", text, options: domains });
    }
    let verdict = effects(request.book, ending, &names, request.as_of);
    let about = match names.as_slice() {
        [one] => Some(*one),
        _ => None,
    };
    let text = actions::effects::text(request.voice, request.book, ending, &verdict, about);
    let mut done = Done::new(&verdict, text);
    if let Some(domain) = about {
        done = done.about("domain", domain);
    }
    done.anchors.push(suffixes);
    let next = match ending {
        Ending::CancelAccess => request.voice.pick(
            ["取消接入怎么操作", "取消接入和注销有什么区别"],
            ["How do I cancel the access?", "Cancel access or deregister?"],
        ),
        Ending::DeregisterWebsite => request.voice.pick(
            ["把主体注销了会怎样", "怎么在线注销"],
            ["What if I deregister the entity?", "How do I deregister online?"],
        ),
        Ending::DeregisterEntity => request.voice.pick(
            ["只注销网站会怎样", "怎么在线注销"],
            ["What if I deregister one website only?", "How do I deregister online?"],
        ),
    };
    Step::Done(done.then(next))
}
