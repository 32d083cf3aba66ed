//! Detection as YOLOv5 and YOLOv7 export it: `[1, N, 5 + labels]`, and for each of N candidates the centre x, centre y, width
//! and height of its box in pixels of the input, how sure it is that something is there, then a score 0..=1 for each label,
//! given that something is.

use fieldproof_domain::observation::Detection;

use super::{
    Placement,
    candidates::{Candidate, best, suppressed},
    rows::Rows,
};
use crate::{ModelError, Tensor};

/// As [`super::yolov8::read`].
pub(super) fn read(
    output: &Tensor,
    labels: &[String],
    placement: &Placement,
    min_score: f64,
) -> Result<Vec<Detection>, ModelError> {
    let rows = Rows::of(output).filter(|rows| rows.length == 5 + labels.len());
    let Some(rows) = rows.filter(|_| output.shape.len() == 3) else {
        let expected = format!(
            "the shape [1, N, {}]: x, y, width, height, how sure, and {} scores, one for each label, for N candidates",
            5 + labels.len(),
            labels.len()
        );
        return Err(ModelError::Output { expected, found: format!("the shape {:?}", output.shape) });
    };
    let candidate = |candidate| {
        let (score, label) = best((0..labels.len()).map(|label| rows.value(candidate, 5 + label)))?;
        let score = score * rows.value(candidate, 4);
        Candidate::new(score, label, placement.centred(rows.four(candidate, 0)), min_score)
    };
    Ok(suppressed((0..rows.number).filter_map(candidate).collect(), labels))
}

/// How many candidates such a model has for an input of this size: three at each point of three grids.
pub(super) fn candidates([width, height]: [u32; 2]) -> usize {
    [8, 16, 32].iter().map(|stride| 3 * (width / stride) as usize * (height / stride) as usize).sum()
}
