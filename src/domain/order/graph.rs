//! The machine as a picture: Mermaid text, drawn by asking [`apply`] about every standing, so that it can't differ from it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{Event, OrderState, OrderType, Standing, Verification, Way, apply};

/// What was the case when an arrow was drawn.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Circumstance {
    way: Way,
    by_phone: bool,
    sms_required: bool,
}

/// Every move that any order can make, and in which circumstances a state is reached at all.
#[derive(Default)]
struct Walk {
    arrows: BTreeMap<(OrderState, Event, OrderState), BTreeSet<Circumstance>>,
    present: BTreeMap<OrderState, BTreeSet<Circumstance>>,
}

/// The machine as a Mermaid state diagram. An arrow that holds only for some of the orders in a state says for which.
pub fn mermaid() -> String {
    let walk = Walk::everywhere();
    let mut text = String::from("stateDiagram-v2\n");
    for ((from, event, to), here) in &walk.arrows {
        // Being created is the one event that needs an order to which nothing has happened yet.
        if *event == Event::Created {
            let _ = writeln!(text, "    [*] --> {to}: {event}");
            continue;
        }
        let condition = walk.present.get(from).map_or_else(String::new, |present| condition(present, here));
        let _ = writeln!(text, "    {from} --> {to}: {event}{condition}");
    }
    for end in OrderState::ALL.into_iter().filter(|state| !state.is_open()) {
        let _ = writeln!(text, "    {end} --> [*]");
    }
    text
}

impl Walk {
    /// Walks from the start along every way.
    fn everywhere() -> Self {
        let mut walk = Self::default();
        for way in Way::ALL {
            let Some(kind) = OrderType::ALL.into_iter().find(|kind| kind.way() == way) else { continue };
            let mut seen = BTreeSet::from([Standing::START]);
            let mut open = vec![Standing::START];
            while let Some(at) = open.pop() {
                for sms_required in [false, true] {
                    let here = Circumstance { way, by_phone: is_by_phone(at), sms_required };
                    walk.present.entry(at.state()).or_default().insert(here);
                    for event in Event::ALL {
                        let Ok(to) = apply(kind, at, event, sms_required) else { continue };
                        walk.arrows.entry((at.state(), event, to.state())).or_default().insert(here);
                        if seen.insert(to) {
                            open.push(to);
                        }
                    }
                }
            }
        }
        walk
    }
}

fn is_by_phone(at: Standing) -> bool {
    match at {
        Standing::Draft { verification, .. }
        | Standing::ProviderReview { verification }
        | Standing::ProviderRejected { verification } => verification == Verification::PassedByPhone,
        Standing::VerificationPending
        | Standing::VerificationReview
        | Standing::Verified
        | Standing::SmsPending
        | Standing::AdministrationReview
        | Standing::AdministrationRejected
        | Standing::Approved
        | Standing::Abandoned => false,
    }
}

/// For which of the orders that may be in a state an arrow holds: ` (claim)`, ` (full way; verified by phone)`.
fn condition(present: &BTreeSet<Circumstance>, here: &BTreeSet<Circumstance>) -> String {
    let mut parts = Vec::new();
    let ways: BTreeSet<Way> = here.iter().map(|circumstance| circumstance.way).collect();
    if present.iter().any(|circumstance| !ways.contains(&circumstance.way)) {
        parts.push(ways.iter().map(|way| types_of(*way)).collect::<Vec<_>>().join(", "));
    }
    // Of the orders on these ways, does the check by phone or the province decide?
    let alike = || present.iter().filter(|circumstance| ways.contains(&circumstance.way));
    if let Some(by_phone) = decides(alike(), here, |circumstance| circumstance.by_phone) {
        parts.push(if by_phone { "verified by phone" } else { "not verified by phone" }.to_owned());
    }
    if let Some(required) = decides(alike(), here, |circumstance| circumstance.sms_required) {
        parts.push(if required { "province with SMS verification" } else { "province without" }.to_owned());
    }
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join("; ")) }
}

/// The one value that a circumstance has here while it has both among all that are alike.
fn decides<'a>(
    alike: impl Iterator<Item = &'a Circumstance>,
    here: &BTreeSet<Circumstance>,
    value: impl Fn(&Circumstance) -> bool,
) -> Option<bool> {
    let values: BTreeSet<bool> = here.iter().map(&value).collect();
    let all: BTreeSet<bool> = alike.map(&value).collect();
    (values != all).then(|| values.first().copied()).flatten()
}

fn types_of(way: Way) -> String {
    if way == Way::Full {
        return "full way".to_owned();
    }
    let names: Vec<_> =
        OrderType::ALL.iter().filter(|kind| kind.way() == way).map(|kind| kind.as_str()).collect();
    names.join(", ")
}
