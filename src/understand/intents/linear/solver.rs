//! Planes that part each label from all others: support vector machines with squared hinge loss, solved in the dual, one
//! coordinate at a time (Hsieh and others, A dual coordinate descent method for large-scale linear SVM, ICML 2008).

/// What parts a label from the others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plane {
    pub weights: Vec<f32>,
    pub bias: f32,
}

/// How much an example on the wrong side costs, against the size of the weights.
const COST: f32 = 0.5;
/// Good enough when no coordinate pulls harder than this.
const TOLERANCE: f32 = 0.1;
/// Rounds over the examples at most; text needs about twenty.
const ROUNDS: usize = 200;
/// How many labels are worked on at once.
const AT_ONCE: usize = 2;

/// A plane for every label. `rows` are weights of pieces, each piece once; `labels` the label of each row.
pub fn one_against_the_others(
    rows: &[Vec<(u32, f32)>],
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
pub fn plane(rows: &[Vec<(u32, f32)>], sides: &[f32], piece_total: usize) -> Plane {
    let slack = 0.5 / COST;
    // The bias is the weight of a piece that every row has.
    let lengths: Vec<f32> = rows
        .iter()
        .map(|row| row.iter().map(|(_, value)| value * value).sum::<f32>() + 1.0 + slack)
        .collect();
    let mut plane = Plane { weights: vec![0.0; piece_total], bias: 0.0 };
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
            let value = row.iter().map(|(piece, value)| plane.weights[*piece as usize] * value).sum::<f32>()
                + plane.bias;
            let pull = side * value - 1.0 + pulls[number] * slack;
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
                pulls[number] = (before - pull / lengths[number]).max(0.0);
                let change = (pulls[number] - before) * side;
                for (piece, value) in row {
                    plane.weights[*piece as usize] += change * value;
                }
                plane.bias += change;
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

    fn value(plane: &Plane, row: &[(u32, f32)]) -> f32 {
        row.iter().map(|(piece, value)| plane.weights[*piece as usize] * value).sum::<f32>() + plane.bias
    }

    #[test]
    fn two_rows_are_parted_where_the_formula_says() {
        // Rows (1) and (-1) on sides 1 and -1: by symmetry no bias, and w is the least of w²/2 + 2·C·(1-w)²,
        // which is 4C/(1+4C): 2/3 at C = 1/2.
        let plane = plane(&[vec![(0, 1.0)], vec![(0, -1.0)]], &[1.0, -1.0], 1);
        assert!((plane.weights[0] - 2.0 / 3.0).abs() < 0.05, "{plane:?}");
        assert!(plane.bias.abs() < 0.05, "{plane:?}");
    }

    #[test]
    fn the_solution_is_a_least_value() {
        // Random rows; no small step in any direction makes the cost clearly less.
        let mut random = 7_u64;
        #[expect(clippy::cast_precision_loss, reason = "below a thousand")]
        let mut number = || next(&mut random, 1000) as f32 / 500.0 - 1.0;
        let rows: Vec<Vec<(u32, f32)>> =
            (0..40).map(|_| (0..5).map(|piece| (piece, number())).collect()).collect();
        let sides: Vec<f32> =
            rows.iter().map(|row| if row[0].1 + 0.3 * row[1].1 > 0.2 { 1.0 } else { -1.0 }).collect();
        let cost = |plane: &Plane| {
            let size =
                plane.weights.iter().map(|weight| weight * weight).sum::<f32>() + plane.bias * plane.bias;
            let losses =
                rows.iter().zip(&sides).map(|(row, side)| (1.0 - side * value(plane, row)).max(0.0).powi(2));
            0.5 * size + COST * losses.sum::<f32>()
        };
        let found = plane(&rows, &sides, 5);
        let best = cost(&found);
        for piece in 0..5 {
            for step in [-0.1, 0.1] {
                let mut other = found.clone();
                other.weights[piece] += step;
                assert!(cost(&other) > best - 1e-3, "{piece} {step}: {} < {best}", cost(&other));
            }
        }
        assert_eq!(found, plane(&rows, &sides, 5), "the same in every run");
    }

    #[test]
    fn each_label_gets_a_plane_in_its_order() {
        let rows = [vec![(0, 1.0)], vec![(1, 1.0)], vec![(2, 1.0)]];
        let planes = one_against_the_others(&rows, &[2, 0, 1], 3, 3);
        for (row, label) in rows.iter().zip([2, 0, 1]) {
            let values: Vec<f32> = planes.iter().map(|plane| value(plane, row)).collect();
            assert!((0..3).all(|other| other == label || values[other] < values[label]), "{values:?}");
        }
    }
}
