//! `check_domain`: can this domain be filed.

use super::candidates;
use super::{Action, Ask, Basis, Done, Request, Step};
use crate::domain::records::{Domain, Entity, Website};
use crate::domain::rules::domain_check::{DomainQuestion, DomainStep, check_domain};
use crate::phrases::{actions, clarify};
use crate::store::StoreError;

pub struct CheckDomain;

impl Action for CheckDomain {
    fn intent(&self) -> &'static str {
        "check_domain"
    }

    fn needs_record(&self) -> bool {
        false
    }

    fn anchor(&self) -> &'static str {
        "domain-check-rules"
    }

    fn basis(&self) -> Basis {
        Basis { tables: &["suffixes.toml", "domain_check.toml", "terms.toml"], origin: None }
    }

    fn slots(&self) -> &'static [&'static str] {
        &["domain"]
    }

    fn case_words(&self) -> &'static [&'static str] {
        &["要核验", "还核验", "再核验", "还查", "能备案", "能备么", "可以备案", "be filed", "checked"]
    }

    fn run(&self, request: &Request<'_>) -> Result<Step, StoreError> {
        let name = match request.slot("domain") {
            Some(name) => name.to_owned(),
            None => match candidates::domains(request).as_slice() {
                [one] => one.clone(),
                several => {
                    let text = clarify::which_domain(request.voice, several);
                    return Ok(Step::Ask(Ask { slot: "domain", text, options: several.to_vec() }));
                }
            },
        };
        let record = find(request, &name)?;
        let entity = entity_of(request, &name);
        let step = step(request, &name);
        let question = DomainQuestion {
            name: &name,
            record: record.as_ref(),
            entity,
            step,
            today: request.today(),
            as_of: request.as_of,
        };
        let verdict = check_domain(request.book, &question);
        let text = actions::check_domain::text(request.voice, request.book, &verdict, record.is_some());
        Ok(Step::Done(Done::new(&verdict, text).about("domain", name)))
    }
}

/// The record of the registrable name, else of a name below it that is on record.
fn find(request: &Request<'_>, name: &str) -> Result<Option<Domain>, StoreError> {
    if let Some(domain) = request.store.domain(name)? {
        return Ok(Some(domain));
    }
    let own = request.case.into_iter().flat_map(|case| &case.records.domains);
    Ok(own.into_iter().find(|domain| candidates::same_domain(&domain.name, name)).cloned())
}

/// The asker's entity that the domain is compared with: the one whose website or order names it, else the only one.
fn entity_of<'a>(request: &Request<'a>, name: &str) -> Option<&'a Entity> {
    let records = &request.case?.records;
    let by_order = records
        .orders
        .iter()
        .filter(|order| order.domains.iter().any(|domain| candidates::same_domain(domain, name)))
        .filter_map(|order| order.entity.as_deref());
    let by_website = website_of(request, name).map(|website| website.entity.as_str());
    let named = by_order.chain(by_website).next();
    match named {
        Some(id) => records.entities.iter().find(|entity| entity.id == id),
        None => records.entities.first(),
    }
}

fn website_of<'a>(request: &Request<'a>, name: &str) -> Option<&'a Website> {
    let websites = &request.case?.records.websites;
    websites.iter().find(|website| website.domains.iter().any(|domain| candidates::same_domain(domain, name)))
}

/// The step that the user names, if it is one that may not be checked.
fn step(request: &Request<'_>, name: &str) -> Option<DomainStep> {
    if request.says(&["注销后重新", "注销之后重新", "注销完再", "注销后再", "重新备案"])
    {
        return Some(DomainStep::File);
    }
    if request.says(&[
        "取消接入后再接",
        "取消接入之后再接",
        "再接入",
        "重新接入",
        "接回来",
        "又接",
        "access again",
        "re-access",
    ]) {
        return Some(DomainStep::AccessAgain);
    }
    if request.says(&[
        "取消接入",
        "撤接入",
        "cancel access",
        "cancelling access",
        "canceling access",
        "cancel the access",
    ]) {
        return Some(DomainStep::CancelAccess);
    }
    if request.says(&["注销", "销掉", "销户", "deregister"]) {
        return Some(DomainStep::Deregister);
    }
    if request.says(&[
        "变更",
        "修改备案",
        "改备案",
        "改信息",
        "change to the filing",
        "changing my filing",
        "change filing",
    ]) {
        let adds = request.says(&[
            "新增域名",
            "加域名",
            "增加域名",
            "加一个域名",
            "新域名",
            "new domain",
            "add a domain",
        ]);
        let none = request.says(&[
            "不加",
            "不新增",
            "不增加",
            "没有新",
            "没加",
            "no new",
            "without new",
            "not adding",
        ]);
        let new_domains = adds && !none;
        let said = request.entities.dates.first().map(|range| range.last);
        let site_filed_on = said.or_else(|| website_of(request, name).and_then(|website| website.filed_on));
        return Some(DomainStep::Change { new_domains, site_filed_on });
    }
    None
}
