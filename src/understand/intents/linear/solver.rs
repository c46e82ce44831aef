//! Planes that part each label from all others: support vector machines with squared hinge loss, solved in the dual, one
//! coordinate at a time (Hsieh and others, A dual coordinate descent method for large-scale linear SVM, ICML 2008).

/// What parts a label from the others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plane {
    pub weights: Vec<f32>,
    /// The same for the numbers of a vector of meaning; none where there is no encoder.
    pub meaning: Vec<f32>,
    pub bias: f32,
}

/// An example as numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Weights of pieces, each piece once.
    pub pieces: Vec<(u32, f32)>,
    /// A vector of meaning; empty where there is no encoder.
    pub meaning: Vec<f32>,
}

impl Row {
    fn square(&self) -> f32 {
        self.pieces.iter().map(|(_, value)| value * value).sum::<f32>() + dot(&self.meaning, &self.meaning)
    }
}

impl Plane {
    /// On which side a row lies, and how far.
    fn side(&self, row: &Row) -> f32 {
        let pieces = row.pieces.iter().map(|(piece, value)| self.weights[*piece as usize] * value);
        pieces.sum::<f32>() + dot(&self.meaning, &row.meaning) + self.bias
    }

    /// Turns towards a row.
    fn turn(&mut self, row: &Row, change: f32) {
        for (piece, value) in &row.pieces {
            self.weights[*piece as usize] += change * value;
        }
        for (weight, value) in self.meaning.iter_mut().zip(&row.meaning) {
            *weight += change * value;
        }
        self.bias += change;
    }
}

/// The sum of products, in lanes that the processor adds side by side: the same in every run.
pub fn dot(one: &[f32], other: &[f32]) -> f32 {
    const LANES: usize = 16;
    let (ones, rest) = one.as_chunks::<LANES>();
    let (others, other_rest) = other.as_chunks::<LANES>();
    let mut sums = [0.0_f32; LANES];
    for (one, other) in ones.iter().zip(others) {
        for lane in 0..LANES {
            sums[lane] += one[lane] * other[lane];
        }
    }
    sums.iter().sum::<f32>() + rest.iter().zip(other_rest).map(|(one, other)| one * other).sum::<f32>()
}

/// How much an example on the wrong side costs, against the size of the weights.
const COST: f32 = 1.0;
/// Good enough when no coordinate pulls harder than this.
const TOLERANCE: f32 = 0.1;
/// Rounds over the examples at most; text needs about twenty.
const ROUNDS: usize = 200;
/// How many labels are worked on at once.
const AT_ONCE: usize = 2;

