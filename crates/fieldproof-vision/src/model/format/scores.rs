//! Classification: one score for each label, in the shape `[1, labels]`.

use fieldproof_domain::observation::Observation;

use crate::{ModelError, Tensor};

/// How far from 1 the sum of the scores of a distribution may be.
const TOLERANCE: f64 = 1e-3;

/// Scores that are no distribution yet (a sum other than 1, or negative ones) become one by softmax.
pub(super) fn read(output: &Tensor, labels: &[String]) -> Result<Observation, ModelError> {
    let mismatch = |found: String| {
        let expected = format!("the shape [1, {}]: one score for each label", labels.len());
        Err(ModelError::Output { expected, found })
    };
    if output.shape != [1, labels.len()] || output.data.len() != labels.len() {
        return mismatch(format!("the shape {:?}", output.shape));
    }
    if output.data.iter().any(|score| !score.is_finite()) {
        return mismatch("a score that is no finite number".to_owned());
    }
    let scores = distribution(output.data.iter().map(|&score| f64::from(score)).collect());
    // The first of equals, so that the same numbers always give the same label.
    let best = labels.iter().zip(&scores).reduce(|best, next| if next.1 > best.1 { next } else { best });
    let Some((concept, score)) = best else { return mismatch("no scores".to_owned()) };
    Ok(Observation::Classification {
        concept: concept.clone(),
        score: *score,
        scores: labels.iter().cloned().zip(scores.iter().copied()).collect(),
    })
}

fn distribution(scores: Vec<f64>) -> Vec<f64> {
    let sum: f64 = scores.iter().sum();
    if (sum - 1.0).abs() <= TOLERANCE && scores.iter().all(|&score| score >= 0.0) {
        return scores.into_iter().map(|score| score.min(1.0)).collect();
    }
    let highest = scores.iter().copied().fold(f64::MIN, f64::max);
    let powers: Vec<f64> = scores.iter().map(|score| (score - highest).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn labels(number: usize) -> Vec<String> {
        ["open", "closed", "other"].into_iter().take(number).map(str::to_owned).collect()
    }

    #[rstest]
    #[case::a_distribution(&[0.1, 0.7, 0.2], "closed", 0.7)]
    #[case::nearly_one(&[0.6996, 0.1, 0.2], "open", 0.6996)]
    #[case::logits(&[2.0, 0.0, -1.0], "open", 0.843_794_7)]
    #[case::huge_logits(&[1e30, 0.0, -1e30], "open", 1.0)]
    #[case::negative_though_the_sum_is_one(&[1.5, -0.5, 0.0], "open", 0.736_124_7)]
    #[case::equals(&[5.0, 5.0, 5.0], "open", 1.0 / 3.0)]
    fn best_label(#[case] data: &[f32], #[case] best: &str, #[case] best_score: f64) {
        let output = Tensor { shape: vec![1, 3], data: data.to_vec() };
        let Ok(Observation::Classification { concept, score, scores }) = read(&output, &labels(3)) else {
            panic!("no classification");
        };
        assert_eq!(concept, best);
        assert!((score - best_score).abs() < 1e-6, "{score}");
        assert!((scores.values().sum::<f64>() - 1.0).abs() < 2e-3, "{scores:?}");
        assert_eq!(scores[best], score);
    }

    #[rstest]
    #[case::too_many(&[1, 3], &[0.0; 3], "expected the shape [1, 2]: one score for each label, found the shape [1, 3]")]
    #[case::flat(&[2], &[0.0; 2], "found the shape [2]")]
    #[case::short(&[1, 2], &[0.0; 1], "found the shape [1, 2]")]
    #[case::not_a_number(&[1, 2], &[0.0, f32::NAN], "no finite number")]
    fn misfits(#[case] shape: &[usize], #[case] data: &[f32], #[case] message: &str) {
        let error = read(&Tensor { shape: shape.to_vec(), data: data.to_vec() }, &labels(2)).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
}
