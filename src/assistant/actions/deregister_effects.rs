//! `deregister_effects`: what happens when a website, or the whole entity, is deregistered.

use super::cancel_access_effects::ended;
use super::{Action, Basis, Request, Step};
use crate::domain::rules::effects::Ending;
use crate::store::StoreError;

pub struct DeregisterEffects;

impl Action for DeregisterEffects {
    fn intent(&self) -> &'static str {
        "deregister_effects"
    }

    fn needs_record(&self) -> bool {
        true
    }

    fn anchor(&self) -> &'static str {
        "deregister-effect"
    }

    fn basis(&self) -> Basis {
        Basis { tables: &["suffixes.toml"], origin: Some(crate::domain::rules::effects::ORIGIN) }
    }

    fn slots(&self) -> &'static [&'static str] {
        &["domain"]
    }

    fn run(&self, request: &Request<'_>) -> Result<Step, StoreError> {
        Ok(ended(request, ending(request), "deregister-suffix"))
    }
}

/// What is deregistered: a website unless the entity is what the verb takes, or everything.
fn ending(request: &Request<'_>) -> Ending {
    const A_WEBSITE: &[&str] = &[
        "注销网站",
        "网站注销",
        "网站备案",
        "网站销",
        "站销",
        "销网站",
        "注销了网站",
        "注销掉网站",
        "注销这个",
        "注销一个",
        "只注销",
        "只销",
        "网站给注销",
        "把网站",
        "deregister my site",
        "deregister my website",
        "deregister one",
        "deregister a ",
        "deregister the site",
        "deregister the website",
        "deregistering a website",
        "deregistering my website",
    ];
    const EVERYTHING: &[&str] = &[
        "全部注销",
        "全都注销",
        "全注销",
        "全销",
        "都注销",
        "都销",
        "所有网站",
        "整个备案",
        "销户",
        "everything",
        "all my websites",
        "all of my websites",
        "whole filing",
    ];
    let entity = request.says(&["主体", "entity", "organizer"]);
    let website = request.slot("domain").is_some() || request.says(A_WEBSITE);
    if request.says(EVERYTHING) || entity && !website {
        Ending::DeregisterEntity
    } else {
        Ending::DeregisterWebsite
    }
}
