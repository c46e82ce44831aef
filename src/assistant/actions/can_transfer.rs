//! `can_transfer`: can the filing be moved to another account.

use super::candidates;
use super::{Action, Ask, Basis, Done, Request, Step};
use crate::assistant::asker::{Asker, CaseFile};
use crate::domain::records::{Account, Entity, Order, Site};
use crate::domain::rules::transfer::{TransferFacts, can_transfer};
use crate::phrases::{actions, clarify};
use crate::store::StoreError;

pub struct CanTransfer;

impl Action for CanTransfer {
    fn intent(&self) -> &'static str {
        "can_transfer"
    }

    fn needs_record(&self) -> bool {
        true
    }

    fn anchor(&self) -> &'static str {
        "transfer-target"
    }

    fn basis(&self) -> Basis {
        Basis { tables: &["transfer.toml"], origin: None }
    }

    fn slots(&self) -> &'static [&'static str] {
        &["account"]
    }

    fn run(&self, request: &Request<'_>) -> Result<Step, StoreError> {
        let Some(case) = request.case else { return Ok(candidates::whose(request, "account")) };
        let mut named = Named::of(request)?;
        let source = source(request, case, &named)?;
        named.known.retain(|account| account.id != source.id);
        // Which account of the other site makes no difference.
        let abroad = request.says(&["国际站", "国际版", "国际账号", "international"]);
        let target = match named.known.into_iter().next() {
            Some(target) => target,
            None if abroad || source.site == Site::International => {
                Account { id: String::new(), site: if abroad { Site::International } else { Site::China } }
            }
            None => {
                return Ok(match named.unknown {
                    Some(name) => Step::NotFound { slot: "account", name },
                    None => Step::Ask(Ask {
                        slot: "account",
                        text: clarify::which_account(request.voice),
                        options: Vec::new(),
                    }),
                });
            }
        };
        let there = CaseFile::load(request.store, &target.id)?.records;
        let orders: Vec<&Order> = there.orders.iter().collect();
        let entities: Vec<&Entity> = there.entities.iter().collect();
        let facts = TransferFacts {
            source: &source,
            target: &target,
            target_orders: &orders,
            target_entities: &entities,
            as_of: request.as_of,
        };
        let verdict = can_transfer(request.book, &facts);
        let text = actions::can_transfer::text(request.voice, request.book, &verdict, &target.id);
        let next = request.voice.pick(
            ["线上转移备案怎么操作", "转移时网站能访问吗"],
            ["How do I move a filing online?", "Does the site stay up meanwhile?"],
        );
        let mut done = Done::new(&verdict, text).then(next);
        if !target.id.is_empty() {
            done = done.about("account", &target.id);
        }
        done.anchors.push("transfer-which");
        Ok(Step::Done(done))
    }
}

/// The account that the filing is in: of the domain that an agent names, else of the case.
fn source(request: &Request<'_>, case: &CaseFile, named: &Named) -> Result<Account, StoreError> {
    let mut id = case.account.clone();
    if let (Asker::Agent, Some(domain), [only]) =
        (request.asker, request.slot("domain"), named.known.as_slice())
        && only.id == id
        && let [owner] = request.store.owners_of_domain(domain)?.as_slice()
    {
        id.clone_from(owner);
    }
    Ok(request.store.account(&id)?.unwrap_or(Account { id, site: Site::China }))
}

/// The accounts that the question names.
struct Named {
    known: Vec<Account>,
    /// What looks like the name of an account and isn't one.
    unknown: Option<String>,
}

impl Named {
    fn of(request: &Request<'_>) -> Result<Self, StoreError> {
        let mut named = Self { known: Vec::new(), unknown: None };
        let text = &request.text.original;
        let words =
            text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@'))).chain(
                // What was said before, or answers our question.
                request.slot("account"),
            );
        for word in
            words.map(|word| word.trim_matches('.')).filter(|word| (2..=64).contains(&word.len())).take(40)
        {
            match request.store.account(word)? {
                Some(account) if named.known.contains(&account) => {}
                Some(account) => named.known.push(account),
                None if looks_like_an_account(request, word) => {
                    named.unknown.get_or_insert_with(|| word.to_owned());
                }
                None => {}
            }
        }
        Ok(named)
    }
}

fn looks_like_an_account(request: &Request<'_>, word: &str) -> bool {
    let entities = request.entities;
    let other = entities.orders.iter().chain(&entities.instances).chain(&entities.domains);
    word.len() >= 4
        && word.contains(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | '@'))
        && word.contains(|c: char| c.is_ascii_alphabetic())
        && !other.into_iter().any(|name| name.eq_ignore_ascii_case(word))
}
