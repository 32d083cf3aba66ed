//! Detection as DETR and RT-DETR export it: `logits` in the shape `[1, N, labels]` or `[1, N, labels + 1]`, `boxes` in the shape
//! `[1, N, 4]`: centre x, centre y, width and height in fractions of the input.
//!
//! With one logit more than there are labels the last says that there is nothing, and they are a distribution (DETR). Else each
//! is a probability of its own (RT-DETR).

use fieldproof_domain::observation::Detection;

use super::{
    Outputs, Placement,
    candidates::{Candidate, as_they_are, best},
    rows::Rows,
    scores::softmax,
};
use crate::ModelError;

/// As [`super::yolov8::read`]; these models tell each thing once.
pub(super) fn read(
    outputs: &Outputs<'_>,
    labels: &[String],
    placement: &Placement,
    min_score: f64,
) -> Result<Vec<Detection>, ModelError> {
    let boxes = outputs.find(&["boxes"], |tensor| tensor.shape.last() == Some(&4)).and_then(Rows::of);
    let are_logits = |length: usize| length == labels.len() || length == labels.len() + 1;
    let logits = outputs.find(&["logits"], |tensor| tensor.shape.last().is_some_and(|&length| are_logits(length)));
    let logits = logits.and_then(Rows::of).filter(|logits| are_logits(logits.length));
    let (Some(boxes), Some(logits)) = (boxes, logits) else { return Err(mismatch(outputs, labels.len())) };
    if boxes.number != logits.number || boxes.length != 4 {
        return Err(mismatch(outputs, labels.len()));
    }
    let [width, height] = outputs.input.map(f64::from);
    let thing = |thing| {
        let scores = probabilities((0..logits.length).map(|label| logits.value(thing, label)), labels.len());
        let (score, label) = best(scores.into_iter())?;
        let [x, y, w, h] = boxes.four(thing, 0);
        Candidate::new(score, label, placement.centred([x * width, y * height, w * width, h * height]), min_score)
    };
    Ok(as_they_are((0..boxes.number).filter_map(thing).collect(), labels))
}

/// Of each label.
fn probabilities(logits: impl Iterator<Item = f64>, labels: usize) -> Vec<f64> {
    let logits: Vec<_> = logits.collect();
    if logits.len() == labels {
        return logits.into_iter().map(super::sigmoid).collect();
    }
    let mut shares = softmax(&logits);
    shares.truncate(labels);
    shares
}

fn mismatch(outputs: &Outputs<'_>, labels: usize) -> ModelError {
    let expected =
        format!("'logits' in the shape [1, N, {labels}] or [1, N, {}], and 'boxes' in the shape [1, N, 4]", labels + 1);
    ModelError::Output { expected, found: outputs.to_string() }
}