/// A plane for every label. `labels` holds the label of each row.
pub fn one_against_the_others(
    rows: &[Row],
    labels: &[usize],
    label_total: usize,
    piece_total: usize,
) -> Vec<Plane> {
    let numbers: Vec<usize> = (0..label_total).collect();
    std::thread::scope(|scope| {
        let parts: Vec<_> = numbers
            .chunks(label_total.div_ceil(AT_ONCE).max(1))
            .map(|part| {
                scope.spawn(move || {
                    part.iter()
                        .map(|label| {
                            let sides: Vec<f32> =
                                labels.iter().map(|of| if of == label { 1.0 } else { -1.0 }).collect();
                            plane(rows, &sides, piece_total)
                        })
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

/// The plane with each row on its side, 1 or -1, as far as that pays.
pub fn plane(rows: &[Row], sides: &[f32], piece_total: usize) -> Plane {
    let slack = 0.5 / COST;
    // The bias is the weight of a piece that every row has.
    let squares: Vec<f32> = rows.iter().map(|row| row.square() + 1.0 + slack).collect();
    let mut plane = Plane { weights: vec![0.0; piece_total], ..Plane::default() };
    plane.meaning.resize(rows.first().map_or(0, |row| row.meaning.len()), 0.0);
    let mut pulls = vec![0.0_f32; rows.len()];
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut active = order.len();
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    // Rows that pull less than this and count for nothing are left alone until the end.
    let mut idle = f32::INFINITY;
    for _ in 0..ROUNDS {
        let (mut highest, mut lowest) = (f32::NEG_INFINITY, f32::INFINITY);
        for at in 0..active {
            let other = at + next(&mut random, active - at);
            order.swap(at, other);
        }
        let mut at = 0;
        while at < active {
            let number = order[at];
            let (row, side) = (&rows[number], sides[number]);
            let pull = side * plane.side(row) - 1.0 + pulls[number] * slack;
            if pulls[number] <= 0.0 && pull > idle {
                active -= 1;
                order.swap(at, active);
                continue;
            }
            at += 1;
            let free = if pulls[number] <= 0.0 { pull.min(0.0) } else { pull };
            highest = highest.max(free);
            lowest = lowest.min(free);
            if free.abs() > 1e-9 {
                let before = pulls[number];
                pulls[number] = (before - pull / squares[number]).max(0.0);
                plane.turn(row, (pulls[number] - before) * side);
            }
        }
        if highest - lowest <= TOLERANCE {
            if active == order.len() {
                break;
            }
            // Those left alone are looked at once more before it is called done.
            active = order.len();
            idle = f32::INFINITY;
        } else {
            idle = if highest > 0.0 { highest } else { f32::INFINITY };
        }
    }
    plane
}

/// The next number below a limit: the same in every run.
#[expect(clippy::cast_possible_truncation, reason = "the result is below a count of rows")]
fn next(state: &mut u64, limit: usize) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state % limit.max(1) as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(pieces: &[(u32, f32)]) -> Row {
        Row { pieces: pieces.to_vec(), ..Row::default() }
    }

    #[test]
    fn two_rows_are_parted_where_the_formula_says() {
        // Rows (1) and (-1) on sides 1 and -1: by symmetry no bias, and w is the least of w²/2 + 2·C·(1-w)²,
        // which is 4C/(1+4C): 4/5 at C = 1.
        let plane = plane(&[pieces(&[(0, 1.0)]), pieces(&[(0, -1.0)])], &[1.0, -1.0], 1);
        assert!((plane.weights[0] - 0.8).abs() < 0.05, "{plane:?}");
        assert!(plane.bias.abs() < 0.05, "{plane:?}");
    }

    #[test]
    fn the_solution_is_a_least_value() {
        // Random rows; no small step in any direction makes the cost clearly less.
        let mut random = 7_u64;
        #[expect(clippy::cast_precision_loss, reason = "below a thousand")]
        let mut number = || next(&mut random, 1000) as f32 / 500.0 - 1.0;
        // Two pieces and a vector of three numbers: both count alike.
        let rows: Vec<Row> = (0..40)
            .map(|_| Row {
                pieces: (0..2).map(|piece| (piece, number())).collect(),
                meaning: (0..3).map(|_| number()).collect(),
            })
            .collect();
        let where_it_lies = |row: &Row| if row.pieces[0].1 + 0.3 * row.meaning[1] > 0.2 { 1.0 } else { -1.0 };
        let sides: Vec<f32> = rows.iter().map(where_it_lies).collect();
        let cost = |plane: &Plane| {
            let weights = plane.weights.iter().chain(&plane.meaning).chain([&plane.bias]);
            let size = weights.map(|weight| weight * weight).sum::<f32>();
            let losses =
                rows.iter().zip(&sides).map(|(row, side)| (1.0 - side * plane.side(row)).max(0.0).powi(2));
            0.5 * size + COST * losses.sum::<f32>()
        };
        let found = plane(&rows, &sides, 2);
        let best = cost(&found);
        for number in 0..5 {
            for step in [-0.1, 0.1] {
                let mut other = found.clone();
                *(if number < 2 { &mut other.weights[number] } else { &mut other.meaning[number - 2] }) +=
                    step;
                assert!(cost(&other) > best - 1e-3, "{number} {step}: {} < {best}", cost(&other));
            }
        }
        assert_eq!(found, plane(&rows, &sides, 2), "the same in every run");
    }

    #[test]
    fn each_label_gets_a_plane_in_its_order() {
        let rows = [0, 1, 2].map(|piece| pieces(&[(piece, 1.0)]));
        let planes = one_against_the_others(&rows, &[2, 0, 1], 3, 3);
        for (row, label) in rows.iter().zip([2, 0, 1]) {
            let values: Vec<f32> = planes.iter().map(|plane| plane.side(row)).collect();
            assert!((0..3).all(|other| other == label || values[other] < values[label]), "{values:?}");
        }
    }

    #[test]
    fn products_are_summed_whatever_the_length() {
        let numbers: Vec<f32> = (1_u8..=20).map(f32::from).collect();
        assert!((dot(&numbers, &numbers) - 2870.0).abs() < 1e-3);
        assert!(dot(&[], &[]).abs() < f32::EPSILON);
    }
}
