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

type Arrows = BTreeMap<(OrderState, Event, OrderState), BTreeSet<Circumstance>>;

/// The machine as a Mermaid state diagram. An arrow that holds only for some orders says for which.
pub fn mermaid() -> String {
    let arrows = arrows();
    let mut text = String::from("stateDiagram-v2\n    [*] --> draft\n");
    for ((from, event, to), circumstances) in &arrows {
        let condition = condition(&arrows, *from, *event, circumstances);
        let _ = writeln!(text, "    {from} --> {to}: {event}{condition}");
    }
    for end in OrderState::ALL.into_iter().filter(|state| !state.is_open()) {
        let _ = writeln!(text, "    {end} --> [*]");
    }
    text
}

/// Every move that any order can make, found by walking from the start along every way.
fn arrows() -> Arrows {
    let mut arrows = Arrows::new();
    for way in Way::ALL {
        let Some(kind) = OrderType::ALL.into_iter().find(|kind| kind.way() == way) else { continue };
        let mut seen = BTreeSet::from([Standing::START]);
        let mut open = vec![Standing::START];
        while let Some(at) = open.pop() {
            for (event, sms_required) in
                Event::ALL.into_iter().flat_map(|event| [(event, false), (event, true)])
            {
                let Ok(to) = apply(kind, at, event, sms_required) else { continue };
                let by_phone = is_by_phone(at);
                arrows.entry((at.state(), event, to.state())).or_default().insert(Circumstance {
                    way,
                    by_phone,
                    sms_required,
                });
                if seen.insert(to) {
                    open.push(to);
                }
            }
        }
    }
    arrows
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

/// For which orders an arrow holds, where the same event in the same state can lead elsewhere: ` (claim)`, ` (SMS)`.
fn condition(arrows: &Arrows, from: OrderState, event: Event, here: &BTreeSet<Circumstance>) -> String {
    let everywhere: BTreeSet<Circumstance> = arrows
        .iter()
        .filter(|((state, happened, _), _)| (*state, *happened) == (from, event))
        .flat_map(|(_, circumstances)| circumstances.iter().copied())
        .collect();
    if everywhere == *here {
        return String::new();
    }
    let mut parts = Vec::new();
    let ways: BTreeSet<Way> = here.iter().map(|circumstance| circumstance.way).collect();
    let all_ways: BTreeSet<Way> = everywhere.iter().map(|circumstance| circumstance.way).collect();
    if ways != all_ways {
        parts.push(ways.iter().map(|way| types_of(*way)).collect::<Vec<_>>().join(", "));
    }
    // Of the orders on these ways, does the check by phone or the province decide?
    let alike: BTreeSet<Circumstance> =
        everywhere.into_iter().filter(|circumstance| ways.contains(&circumstance.way)).collect();
    if let Some(by_phone) = decides(&alike, here, |circumstance| circumstance.by_phone) {
        parts.push(if by_phone { "verified by phone" } else { "not verified by phone" }.to_owned());
    }
    if let Some(required) = decides(&alike, here, |circumstance| circumstance.sms_required) {
        parts.push(if required { "province with SMS verification" } else { "province without" }.to_owned());
    }
    format!(" ({})", parts.join("; "))
}

/// The one value that a circumstance has here while it has both among all that are alike.
fn decides(
    alike: &BTreeSet<Circumstance>,
    here: &BTreeSet<Circumstance>,
    value: impl Fn(&Circumstance) -> bool,
) -> Option<bool> {
    let values: BTreeSet<bool> = here.iter().map(&value).collect();
    let all: BTreeSet<bool> = alike.iter().map(&value).collect();
    (values != all).then(|| values.first().copied()).flatten()
}

fn types_of(way: Way) -> String {
    if way == Way::Full {
        return "other types".to_owned();
    }
    let names: Vec<_> =
        OrderType::ALL.iter().filter(|kind| kind.way() == way).map(|kind| kind.as_str()).collect();
    names.join(", ")
}
