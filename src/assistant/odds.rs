//! Logistic models: weighted evidence to a probability, and back to odds. What is weighed, and how much it counts, is said where
//! each model is.

/// The probability that a constant and weighted terms come to.
pub fn logistic(constant: f64, terms: &[(f32, f64)]) -> f64 {
    let z = constant + terms.iter().map(|(value, weight)| f64::from(*value) * weight).sum::<f64>();
    1.0 / (1.0 + (-z).exp())
}

/// The logarithm of the odds of a probability, which is kept away from certainty by `margin`.
pub fn odds(probability: f64, margin: f64) -> f64 {
    let probability = probability.clamp(margin, 1.0 - margin);
    (probability / (1.0 - probability)).ln()
}

/// Something that holds or doesn't, as a term's value.
pub fn sign(holds: bool) -> f32 {
    if holds { 1.0 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odds_and_probability_are_one_thing() {
        assert!((logistic(odds(0.8, 1e-6), &[]) - 0.8).abs() < 1e-9);
        assert!((logistic(0.0, &[(sign(true), 1.0), (sign(false), 5.0)]) - 0.731_058).abs() < 1e-5);
        assert!(odds(1.0, 0.001) < 7.0);
    }
}
