//! How near one text comes to each label: as a whole at once, to single utterances where somebody asks.

use super::held::Held;

/// Labels inside, and topics outside, to which a unit may be worth less; see [`super::Utterances::mark_outside`].
#[derive(Debug, Default)]
pub struct Sides {
    pub inside: Held,
    pub outside: Held,
}

/// A unit of a text, and what it counts in it for labels inside and for those outside.
#[derive(Clone, Copy, Debug)]
pub struct Weighed {
    pub unit: u32,
    pub inside: f32,
    pub outside: f32,
}

/// A text beside all labels.
#[derive(Debug)]
pub struct Near<'a> {
    sides: &'a Sides,
    /// Where the utterances of each label begin; one more at the end.
    starts: &'a [usize],
    labels: Vec<Label>,
    /// How near the nearest utterance of each label comes, where somebody asked already.
    nearest: Vec<Option<f32>>,
    shared: Vec<Shared>,
    /// What the utterances of the label that was asked about last come to.
    sums: Vec<f32>,
    /// Its units, first ones first.
    units: Vec<Shared>,
}

#[derive(Clone, Copy, Debug)]
struct Label {
    whole: f32,
    most: f32,
    /// The last unit that text and label share; [`NONE`] where they share none.
    last: u32,
    is_outside: bool,
}

const NONE: u32 = u32::MAX;

/// A unit that text and label share.
#[derive(Clone, Copy, Debug)]
struct Shared {
    /// Where the label stands among those of the unit.
    place: u32,
    /// What it counts in the text.
    value: f32,
    /// The one before it of the same label.
    before: u32,
}

impl<'a> Near<'a> {
    #[expect(clippy::cast_possible_truncation, reason = "fewer than four billion units of labels")]
    pub fn of(sides: &'a Sides, starts: &'a [usize], words: &[Weighed]) -> Self {
        let nothing = Label { whole: 0.0, most: 0.0, last: NONE, is_outside: false };
        let mut labels = vec![nothing; starts.len().saturating_sub(1)];
        let pieces = || {
            let both = |word: &Weighed| {
                [
                    (&sides.inside, word.unit, word.inside, false),
                    (&sides.outside, word.unit, word.outside, true),
                ]
            };
            // What counts nothing adds nothing: most words of ours, to topics outside.
            words.iter().flat_map(both).filter(|(_, _, value, _)| *value > 0.0)
        };
        let total = pieces().map(|(held, unit, ..)| held.places(unit).len()).sum();
        let mut shared: Vec<Shared> = Vec::with_capacity(total);
        for (held, unit, value, is_outside) in pieces() {
            let places = held.places(unit);
            for (place, holder) in places.clone().zip(held.holders(places)) {
                let label = &mut labels[holder.label];
                label.whole += value * holder.whole;
                label.most += value * holder.most;
                label.is_outside = is_outside;
                let before = std::mem::replace(&mut label.last, shared.len() as u32);
                shared.push(Shared { place: place as u32, value, before });
            }
        }
        let nearest = vec![None; labels.len()];
        Self { sides, starts, labels, nearest, shared, sums: Vec::new(), units: Vec::new() }
    }

    /// How near the text comes to everything said for a label together; 0 to 1, 0 for a label that isn't there.
    pub fn whole(&self, label: usize) -> f32 {
        self.labels.get(label).map_or(0.0, |label| label.whole)
    }

    /// What [`Near::nearest`] doesn't exceed.
    pub fn nearest_at_most(&self, label: usize) -> f32 {
        self.labels.get(label).map_or(0.0, |label| label.most)
    }

    /// How near the text comes to that utterance of a label which is nearest; 0 where none is near.
    pub fn nearest(&mut self, label: usize) -> f32 {
        if let Some(Some(nearest)) = self.nearest.get(label) {
            return *nearest;
        }
        self.compare(label)
    }

    /// The same with the number of that utterance; the first one's where none is near, as there is none to show.
    pub fn nearest_one(&mut self, label: usize) -> (f32, usize) {
        let nearest = self.compare(label);
        if nearest <= 0.0 {
            return (0.0, 0);
        }
        let place = self.sums.iter().position(|sum| *sum >= nearest).unwrap_or_default();
        (nearest, self.starts[label] + place)
    }

    /// Adds up what the text and each utterance of a label have in common, and gives the largest sum.
    fn compare(&mut self, label: usize) -> f32 {
        self.sums.clear();
        let Some(Label { last, is_outside, .. }) = self.labels.get(label).copied() else { return 0.0 };
        self.sums.resize(self.starts[label + 1] - self.starts[label], 0.0);
        self.units.clear();
        let mut at = last;
        while at != NONE {
            let shared = self.shared[at as usize];
            self.units.push(shared);
            at = shared.before;
        }
        let held = if is_outside { &self.sides.outside } else { &self.sides.inside };
        for shared in self.units.iter().rev() {
            held.add(shared.place as usize, shared.value, &mut self.sums);
        }
        let nearest = largest(&self.sums);
        self.nearest[label] = Some(nearest);
        nearest
    }
}

/// The largest of some values that are at least 0, several compared at a time.
fn largest(values: &[f32]) -> f32 {
    let greater = |one: f32, other: f32| if one > other { one } else { other };
    let (eights, rest) = values.as_chunks::<8>();
    let mut most = [0.0_f32; 8];
    for eight in eights {
        for (most, value) in most.iter_mut().zip(eight) {
            *most = greater(*value, *most);
        }
    }
    most.iter().chain(rest).copied().fold(0.0, greater)
}
