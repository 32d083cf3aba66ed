//! What outputs look like when nothing is known of the model.

use fieldproof_domain::application::ModelKind;

use super::{scores::Numbers, yolov5};
use crate::{ModelError, OnnxFile, Tensor, TensorInfo};

/// What a model probably is.
#[derive(Debug)]
pub(in crate::model) struct Guess {
    pub(in crate::model) kind: ModelKind,
    /// One of the kind's words.
    pub(in crate::model) format: &'static str,
    /// How many labels it has; `None`: the outputs do not tell.
    pub(in crate::model) labels: Option<usize>,
}

/// Whether a model reads lines of text: its input is low and wide or of any width, and each step is a few columns of it.
fn looks_like_lines(inputs: &[TensorInfo], [width, height]: [u32; 2], steps: usize) -> bool {
    let is_any_width =
        |shape: &[Option<usize>]| matches!(shape, [_, Some(3), Some(_), None] | [_, Some(_), None, Some(3)]);
    let is_open = inputs.first().and_then(|input| input.shape.as_deref()).is_some_and(is_any_width);
    let is_low = height <= 64 && (is_open || width >= 2 * height);
    is_low && (2..=width as usize).contains(&steps)
}

/// What a model probably is by the names and shapes of what it gives for an input of `size` (width and height, pixels).
///
/// # Errors
/// [`ModelError::Output`]: they are like those of no known kind.
pub(in crate::model) fn guess(file: &OnnxFile<'_>, size: [u32; 2], tensors: &[Tensor]) -> Result<Guess, ModelError> {
    let detection = |format, labels| Ok(Guess { kind: ModelKind::Detection, format, labels });
    let named = |word: &str| {
        let mut outputs = file.outputs.iter().zip(tensors);
        outputs.find(|(info, _)| info.name.to_ascii_lowercase().contains(word)).map(|(_, tensor)| &tensor.shape[..])
    };
    let said = file.facts().labels.map(|labels| labels.len());
    if let (Some(boxes), Some(_)) = (named("boxes"), named("scores")) {
        return detection(if boxes.len() == 3 { "ssd" } else { "torchvision" }, said);
    }
    if let (Some([.., columns]), Some(_)) = (named("logits"), named("boxes")) {
        // With "nothing" as the last, DETR has one more than it has labels.
        return detection("detr", said.filter(|labels| columns - labels.min(columns) <= 1).or(Some(*columns)));
    }
    let said_with = |more: usize, columns: usize| said.is_some_and(|labels| labels + more == columns);
    match tensors.first().map(|tensor| &tensor.shape[..]) {
        // What is left of a picture after its mean was taken. A vector of two dimensions looks like scores.
        Some([1, length, 1, 1]) if *length > 1 => {
            Ok(Guess { kind: ModelKind::Embedding, format: "vector", labels: Some(0) })
        }
        Some([1, labels]) if *labels > 0 => {
            Ok(Guess { kind: ModelKind::Classification, format: Numbers::of(file).word(), labels: Some(*labels) })
        }
        Some([1, steps, columns] | [steps, 1, columns]) if looks_like_lines(&file.inputs, size, *steps) => {
            Ok(Guess { kind: ModelKind::Text, format: "ctc", labels: columns.checked_sub(1) })
        }
        Some([1, rows, columns]) if said_with(4, *rows) || (5..*columns).contains(rows) => {
            detection("yolov8", Some(rows - 4))
        }
        // With one label, YOLOv5 has six columns too, and a row for each place of its grids.
        Some([1, rows, 6]) if !said_with(5, 6) && *rows != yolov5::candidates(size) => detection("end_to_end", said),
        Some([1, rows, columns]) if said_with(5, *columns) || (6..*rows).contains(columns) => {
            detection("yolov5", Some(columns - 5))
        }
        _ => {
            let shapes: Vec<_> = tensors.iter().map(|tensor| format!("{:?}", tensor.shape)).collect();
            Err(ModelError::Output {
                expected:
                    "what a detection, classification, text or embedding model gives (see the formats in docs/application.md)"
                        .to_owned(),
                found: format!("the shapes {}", shapes.join(", ")),
            })
        }
    }
}
