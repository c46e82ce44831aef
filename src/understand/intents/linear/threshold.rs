//! The margin below which an intent is not believed, found on examples held back from training.

/// How a held-back example came out.
#[derive(Clone, Copy, Debug)]
pub struct Judged {
    pub margin: f32,
    /// Whether its intent was the one understood.
    pub right: bool,
    /// Whether its intent stands for what is out of scope.
    pub outside: bool,
}

/// Where nothing in the data says what is out of scope, of what was understood rightly so much may be lost by not believing
/// it. A public set of 77 intents comes out right for .91 of what is asked whatever this is; it decides how much of other things is refused.
const MAY_BE_LOST: f32 = 0.003;
/// Fewer held-back examples say nothing.
const ENOUGH: usize = 20;
/// Where the sum of both shares is within this of the largest, the lower margin is taken: the examples are few, and to refuse
/// what is in scope costs more.
const AS_GOOD: f32 = 0.02;
/// Where the examples say nothing: the text lies on the intent's side.
const SIDE: f32 = 0.0;

/// The least margin to believe. With examples out of scope, the one at which the share believed and right within scope and
/// the share not believed outside are largest together; without, the one that loses [`MAY_BE_LOST`]. From `clear` on, everything is
/// believed whatever the examples say.
pub fn least_margin(judged: &[Judged], clear: f32) -> f32 {
    balanced(judged).map_or(SIDE, |least| least.min(clear))
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of examples"
)]
fn balanced(judged: &[Judged]) -> Option<f32> {
    let mut right: Vec<f32> =
        judged.iter().filter(|one| one.right && !one.outside).map(|one| one.margin).collect();
    right.sort_by(f32::total_cmp);
    if right.len() < ENOUGH {
        return None;
    }
    let mut outside: Vec<f32> = judged.iter().filter(|one| one.outside).map(|one| one.margin).collect();
    if outside.len() < ENOUGH {
        return right.get((right.len() as f32 * MAY_BE_LOST) as usize).copied();
    }
    outside.sort_by(f32::total_cmp);
    let both = |least: f32| {
        let kept = right.len() - right.partition_point(|margin| *margin < least);
        let refused = outside.partition_point(|margin| *margin < least);
        kept as f32 / right.len() as f32 + refused as f32 / outside.len() as f32
    };
    let most = right.iter().map(|least| both(*least)).fold(0.0, f32::max);
    right.iter().copied().find(|least| both(*least) >= most - AS_GOOD)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLEAR: f32 = 0.25;

    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    fn judged(from: usize, to: usize, outside: bool) -> Vec<Judged> {
        (from..to)
            .map(|number| Judged { margin: number as f32 / 100.0 - 3.0, right: !outside, outside })
            .collect()
    }

    #[test]
    fn without_examples_out_of_scope_a_fixed_share_is_lost() {
        // 400 right ones with margins -3.00 to 0.99: three in a thousand, one of them, may be lost.
        assert!((least_margin(&judged(0, 400, false), CLEAR) + 2.99).abs() < 1e-5);
    }

    #[test]
    fn examples_out_of_scope_decide_where_there_are_some() {
        // Outside -3.00 to -2.01, right -2.20 to -0.21: believing from -2 on loses a tenth of the right and refuses all others; each
        // step down keeps a two-hundredth more and lets a hundredth through, so four steps down are as good.
        let all: Vec<Judged> = judged(80, 280, false).into_iter().chain(judged(0, 100, true)).collect();
        assert!((least_margin(&all, CLEAR) + 2.04).abs() < 0.011);
    }

    #[test]
    fn where_examples_are_few_or_far_apart_the_intents_side_is_believed() {
        assert!((least_margin(&judged(0, 10, false), CLEAR) - SIDE).abs() < f32::EPSILON);
        assert!((least_margin(&judged(400, 600, false), CLEAR) - CLEAR).abs() < f32::EPSILON);
    }
}
