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

/// The numbers of the sections that are nearest, at most `limit`. `asked` says of each what its nearest utterance doesn't exceed,
/// `nearest` how near that is, and is asked only where it can matter.
pub(super) fn nearest(mut asked: Vec<Asked>, limit: usize, nearest: &mut dyn FnMut(u64) -> f32) -> Vec<u64> {
    let limit = limit.min(asked.len());
    if limit == 0 {
        return Vec::new();
    }
    if limit < asked.len() {
        asked.select_nth_unstable_by(limit, Asked::nearer);
    }
    let mut others = asked.split_off(limit);
    for first in &mut asked {
        first.nearest = nearest(first.number);
    }
    asked.sort_unstable_by(Asked::nearer);
    let before_last = |other: &Asked, asked: &[Asked]| {
        asked.last().is_some_and(|last| other.nearer(last) == Ordering::Less)
    };
    others.retain(|other| before_last(other, &asked));
    others.sort_unstable_by(Asked::nearer);
    for mut other in others {
        if !before_last(&other, &asked) {
            break;
        }
        other.nearest = nearest(other.number);
        if before_last(&other, &asked) {
            asked.pop();
            let at = asked.partition_point(|one| one.nearer(&other) == Ordering::Less);
            asked.insert(at, other);
        }
    }
    asked.iter().map(|asked| asked.number).collect()
}

/// The numbers of the sections whose people put it so, at most `limit`, in no order.
pub(super) fn best_worded(mut asked: Vec<Asked>, limit: usize) -> Vec<u64> {
    if limit < asked.len() {
        asked.select_nth_unstable_by(limit, Asked::better_worded);
        asked.truncate(limit);
    }
    asked.iter().map(|asked| asked.number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Asked> {
        let near = [0.3, 0.1, 0.4, 0.1, 0.5];
        let asked = |number: usize| Asked {
            number: number as u64,
            whole: near[number % near.len()],
            nearest: near[(3 * number + 1) % near.len()],
            wording: near[(number + 2) % near.len()],
        };
        (0..40).map(asked).collect()
    }

    #[test]
    fn the_first_ones_are_those_that_a_whole_order_begins_with() {
        for limit in [0, 1, 20, 40, 50] {
            let mut sorted = all();
            sorted.sort_by(Asked::nearer);
            let expected: Vec<u64> = sorted.iter().take(limit).map(|asked| asked.number).collect();
            for above in [0.0, 0.05, 0.3, 2.0] {
                let at_most = all().into_iter().enumerate().map(|(at, asked)| Asked {
                    nearest: asked.nearest + if at % 3 == 0 { 0.0 } else { above },
                    ..asked
                });
                let mut exact = |number: u64| all()[usize::try_from(number).unwrap()].nearest;
                assert_eq!(nearest(at_most.collect(), limit, &mut exact), expected, "{limit} {above}");
            }
            sorted.sort_by(Asked::better_worded);
            let mut expected: Vec<u64> = sorted.iter().take(limit).map(|asked| asked.number).collect();
            let mut found = best_worded(all(), limit);
            expected.sort_unstable();
            found.sort_unstable();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn what_cannot_be_among_the_first_is_not_looked_at() {
        let mut looked_at = 0;
        nearest(all(), 5, &mut |number| {
            looked_at += 1;
            all()[usize::try_from(number).unwrap()].nearest
        });
        assert!(looked_at < 20, "{looked_at}");
    }
}
