//! Matrices of weights, and rows multiplied by them.
//!
//! A question is a few rows, so that what it takes is to fetch thirteen million bytes of weights from memory. They are kept in steps, two
//! bytes each with a scale for each line, which is half of that and leaves off less than a thirty-thousandth of a line's largest.

use std::collections::BTreeMap;

use ndarray::{Array2, ArrayView2};
use pulp::{Arch, NullaryFnOnce};

use super::tables::Tables;

/// Up to so many rows are multiplied where the weights lie. For more they are laid out anew, which takes longer than a few rows do.
const FEW: usize = 16;
/// The largest step.
const STEPS: f32 = 32_767.0;

/// A matrix of a file: steps, line by line, and what a step is in each line.
#[derive(Clone, Copy)]
pub(super) struct Weights<'a> {
    steps: &'a [i16],
    scales: &'a [f32],
    columns: usize,
}

impl<'a> Weights<'a> {
    /// The matrix of a name, as [`pack`] has put it there.
    pub fn of(
        tables: &'a Tables,
        name: &'static str,
        rows: usize,
        columns: usize,
    ) -> Result<Self, &'static str> {
        let scales = tables.numbers_of(&scales_of(name), rows).ok_or(name)?;
        Ok(Self {
            steps: &tables.numbers(name, rows * columns)?[..rows * columns],
            scales: &scales[..rows],
            columns,
        })
    }

    /// The product of rows and these weights.
    pub fn times(&self, rows: &ArrayView2<'_, f32>) -> Array2<f32> {
        let height = rows.nrows();
        if height > FEW {
            return rows.dot(&self.numbers());
        }
        let rows = rows.as_standard_layout();
        let mut sums = Array2::<f32>::zeros((height, self.columns));
        if let (Some(rows), Some(sums)) = (rows.as_slice(), sums.as_slice_mut()) {
            Arch::new().dispatch(WhereTheyLie { rows, weights: *self, sums });
        }
        sums
    }

    fn numbers(&self) -> Array2<f32> {
        Array2::from_shape_fn((self.scales.len(), self.columns), |(line, column)| {
            f32::from(self.steps[line * self.columns + column]) * self.scales[line]
        })
    }
}

/// The product of a few rows and weights, compiled for several kinds of processors.
struct WhereTheyLie<'a> {
    rows: &'a [f32],
    weights: Weights<'a>,
    sums: &'a mut [f32],
}

impl NullaryFnOnce for WhereTheyLie<'_> {
    type Output = ();

    // What isn't inlined is compiled for the simplest processor.
    #[inline(always)]
    fn call(self) {
        /// So many lines are made numbers at a time, which stay near the processor, and are added up together.
        const LINES: usize = 8;
        let Weights { steps, scales, columns } = self.weights;
        let length = scales.len();
        if length == 0 || columns == 0 {
            return;
        }
        let mut numbers = vec![0.0_f32; LINES * columns];
        for (part, lines) in steps.chunks(LINES * columns).enumerate() {
            let first = part * LINES;
            let scaled =
                lines.chunks_exact(columns).zip(numbers.chunks_exact_mut(columns)).zip(&scales[first..]);
            for ((line, numbers), scale) in scaled {
                for (number, step) in numbers.iter_mut().zip(line) {
                    *number = f32::from(*step) * scale;
                }
            }
            let [one, two, three, four, five, six, seven, eight]: [&[f32]; LINES] =
                std::array::from_fn(|line| &numbers[line * columns..][..columns]);
            for (row, sums) in self.rows.chunks_exact(length).zip(self.sums.chunks_exact_mut(columns)) {
                // Beyond the last line there are those of the part before, which count nothing.
                let mut own = [0.0_f32; LINES];
                let held = &row[first..length.min(first + LINES)];
                own[..held.len()].copy_from_slice(held);
                let lower = one.iter().zip(two).zip(three.iter().zip(four));
                let upper = five.iter().zip(six).zip(seven.iter().zip(eight));
                for (sum, (lower, upper)) in sums.iter_mut().zip(lower.zip(upper)) {
                    let ((one, two), (three, four)) = lower;
                    let ((five, six), (seven, eight)) = upper;
                    let lower = (own[0] * one + own[1] * two) + (own[2] * three + own[3] * four);
                    let upper = (own[4] * five + own[5] * six) + (own[6] * seven + own[7] * eight);
                    *sum += lower + upper;
                }
            }
        }
    }
}

