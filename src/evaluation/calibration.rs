//! Whether a confidence means what it says: of the answers given at 0.9, are nine in ten right?

use serde::Serialize;

/// Answers whose confidence lies within a tenth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bin {
    /// From here, inclusive; to a tenth more, exclusive (inclusive in the last).
    pub from: f64,
    pub answers: usize,
    /// The mean of what was claimed.
    pub confidence: f64,
    /// The share that was right.
    pub right: f64,
}

/// Expected calibration error over ten bins of equal width: the mean distance of claim and truth, weighted by answers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Calibration {
    pub error: f64,
    /// The bins that have answers.
    pub bins: Vec<Bin>,
}

const BINS: usize = 10;

impl Calibration {
    /// From each answer's confidence and whether it was right; `None` when there are no answers.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts of questions; a confidence is clamped to 0..1 first"
    )]
    pub fn of(answers: impl IntoIterator<Item = (f64, bool)>) -> Option<Self> {
        let mut sums = [(0_usize, 0.0_f64, 0_usize); BINS];
        let mut total = 0;
        for (confidence, right) in answers {
            let confidence = if confidence.is_finite() { confidence.clamp(0.0, 1.0) } else { 0.0 };
            let bin = &mut sums[((confidence * BINS as f64) as usize).min(BINS - 1)];
            bin.0 += 1;
            bin.1 += confidence;
            bin.2 += usize::from(right);
            total += 1;
        }
        if total == 0 {
            return None;
        }
        let bins: Vec<Bin> = sums
            .iter()
            .enumerate()
            .filter(|(_, (answers, ..))| *answers > 0)
            .map(|(number, (answers, claimed, right))| Bin {
                from: number as f64 / BINS as f64,
                answers: *answers,
                confidence: claimed / *answers as f64,
                right: *right as f64 / *answers as f64,
            })
            .collect();
        let error = bins
            .iter()
            .map(|bin| bin.answers as f64 / f64::from(total) * (bin.confidence - bin.right).abs())
            .sum();
        Some(Self { error, bins })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_is_the_weighted_distance_of_claim_and_truth() {
        // Bin .9: claimed .95 and .91 (mean .93), one of two right: off by .43. Bin .6: claimed .6, right: off by .4.
        let measured = Calibration::of([(0.95, true), (0.91, false), (0.6, true)]).unwrap();
        let expected = 2.0 / 3.0 * 0.43 + 1.0 / 3.0 * 0.4;
        assert!((measured.error - expected).abs() < 1e-9, "{measured:?}");
        assert_eq!(measured.bins.len(), 2);
        assert_eq!((measured.bins[1].answers, measured.bins[1].right), (2, 0.5));
    }

    #[test]
    fn who_claims_what_is_so_has_no_error() {
        let measured = Calibration::of([(1.0, true), (1.0, true), (0.0, false)]).unwrap();
        assert!(measured.error < 1e-12, "{measured:?}");
        assert_eq!(Calibration::of([]), None);
    }

    #[test]
    fn confidences_out_of_range_go_to_the_outer_bins() {
        let measured = Calibration::of([(1.7, true), (-3.0, false), (f64::NAN, false)]).unwrap();
        assert_eq!(measured.bins.iter().map(|bin| bin.answers).collect::<Vec<_>>(), [2, 1]);
    }
}
