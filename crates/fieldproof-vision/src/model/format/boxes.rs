//! Detection in three outputs, for N things: `boxes` by their corners, `labels` by number, `scores` 0..=1. As torchvision exports
//! it (`[N, 4]`, in pixels of the input), and as SSD models do (`[1, N, 4]`, in fractions of the input). Number 0 is the background
//! in both, so the first of an application's labels is number 1, unless the labels begin with the background themselves.

use fieldproof_domain::observation::Detection;

use super::{
    Outputs, Placement,
    candidates::{Candidate, as_they_are},
    rows::Rows,
};
use crate::{ModelError, Tensor};

/// What a list of labels calls number 0.
const BACKGROUND: [&str; 2] = ["background", "__background__"];

/// What a coordinate counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::model) enum Unit {
    /// Pixels of the input: torchvision.
    Pixels,
    /// Fractions of the input: SSD.
    Fractions,
}

/// As [`super::yolov8::read`]; these models tell each thing once.
pub(super) fn read(
    outputs: &Outputs<'_>,
    unit: Unit,
    labels: &[String],
    placement: &Placement,
    min_score: f64,
) -> Result<Vec<Detection>, ModelError> {
    let boxes = outputs.find(&["boxes"], |tensor| tensor.shape.last() == Some(&4)).and_then(Rows::of);
    let flat = |names: &[&str]| outputs.find(names, |_| false);
    let (Some(boxes), Some(numbers), Some(scores)) = (boxes, flat(&["labels", "classes"]), flat(&["scores"])) else {
        return Err(mismatch(outputs));
    };
    if boxes.length != 4 || numbers.data.len() != boxes.number || scores.data.len() != boxes.number {
        return Err(mismatch(outputs));
    }
    let [width, height] = match unit {
        Unit::Pixels => [1.0, 1.0],
        Unit::Fractions => outputs.input.map(f64::from),
    };
    let has_background = labels.first().is_some_and(|first| BACKGROUND.contains(&first.as_str()));
    let value = |tensor: &Tensor, thing: usize| tensor.data.get(thing).map_or(f64::NAN, |&value| f64::from(value));
    let thing = |thing| {
        // What is the background is no thing.
        let number = super::index(value(numbers, thing))?.checked_sub(1)?;
        let label = if has_background { number + 1 } else { number };
        let [xmin, ymin, xmax, ymax] = boxes.four(thing, 0);
        let bbox = placement.corners([xmin * width, ymin * height, xmax * width, ymax * height]);
        Candidate::new(value(scores, thing), label, bbox, min_score)
    };
    Ok(as_they_are((0..boxes.number).filter_map(thing).collect(), labels))
}

fn mismatch(outputs: &Outputs<'_>) -> ModelError {
    let expected = "'boxes' with the corners of N things, 'labels' and 'scores' with N numbers".to_owned();
    ModelError::Output { expected, found: outputs.to_string() }
}
