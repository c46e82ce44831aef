//! The network: rows of the embedding table, three convolutions over two, three and five pieces side by side, everything added
//! up, four layers on top. Where its weights come from is not known here.

use std::ops::Range;

use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut1, Axis, Slice};

use super::DIMENSIONS;
use super::tables::Tables;
use super::weights::Weights;

/// Numbers of a convolution's row.
const WIDTH: usize = 256;
/// For each convolution: its name in the tables, how many pieces it sees, how many of them stand before.
const ORDERS: [(&str, usize, usize); 3] = [("2", 2, 0), ("3", 3, 1), ("5", 5, 2)];
/// The embedding table was made in so many parts, a piece's number modulo this being its part; each has its own scale.
pub(super) const PARTS: usize = 17;
const TOP: usize = 320;
/// Texts are encoded together up to about so many pieces, so that the weights come from memory once for all.
const TOGETHER: usize = 384;
const LITTLE: f32 = 1e-12;
/// The matrices by the names of their tables, with how many columns each has.
pub(super) const MATRICES: [(&str, usize); 14] = [
    ("proj", ORDERS.len() * WIDTH),
    ("w1_2", WIDTH),
    ("w2_2", WIDTH),
    ("w1_3", WIDTH),
    ("w2_3", WIDTH),
    ("w1_5", WIDTH),
    ("w2_5", WIDTH),
    ("cnn_W", DIMENSIONS),
    ("d0", TOP),
    ("d1", TOP),
    ("d2", DIMENSIONS),
    ("d3", DIMENSIONS),
    ("p1", TOP),
    ("p3", DIMENSIONS),
];

type Matrix<'a> = ArrayView2<'a, f32>;
type Row<'a> = ArrayView1<'a, f32>;

