//! Which intents a message is compared with utterance by utterance: those that may come out first in something that is asked of
//! them. What the others come to at most is less than what the first ones do come to, and nobody asks how much less.

use std::sync::Arc;

use super::actions::{self, Action};
use super::meaning::is_topic_outside;
use super::receipt::TOP;
use super::weights::{likeness, nearness};

/// What an action of a score comes to with what a message says beside: the more, the higher the score.
pub type Beside<'a> = &'a dyn Fn(&dyn Action, f32) -> f32;

/// An intent with what it comes to; at most, as long as it wasn't looked at. Its name is borrowed: most are dropped again, and to
/// count who holds a name makes cores wait for each other.
#[derive(Clone)]
pub(super) struct Bounded<'a> {
    pub intent: &'a Arc<str>,
    pub label: usize,
    pub whole: f32,
    /// How near its nearest example comes, and which one that is.
    pub nearest: f32,
    pub example: usize,
    pub wording: f32,
    pub looked_at: bool,
}

impl Bounded<'_> {
    pub fn score(&self) -> f32 {
        likeness(self.whole, self.nearest, self.wording)
    }

    fn nearness(&self) -> f32 {
        nearness(self.whole, self.nearest)
    }

    fn action(&self) -> Option<&'static dyn Action> {
        actions::find(self.intent)
    }
}

/// Keeps those that may come out first in anything: in score, as a topic outside, as an action with what speaks for it beside. All
/// small talk and whatever is somebody's own is among them, since there is little of it. `look` looks at one.
pub(super) fn keep_likely<'a>(
    all: &mut Vec<Bounded<'a>>,
    beside: Beside<'_>,
    look: &mut dyn FnMut(&mut Bounded<'a>),
) {
    let topic = |one: &Bounded<'_>, measure: f32| is_topic_outside(one.intent).then_some(measure);
    for one in all.iter_mut().filter(|one| !is_topic_outside(one.intent) && one.action().is_none()) {
        look(one);
    }
    first(all, TOP, &|one| Some(one.score()), look);
    first(all, 1, &|one| topic(one, one.score()), look);
    first(all, 1, &|one| topic(one, one.nearness()), look);
    first(all, 1, &|one| one.action().map(|action| beside(action, one.score())), look);
    all.retain(|one| one.looked_at);
}

/// Looks at one after the other until the first ones by a measure are known, and those that are as good as the last of them.
fn first<'a>(
    all: &mut [Bounded<'a>],
    how_many: usize,
    measure: &dyn Fn(&Bounded<'_>) -> Option<f32>,
    look: &mut dyn FnMut(&mut Bounded<'a>),
) {
    let measured = all.iter().zip(0_usize..).filter_map(|(one, at)| Some((measure(one)?, at)));
    let mut measured: Vec<(f32, usize)> = measured.collect();
    measured.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut best: Vec<f32> = Vec::with_capacity(how_many + 1);
    for (at_most, at) in measured {
        if best.len() == how_many && best.last().is_some_and(|last| at_most < *last) {
            break;
        }
        let one = &mut all[at];
        if !one.looked_at {
            look(one);
        }
        let exact = measure(one).unwrap_or(at_most);
        best.insert(best.partition_point(|better| *better >= exact), exact);
        best.truncate(how_many);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Measure<'a> = &'a dyn Fn(&Bounded<'_>) -> Option<f32>;

    proptest! {
        #[test]
        fn what_is_left_out_comes_first_in_nothing(
            near in proptest::collection::vec((0_usize..6, 0.0_f32..1.0, 0.0_f32..0.5), 1..30),
        ) {
            let names: [Arc<str>; 6] =
                ["outside_tax", "outside_trademark", "check_domain", "gift_time", "chitchat_help", "evade"].map(Arc::from);
            let beside = |action: &dyn Action, score: f32| score + if action.needs_record() { 0.3 } else { 0.0 };
            let of = |label: usize, nearest: f32, looked_at: bool| Bounded {
                intent: &names[near[label].0],
                label,
                whole: 0.2,
                nearest,
                example: 0,
                wording: 0.0,
                looked_at,
            };
            let exact = |label: usize| of(label, near[label].1, true);
            let mut kept: Vec<Bounded<'_>> =
                near.iter().enumerate().map(|(label, (_, nearest, more))| of(label, nearest + more, false)).collect();
            let mut looked_at = 0;
            keep_likely(&mut kept, &beside, &mut |one| {
                looked_at += 1;
                *one = exact(one.label);
            });
            prop_assert_eq!(kept.len(), looked_at, "each once");
            let every: Vec<Bounded<'_>> = (0..near.len()).map(exact).collect();
            let measures: [(usize, Measure<'_>); 4] = [
                (TOP, &|one| Some(one.score())),
                (1, &|one| is_topic_outside(one.intent).then(|| one.nearness())),
                (1, &|one| (&**one.intent == "evade").then(|| one.nearness())),
                (1, &|one| one.action().map(|action| beside(action, one.score()))),
            ];
            for (how_many, measure) in measures {
                let best = |all: &[Bounded<'_>]| {
                    let mut measured: Vec<f32> = all.iter().filter_map(measure).collect();
                    measured.sort_by(|a, b| b.total_cmp(a));
                    measured.truncate(how_many);
                    measured
                };
                prop_assert_eq!(best(&kept), best(&every));
            }
        }
    }
}
