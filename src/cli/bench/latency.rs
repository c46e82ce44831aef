//! How long replies took, counted in buckets of 1.6 % or finer: the room it takes doesn't grow with the load.

/// Buckets for each doubling.
const FINE: u64 = 64;
const FINE_BITS: u32 = FINE.ilog2();

/// Counts of microseconds.
#[derive(Clone, Debug, Default)]
pub struct Latency {
    buckets: Vec<u64>,
    count: u64,
    longest: u64,
}

impl Latency {
    pub fn add(&mut self, microseconds: u64) {
        let at = bucket(microseconds);
        if self.buckets.len() <= at {
            self.buckets.resize(at + 1, 0);
        }
        self.buckets[at] += 1;
        self.count += 1;
        self.longest = self.longest.max(microseconds);
    }

    pub fn merge(&mut self, other: &Self) {
        if self.buckets.len() < other.buckets.len() {
            self.buckets.resize(other.buckets.len(), 0);
        }
        for (mine, theirs) in self.buckets.iter_mut().zip(&other.buckets) {
            *mine += theirs;
        }
        self.count += other.count;
        self.longest = self.longest.max(other.longest);
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    pub fn longest(&self) -> u64 {
        self.longest
    }

    /// The time that so many of a thousand didn't exceed, in microseconds; nought where nothing was counted.
    pub fn per_mille(&self, share: u64) -> u64 {
        let rank = (self.count * share).div_ceil(1000).max(1);
        let mut seen = 0;
        for (at, count) in self.buckets.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return end_of(at).min(self.longest);
            }
        }
        0
    }
}

fn bucket(microseconds: u64) -> usize {
    let shift = microseconds.max(1).ilog2().saturating_sub(FINE_BITS);
    let at = u64::from(shift) * FINE + (microseconds >> shift);
    usize::try_from(at).unwrap_or(usize::MAX)
}

/// The largest number that falls into a bucket.
fn end_of(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    let shift = (bucket / FINE).saturating_sub(1);
    ((bucket - shift * FINE + 1) << shift) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_lies_in_its_bucket() {
        for number in (0..5000).chain([10_000, 65_535, 65_536, 1_000_003, 59_999_999]) {
            let end = end_of(bucket(number));
            assert!(number <= end && end <= number + number / 60, "{number}: {end}");
            assert!(number == 0 || end_of(bucket(number) - 1) < number, "{number}");
        }
    }

    #[test]
    fn shares_are_read_off() {
        let (mut one, mut other) = (Latency::default(), Latency::default());
        (1..=900).for_each(|number| one.add(number));
        (901..=1000).for_each(|number| other.add(number));
        one.merge(&other);
        assert_eq!((one.count(), one.longest()), (1000, 1000));
        assert!((500..=508).contains(&one.per_mille(500)), "{}", one.per_mille(500));
        assert!((990..=1000).contains(&one.per_mille(990)), "{}", one.per_mille(990));
        assert_eq!(one.per_mille(1000), 1000);
        assert_eq!(Latency::default().per_mille(990), 0);
    }
}
