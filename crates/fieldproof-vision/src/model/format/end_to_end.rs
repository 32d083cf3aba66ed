//! Detection as models with suppression inside export it (YOLOv10, YOLO26, and Ultralytics' `nms=True`): `[1, N, 6]`, and for
//! each of N things the corners of its box in pixels of the input, its score 0..=1, and the index of its label. Rows that are
//! left over are zeros.

use fieldproof_domain::observation::Detection;

use super::{
    Placement,
    candidates::{Candidate, as_they_are},
    rows::Rows,
};
use crate::{ModelError, Tensor};

/// As [`super::yolov8::read`]; what overlaps is the model's business.
pub(super) fn read(
    output: &Tensor,
    labels: &[String],
    placement: &Placement,
    min_score: f64,
) -> Result<Vec<Detection>, ModelError> {
    let Some(rows) = Rows::of(output).filter(|rows| rows.length == 6) else {
        let expected = "the shape [1, N, 6]: left, top, right, bottom, score and label of N things".to_owned();
        return Err(ModelError::Output { expected, found: format!("the shape {:?}", output.shape) });
    };
    let thing = |thing| {
        let label = super::index(rows.value(thing, 5))?;
        Candidate::new(rows.value(thing, 4), label, placement.corners(rows.four(thing, 0)), min_score)
    };
    Ok(as_they_are((0..rows.number).filter_map(thing).collect(), labels))
}
