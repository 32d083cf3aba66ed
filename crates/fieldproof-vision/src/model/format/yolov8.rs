//! Detection as YOLOv8 and YOLO11 export it: `[1, 4 + labels, N]`, and for each of N candidates the centre x, centre y, width
//! and height of its box in pixels of the input, then a score 0..=1 for each label.

use fieldproof_domain::observation::Detection;

use super::{
    Placement,
    candidates::{Candidate, best, suppressed},
    rows::Rows,
};
use crate::{ModelError, Tensor};

/// Detections with at least `min_score`, best first; of equals, the model's first. Numbers that are not finite are
/// passed over.
pub(super) fn read(
    output: &Tensor,
    labels: &[String],
    placement: &Placement,
    min_score: f64,
) -> Result<Vec<Detection>, ModelError> {
    let rows = Rows::of_columns(output).filter(|rows| rows.length == 4 + labels.len());
    let Some(rows) = rows.filter(|_| output.shape.len() == 3) else {
        return Err(mismatch(&output.shape, labels.len()));
    };
    let candidate = |candidate| {
        let (score, label) = best((0..labels.len()).map(|label| rows.value(candidate, 4 + label)))?;
        Candidate::new(score, label, placement.centred(rows.four(candidate, 0)), min_score)
    };
    Ok(suppressed((0..rows.number).filter_map(candidate).collect(), labels))
}

fn mismatch(shape: &[usize], labels: usize) -> ModelError {
    let expected = format!(
        "the shape [1, {}, N]: x, y, width, height and {labels} scores, one for each label, for N candidates",
        4 + labels
    );
    let hint = match shape {
        [1, _, last] if *last == 4 + labels => " (rows and columns are exchanged)",
        [1, _, last] if *last == 5 + labels => " (with 'format: yolov5' it would fit)",
        [1, _, 6] => " (with 'format: end_to_end' it would fit)",
        _ => "",
    };
    ModelError::Output { expected, found: format!("the shape {shape:?}{hint}") }
}