fn scales_of(name: &str) -> String {
    format!("{name}_scale")
}

/// Puts a table of numbers in lines of so many columns into steps. `None`: it is no such table.
pub(super) fn pack(tables: &mut BTreeMap<String, Vec<u8>>, name: &str, columns: usize) -> Option<()> {
    let bytes = tables.get(name)?;
    let numbers: Vec<f32> =
        bytes.as_chunks::<4>().0.iter().map(|number| f32::from_le_bytes(*number)).collect();
    if numbers.is_empty() || !numbers.len().is_multiple_of(columns) {
        return None;
    }
    let (steps, scales) = packed(&numbers, columns);
    tables.insert(name.to_owned(), steps.iter().flat_map(|step| step.to_le_bytes()).collect());
    tables.insert(scales_of(name), scales.iter().flat_map(|scale| scale.to_le_bytes()).collect());
    Some(())
}

#[expect(clippy::cast_possible_truncation, reason = "rounded, and at most the steps")]
fn packed(numbers: &[f32], columns: usize) -> (Vec<i16>, Vec<f32>) {
    let (mut steps, mut scales) = (Vec::with_capacity(numbers.len()), Vec::new());
    for line in numbers.chunks_exact(columns) {
        let most = line.iter().fold(f32::MIN_POSITIVE, |most, number| most.max(number.abs()));
        steps.extend(line.iter().map(|number| (number / most * STEPS).round() as i16));
        scales.push(most / STEPS);
    }
    (steps, scales)
}

#[cfg(test)]
mod tests {
    use ndarray::{Axis, Slice};

    use super::*;

    #[expect(clippy::cast_precision_loss, reason = "small")]
    fn number(at: usize) -> f32 {
        (at * 37 % 101) as f32 / 101.0 - 0.5
    }

    #[test]
    fn a_few_rows_are_multiplied_as_many_are_and_as_before_they_were_packed() {
        for (length, columns) in [(1, 3), (4, 8), (7, 5), (320, 512), (13, 1)] {
            let plain: Vec<f32> = (0..length * columns).map(number).collect();
            let (steps, scales) = packed(&plain, columns);
            let weights = Weights { steps: &steps, scales: &scales, columns };
            let rows = Array2::from_shape_fn((FEW + 1, length), |(row, at)| number(row * 7 + at * 3));
            let exact = rows.dot(&ArrayView2::from_shape((length, columns), &plain).unwrap());
            for height in [1, 2, 5, FEW, FEW + 1] {
                let few = Slice::from(0..height);
                let product = weights.times(&rows.slice_axis(Axis(0), few));
                let expected = exact.slice_axis(Axis(0), few);
                let far = product.iter().zip(expected).any(|(one, other)| (one - other).abs() > 1e-3);
                assert!(!far, "{height} rows, {length} {columns}: {product} {expected}");
            }
        }
    }

    #[test]
    fn what_is_no_matrix_is_not_packed() {
        let mut tables = BTreeMap::from([("w".to_owned(), vec![0_u8; 20])]);
        assert!(pack(&mut tables, "w", 4).is_none(), "five numbers are no lines of four");
        assert!(pack(&mut tables, "v", 4).is_none());
        assert!(pack(&mut tables, "w", 5).is_some());
        assert_eq!((tables["w"].len(), tables["w_scale"].len()), (10, 4));
    }
}
