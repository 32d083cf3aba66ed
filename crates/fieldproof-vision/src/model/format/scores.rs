//! Classification: one number for each label, in the shape `[1, labels]`.

use fieldproof_domain::observation::Observation;

use crate::{ModelError, OnnxFile, Tensor};

/// How far from 1 the sum of the scores of a distribution may be.
const TOLERANCE: f64 = 1e-3;

/// What the numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::model) enum Numbers {
    /// A distribution, or logits: those whose sum is other than 1, or of which one is negative.
    Either,
    /// A distribution: the model ends with a softmax.
    Softmax,
    /// Logits, of which softmax makes a distribution.
    Logits,
    /// A probability for each label by itself, as several may be right: the model ends with a sigmoid.
    Sigmoid,
    /// Logits, of which sigmoid makes a probability for each label by itself.
    SigmoidLogits,
}

/// Every label's score, and the best.
pub(super) fn read(output: &Tensor, labels: &[String], numbers: Numbers) -> Result<Observation, ModelError> {
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
    let given: Vec<f64> = output.data.iter().map(|&score| f64::from(score)).collect();
    let Some(scores) = numbers.scores(given) else {
        return mismatch("a score that is not 0 to 1: the model gives logits, say so in 'format'".to_owned());
    };
    // The first of equals, so that the same numbers always give the same label.
    let best = labels.iter().zip(&scores).reduce(|best, next| if next.1 > best.1 { next } else { best });
    let Some((concept, score)) = best else { return mismatch("no scores".to_owned()) };
    Ok(Observation::Classification {
        concept: concept.clone(),
        score: *score,
        scores: labels.iter().cloned().zip(scores.iter().copied()).collect(),
    })
}

impl Numbers {
    /// Its word in an application.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Either => "scores",
            Self::Softmax => "softmax",
            Self::Logits => "logits",
            Self::Sigmoid => "sigmoid",
            Self::SigmoidLogits => "sigmoid_logits",
        }
    }

    /// What a file's first output is by the operator that computes it.
    pub(super) fn of(file: &OnnxFile<'_>) -> Self {
        match file.last_operator.as_deref() {
            Some("Softmax") => Self::Softmax,
            Some("Sigmoid") => Self::Sigmoid,
            // The last layer, whose numbers may by chance look like a distribution.
            Some("Gemm" | "MatMul" | "Add") => Self::Logits,
            _ => Self::Either,
        }
    }

    /// 0..=1 each; `None` where they are not what was said.
    fn scores(self, given: Vec<f64>) -> Option<Vec<f64>> {
        let are_shares = given.iter().all(|score| (-TOLERANCE..=1.0 + TOLERANCE).contains(score));
        match self {
            Self::Either if is_distribution(&given) => Some(clamped(given)),
            Self::Either | Self::Logits => Some(softmax(&given)),
            Self::Softmax | Self::Sigmoid => are_shares.then(|| clamped(given)),
            Self::SigmoidLogits => Some(given.into_iter().map(super::sigmoid).collect()),
        }
    }
}

pub(super) fn is_distribution(scores: &[f64]) -> bool {
    (scores.iter().sum::<f64>() - 1.0).abs() <= TOLERANCE && scores.iter().all(|&score| score >= 0.0)
}

fn clamped(scores: Vec<f64>) -> Vec<f64> {
    scores.into_iter().map(|score| score.clamp(0.0, 1.0)).collect()
}

/// A distribution.
pub(super) fn softmax(logits: &[f64]) -> Vec<f64> {
    let highest = logits.iter().copied().fold(f64::MIN, f64::max);
    let powers: Vec<f64> = logits.iter().map(|logit| (logit - highest).exp()).collect();
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
        let Ok(Observation::Classification { concept, score, scores }) = read(&output, &labels(3), Numbers::Either)
        else {
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
        let output = Tensor { shape: shape.to_vec(), data: data.to_vec() };
        let error = read(&output, &labels(2), Numbers::Either).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }

    #[rstest]
    #[case::softmax(Numbers::Softmax, &[0.2, 0.8], Some([0.2, 0.8]))]
    #[case::no_softmax(Numbers::Softmax, &[2.0, -1.0], None)]
    #[case::logits_that_look_like_shares(Numbers::Logits, &[0.0, 1.0], Some([0.268_941_4, 0.731_058_6]))]
    #[case::several_are_right(Numbers::Sigmoid, &[0.9, 0.8], Some([0.9, 0.8]))]
    #[case::no_sigmoid(Numbers::Sigmoid, &[0.9, 3.0], None)]
    #[case::logits_of_several(Numbers::SigmoidLogits, &[0.0, 2.0], Some([0.5, 0.880_797_1]))]
    fn what_the_numbers_are(#[case] numbers: Numbers, #[case] data: &[f32], #[case] expected: Option<[f64; 2]>) {
        let output = Tensor { shape: vec![1, 2], data: data.to_vec() };
        match (read(&output, &labels(2), numbers), expected) {
            (Ok(Observation::Classification { scores, .. }), Some([open, closed])) => {
                assert!((scores["open"] - open).abs() < 1e-6 && (scores["closed"] - closed).abs() < 1e-6, "{scores:?}");
            }
            (Err(error), None) => assert!(error.to_string().contains("not 0 to 1"), "{error}"),
            (found, _) => panic!("{found:?}"),
        }
    }
}
