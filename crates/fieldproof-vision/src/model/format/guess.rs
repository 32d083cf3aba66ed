//! What outputs look like when nothing is known of the model.

use fieldproof_domain::application::ModelKind;

use super::{scores::Numbers, yolov5};
use crate::{ModelError, OnnxFile, Tensor};

/// What a model probably is.
#[derive(Debug)]
pub(in crate::model) struct Guess {
    pub(in crate::model) kind: ModelKind,
    /// One of the kind's words.
    pub(in crate::model) format: &'static str,
    /// How many labels it has; `None`: the outputs do not tell.
    pub(in crate::model) labels: Option<usize>,
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
        Some([1, labels]) if *labels > 0 => {
            Ok(Guess { kind: ModelKind::Classification, format: Numbers::of(file).word(), labels: Some(*labels) })
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
                expected: "what a detection or classification model gives (see the formats in docs/application.md)"
                    .to_owned(),
                found: format!("the shapes {}", shapes.join(", ")),
            })
        }
    }
}
