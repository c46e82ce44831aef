//! `shell_site_check`: whether a site of the asker's is a shell.

use super::candidates;
use super::{Action, Ask, Basis, Done, Request, Step};
use crate::domain::records::Domain;
use crate::domain::rules::shell_site::shell_site_check;
use crate::phrases::{actions, clarify};
use crate::store::StoreError;

pub struct ShellSiteCheck;

impl Action for ShellSiteCheck {
    fn intent(&self) -> &'static str {
        "shell_site_check"
    }

    fn needs_record(&self) -> bool {
        true
    }

    fn anchor(&self) -> &'static str {
        "shell-site-definition"
    }

    fn basis(&self) -> Basis {
        Basis { tables: &[], origin: Some(crate::domain::rules::shell_site::ORIGIN) }
    }

    fn slots(&self) -> &'static [&'static str] {
        &["domain"]
    }

    fn run(&self, request: &Request<'_>) -> Result<Step, StoreError> {
        if request.case.is_none() && request.slot("domain").is_none() {
            return Ok(candidates::whose(request, "domain"));
        }
        if candidates::is_general(request) && request.slot("domain").is_none() {
            return Ok(Step::General);
        }
        let own = candidates::domains(request);
        let name = match (request.slot("domain"), own.as_slice()) {
            (Some(name), own) if own.iter().any(|domain| domain == name) => name.to_owned(),
            (Some(name), _) => return Ok(Step::NotFound { slot: "domain", name: name.to_owned() }),
            (None, [one]) => one.clone(),
            (None, []) => return Ok(Step::General),
            (None, several) => {
                let text = clarify::which_domain(request.voice, several);
                return Ok(Step::Ask(Ask { slot: "domain", text, options: several.to_vec() }));
            }
        };
        let website = candidates::website(request, &name);
        let record = record(request, &name)?;
        let verdict = shell_site_check(&name, website, record.as_ref(), request.today());
        let text = actions::shell_site_check::text(request.voice, request.book, &verdict);
        let next = request.voice.pick(
            ["空壳网站怎么整改", "超期没整改会怎样"],
            ["How do I mend a shell site?", "What if I don't mend it in time?"],
        );
        let mut done = Done::new(&verdict, text).about("domain", name).then(next);
        done.anchors.push("shell-site-fix");
        Ok(Step::Done(done))
    }
}

/// The record of the name, else of a name below it.
fn record(request: &Request<'_>, name: &str) -> Result<Option<Domain>, StoreError> {
    if let Some(domain) = request.store.domain(name)? {
        return Ok(Some(domain));
    }
    let own = request.case.into_iter().flat_map(|case| &case.records.domains);
    Ok(own.into_iter().find(|domain| candidates::same_domain(&domain.name, name)).cloned())
}