struct Convolution<'a> {
    sees: usize,
    before: usize,
    weights: [Weights<'a>; 2],
    biases: [Row<'a>; 2],
}

pub(super) struct Network<'a> {
    embedding: &'a [u8],
    scale: &'a [f32],
    low: &'a [f32],
    project: Weights<'a>,
    project_bias: Row<'a>,
    inner_norm: (Row<'a>, Row<'a>),
    convolutions: Vec<Convolution<'a>>,
    outer_norm: (Row<'a>, Row<'a>),
    sum: Weights<'a>,
    sum_bias: Row<'a>,
    dense: [Weights<'a>; 4],
    skip: [Weights<'a>; 2],
}

fn row<'a>(tables: &'a Tables, name: &'static str, length: usize) -> Result<Row<'a>, &'static str> {
    Ok(Row::from(&tables.numbers(name, length)?[..length]))
}

impl<'a> Network<'a> {
    pub(super) fn of(tables: &'a Tables) -> Result<Self, &'static str> {
        const NAMES: [[&str; 4]; 3] = [
            ["w1_2", "b1_2", "w2_2", "b2_2"],
            ["w1_3", "b1_3", "w2_3", "b2_3"],
            ["w1_5", "b1_5", "w2_5", "b2_5"],
        ];
        let inner = ORDERS.len() * WIDTH;
        let all = DIMENSIONS + inner;
        let mut convolutions = Vec::with_capacity(ORDERS.len());
        for ((_, sees, before), [w1, b1, w2, b2]) in ORDERS.into_iter().zip(NAMES) {
            convolutions.push(Convolution {
                sees,
                before,
                weights: [
                    Weights::of(tables, w1, sees * WIDTH, WIDTH)?,
                    Weights::of(tables, w2, sees * WIDTH, WIDTH)?,
                ],
                biases: [row(tables, b1, WIDTH)?, row(tables, b2, WIDTH)?],
            });
        }
        Ok(Self {
            embedding: tables.bytes("embedding")?,
            scale: tables.numbers("scale", PARTS)?,
            low: tables.numbers("lo", PARTS)?,
            project: Weights::of(tables, "proj", DIMENSIONS, inner)?,
            project_bias: row(tables, "proj_b", inner)?,
            inner_norm: (row(tables, "ln_inner_g", inner)?, row(tables, "ln_inner_b", inner)?),
            convolutions,
            outer_norm: (row(tables, "ln_g", all)?, row(tables, "ln_b", all)?),
            sum: Weights::of(tables, "cnn_W", all, DIMENSIONS)?,
            sum_bias: row(tables, "cnn_b", DIMENSIONS)?,
            dense: [
                Weights::of(tables, "d0", DIMENSIONS, TOP)?,
                Weights::of(tables, "d1", TOP, TOP)?,
                Weights::of(tables, "d2", TOP, DIMENSIONS)?,
                Weights::of(tables, "d3", DIMENSIONS, DIMENSIONS)?,
            ],
            skip: [Weights::of(tables, "p1", DIMENSIONS, TOP)?, Weights::of(tables, "p3", TOP, DIMENSIONS)?],
        })
    }

    /// The vectors of sentences, given as numbers of pieces.
    pub(super) fn encode(&self, sentences: &[Vec<u32>]) -> Vec<Vec<f32>> {
        let mut vectors = Vec::with_capacity(sentences.len());
        let mut from = 0;
        while from < sentences.len() {
            let mut pieces = 0;
            let together = sentences[from..]
                .iter()
                .take_while(|sentence| {
                    pieces += sentence.len();
                    pieces <= TOGETHER
                })
                .count()
                .max(1);
            self.encode_together(&sentences[from..from + together], &mut vectors);
            from += together;
        }
        vectors
    }

    fn encode_together(&self, sentences: &[Vec<u32>], vectors: &mut Vec<Vec<f32>>) {
        let total: usize = sentences.iter().map(Vec::len).sum();
        // One row a piece: its embedding, then what each convolution makes of it and its neighbours.
        let mut rows = Array2::<f32>::zeros((total, DIMENSIONS + ORDERS.len() * WIDTH));
        for (mut row, piece) in rows.outer_iter_mut().zip(sentences.iter().flatten()) {
            self.embed(*piece, row.slice_axis_mut(Axis(0), Slice::from(..DIMENSIONS)));
        }
        let mut inner = self.project.times(&columns(&rows, 0..DIMENSIONS));
        inner += &self.project_bias;
        normalise(&mut inner, self.inner_norm);
        for (number, convolution) in self.convolutions.iter().enumerate() {
            let first = number * WIDTH;
            let mut value = columns(&inner, first..first + WIDTH).to_owned();
            for (weights, bias) in convolution.weights.iter().zip(&convolution.biases) {
                let seen = convolution.neighbours(&value, sentences);
                let mut next = weights.times(&seen.view());
                next += bias;
                next.mapv_inplace(|number| number.max(0.0));
                value += &next;
            }
            let place = Slice::from(DIMENSIONS + first..DIMENSIONS + first + WIDTH);
            rows.slice_axis_mut(Axis(1), place).assign(&value);
        }
        normalise(&mut rows, self.outer_norm);
        // A sentence is the sum of its rows; the product with the weights is the same before and after the sum.
        let mut sums = Array2::<f32>::zeros((sentences.len(), rows.ncols()));
        let mut start = 0;
        for (mut sum, sentence) in sums.outer_iter_mut().zip(sentences) {
            let own = Slice::from(start..start + sentence.len());
            sum.assign(&rows.slice_axis(Axis(0), own).sum_axis(Axis(0)));
            start += sentence.len();
        }
        let mut meaning = self.sum.times(&sums.view());
        for (mut row, sentence) in meaning.outer_iter_mut().zip(sentences) {
            #[expect(clippy::cast_precision_loss, reason = "a few thousand pieces")]
            let length = sentence.len() as f32;
            row.zip_mut_with(&self.sum_bias, |value, bias| *value = (*value + length * bias) / length.sqrt());
        }
        for row in self.top(&meaning).outer_iter() {
            let length = row.dot(&row).max(LITTLE).sqrt();
            vectors.push(row.iter().map(|number| number / length).collect());
        }
    }

    /// The four layers on top, each of the later ones with a way around.
    fn top(&self, meaning: &Array2<f32>) -> Array2<f32> {
        let [first, second, third, fourth] = &self.dense;
        let positive = |mut matrix: Array2<f32>| {
            matrix.mapv_inplace(|number| number.max(0.0));
            matrix
        };
        let meaning = meaning.view();
        let one = positive(first.times(&meaning));
        let two = positive(self.skip[0].times(&meaning) + second.times(&one.view()));
        let three = positive(third.times(&two.view()));
        let mut four = self.skip[1].times(&two.view()) + fourth.times(&three.view());
        four.mapv_inplace(f32::tanh);
        four
    }

    /// A piece's row of the embedding table, made numbers again. An unknown number is a row of zeros.
    fn embed(&self, piece: u32, mut row: ArrayViewMut1<'_, f32>) {
        let piece = piece as usize;
        let part = piece % PARTS;
        let Some(bytes) = self.embedding.get(piece * DIMENSIONS..(piece + 1) * DIMENSIONS) else { return };
        for (number, byte) in row.iter_mut().zip(bytes) {
            *number = f32::from(*byte) * self.scale[part] + self.low[part];
        }
    }
}

impl Convolution<'_> {
    /// For each row its neighbours side by side; beyond the ends of its sentence are zeros.
    fn neighbours(&self, rows: &Array2<f32>, sentences: &[Vec<u32>]) -> Array2<f32> {
        let mut seen = Array2::<f32>::zeros((rows.nrows(), self.sees * WIDTH));
        let mut start = 0;
        for sentence in sentences {
            let end = start + sentence.len();
            for at in start..end {
                for place in 0..self.sees {
                    let Some(other) = (at + place).checked_sub(self.before) else { continue };
                    if (start..end).contains(&other) {
                        let columns = Slice::from(place * WIDTH..(place + 1) * WIDTH);
                        let mut row = seen.row_mut(at);
                        row.slice_axis_mut(Axis(0), columns).assign(&rows.row(other));
                    }
                }
            }
            start = end;
        }
        seen
    }
}

fn columns(matrix: &Array2<f32>, range: Range<usize>) -> Matrix<'_> {
    matrix.slice_axis(Axis(1), Slice::from(range))
}

/// Each row to a mean of zero and a variance of one, then to the model's own scale.
fn normalise(rows: &mut Array2<f32>, (scale, shift): (Row<'_>, Row<'_>)) {
    #[expect(clippy::cast_precision_loss, reason = "a row of about a thousand")]
    let length = rows.ncols() as f32;
    for mut row in rows.outer_iter_mut() {
        let mean = row.sum() / length;
        row -= mean;
        let spread = (row.dot(&row) / length + LITTLE).sqrt().recip();
        row *= spread;
        row *= &scale;
        row += &shift;
    }
}
