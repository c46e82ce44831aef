//! Sections by how their other ways to ask compare with a message, and the first ones of them.

use std::cmp::Ordering;

/// How a section's other ways to ask compare with a message.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Asked {
    pub number: u64,
    pub whole: f32,
    pub nearest: f32,
    pub wording: f32,
}

impl Asked {
    /// The nearer one first.
    pub fn nearer(&self, other: &Self) -> Ordering {
        let of = |asked: &Self| asked.whole + asked.nearest;
        of(other).total_cmp(&of(self)).then(self.number.cmp(&other.number))
    }

    /// The one first whose people put it so.
    pub fn better_worded(&self, other: &Self) -> Ordering {
        other.wording.total_cmp(&self.wording).then(self.number.cmp(&other.number))
    }
}

/// The numbers of the first of a list by an order, at most `limit`, first ones first. The list is in no order afterwards.
pub(super) fn first(asked: &mut [Asked], limit: usize, order: fn(&Asked, &Asked) -> Ordering) -> Vec<u64> {
    let limit = limit.min(asked.len());
    if limit < asked.len() {
        asked.select_nth_unstable_by(limit, order);
    }
    asked[..limit].sort_unstable_by(order);
    asked[..limit].iter().map(|asked| asked.number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_ones_are_those_that_a_whole_order_begins_with() {
        let near = [0.3, 0.1, 0.4, 0.1, 0.5];
        let asked = |number: usize| Asked {
            number: number as u64,
            whole: near[number % near.len()],
            ..Asked::default()
        };
        let all: Vec<Asked> = (0..40).map(asked).collect();
        for limit in [0, 1, 20, 40, 50] {
            let mut sorted = all.clone();
            sorted.sort_by(Asked::nearer);
            let expected: Vec<u64> = sorted.iter().take(limit).map(|asked| asked.number).collect();
            assert_eq!(first(&mut all.clone(), limit, Asked::nearer), expected);
        }
    }
}
