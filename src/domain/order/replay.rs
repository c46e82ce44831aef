//! Replay: from an order's events to where it stands, without a table of provinces.
//!
//! Some events can be read in two ways: whether the province verified by SMS shows only in the event after
//! `sent_to_administration`; an import may be on record in provider review; an order that comes back after its person in
//! charge had passed may or may not have to be verified again. So the replay keeps every reading, the likeliest
//! first, and drops those that a later event rules out. Events are refused only when no reading is left.

use super::{Event, Illegal, OrderState, OrderType, Standing, Verification, Way, apply};

/// An event that no reading of the events before it allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{illegal}")]
pub struct Refused {
    /// Which of the events, from 0.
    pub index: usize,
    pub illegal: Illegal,
}

/// One reading of an order's events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    /// Where the order stood after each event.
    pub after: Vec<Standing>,
}

impl Replay {
    /// Where the order stands now.
    pub fn standing(&self) -> Standing {
        self.after.last().copied().unwrap_or(Standing::START)
    }

    /// Which event, from 0, brought the order into the state it is in.
    pub fn entered_by(&self) -> Option<usize> {
        let state = self.standing().state();
        let run = self.after.iter().rev().take_while(|at| at.state() == state).count();
        // No event leaves a state and enters it again, so the run of equal states at the end is the stay.
        self.after.len().checked_sub(run).filter(|_| run > 0)
    }
}

/// Every reading of the events, the likeliest first; never empty. `sms_required` puts one of the two readings of a last
/// `sent_to_administration` first.
pub fn replays(
    kind: OrderType,
    events: impl IntoIterator<Item = Event>,
    sms_required: bool,
) -> Result<Vec<Replay>, Refused> {
    // One layer an event: each standing it may lead to, with the place in the layer before that it comes from.
    let mut layers: Vec<Vec<(Standing, usize)>> = Vec::new();
    for (index, event) in events.into_iter().enumerate() {
        let start = [(Standing::START, 0)];
        let before = layers.last().map_or(start.as_slice(), Vec::as_slice);
        let mut layer: Vec<(Standing, usize)> = Vec::new();
        for (from, (at, _)) in before.iter().enumerate() {
            for standing in after(kind, *at, event, sms_required) {
                // Two readings that have come to the same place have the same future: the likelier one stays.
                if layer.iter().all(|(known, _)| *known != standing) {
                    layer.push((standing, from));
                }
            }
        }
        if layer.is_empty() {
            let at = before.first().map_or(Standing::START, |(at, _)| *at);
            return Err(Refused { index, illegal: Illegal { kind, at, event } });
        }
        layers.push(layer);
    }
    let ends = layers.last().map_or(1, Vec::len);
    Ok((0..ends).map(|end| trace(&layers, end)).collect())
}

/// The reading that ends in a place of the last layer, followed back to the start.
fn trace(layers: &[Vec<(Standing, usize)>], end: usize) -> Replay {
    let mut place = end;
    let mut after: Vec<Standing> = layers
        .iter()
        .rev()
        .filter_map(|layer| {
            let (standing, from) = layer.get(place)?;
            place = *from;
            Some(*standing)
        })
        .collect();
    after.reverse();
    Replay { after }
}

/// The reading that ends in `stated`, if one does, else the likeliest.
pub fn replay(
    kind: OrderType,
    events: impl IntoIterator<Item = Event>,
    stated: OrderState,
    sms_required: bool,
) -> Result<Replay, Refused> {
    let mut readings = replays(kind, events, sms_required)?;
    let chosen = readings.iter().position(|reading| reading.standing().state() == stated).unwrap_or(0);
    Ok(readings.swap_remove(chosen))
}

/// Where a record may stand after an event: the machine's own answer first, then what the contract accepts besides.
fn after(kind: OrderType, at: Standing, event: Event, sms_required: bool) -> Vec<Standing> {
    let Ok(next) = apply(kind, at, event, sms_required) else {
        return Vec::new();
    };
    let mut all = vec![next];
    if let Ok(other) = apply(kind, at, event, !sms_required)
        && other != next
    {
        all.push(other);
    }
    all.extend(accepted_besides(kind.way(), at, event));
    all
}

fn accepted_besides(way: Way, at: Standing, event: Event) -> Option<Standing> {
    let in_review = |verification| Some(Standing::ProviderReview { verification });
    match (way, event) {
        (Way::AtOnce, Event::Submitted | Event::Resubmitted)
        | (Way::AdministrationOnly, Event::Resubmitted) => in_review(Verification::NotYet),
        // Verified in an earlier round: a record may go on with that pass or verify again.
        (Way::Full, Event::Resubmitted) if at == Standing::AdministrationRejected => {
            in_review(Verification::PassedByPhone)
        }
        (Way::Full, Event::Returned | Event::SmsExpired | Event::SmsFailed) if at.verification_passed() => {
            Some(Standing::Draft { begun: true, verification: Verification::PassedByPhone })
        }
        _ => None,
    }
}
