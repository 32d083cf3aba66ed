//! What outputs look like when nothing is known of the model.

use fieldproof_domain::application::ModelKind;

use super::{Format, Outputs, boxes::Unit, ctc::Blank, scores::Numbers, yolov5};
use crate::{ModelError, OnnxFile, TensorInfo};

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

/// The format of a detection model by the names and shapes of its outputs. `labels`: how many it has, if that is known.
pub(super) fn detection_format(outputs: &Outputs<'_>, labels: Option<usize>) -> Option<Format> {
    let has = |name: &str| outputs.find(&[name], |_| false).is_some();
    if has("scores") && (has("labels") || has("classes")) {
        let boxes = outputs.find(&["boxes"], |_| false);
        let is_batch = boxes.is_some_and(|boxes| boxes.shape.len() == 3);
        return Some(Format::Boxes(if is_batch { Unit::Fractions } else { Unit::Pixels }));
    }
    if has("logits") && has("boxes") {
        return Some(Format::Detr);
    }
    let &[1, rows, columns] = &outputs.first()?.shape[..] else { return None };
    let has_each_label = |more: usize, length: usize| labels.is_some_and(|labels| labels + more == length);
    // With one label, YOLOv5 has six columns too, and a row for each place of its grids.
    let may_be_yolov5 = labels.is_none_or(|labels| labels == 1) && rows == yolov5::candidates(outputs.input);
    if has_each_label(4, rows) {
        Some(Format::Yolov8)
    } else if columns == 6 && !may_be_yolov5 {
        Some(Format::EndToEnd)
    } else if has_each_label(5, columns) {
        Some(Format::Yolov5)
    } else if (5..columns).contains(&rows) {
        // There are always more candidates than numbers of each.
        Some(Format::Yolov8)
    } else {
        (6..rows).contains(&columns).then_some(Format::Yolov5)
    }
}

/// What a model probably is by the names and shapes of what it gives.
///
/// # Errors
/// [`ModelError::Output`]: they are like those of no known kind.
pub(in crate::model) fn guess(file: &OnnxFile<'_>, outputs: &Outputs<'_>) -> Result<Guess, ModelError> {
    let said = file.facts().labels.map(|labels| labels.len());
    let guess = |kind, format: Format, labels| Ok(Guess { kind, format: format.word(), labels });
    match outputs.first().map(|tensor| &tensor.shape[..]) {
        // What is left of a picture after its mean was taken. A vector of two dimensions looks like scores.
        Some([1, length, 1, 1]) if *length > 1 => return guess(ModelKind::Embedding, Format::Vector, Some(0)),
        Some([1, labels]) if *labels > 0 && outputs.find(&["boxes"], |_| false).is_none() => {
            return guess(ModelKind::Classification, Format::Scores(Numbers::of(file)), Some(*labels));
        }
        Some([1, steps, columns] | [steps, 1, columns]) if looks_like_lines(&file.inputs, outputs.input, *steps) => {
            return guess(ModelKind::Text, Format::Ctc(Blank::First), columns.checked_sub(1));
        }
        _ => {}
    }
    let Some(format) = detection_format(outputs, said) else {
        let expected = "what a detection, classification, text or embedding model gives (see docs/application.md)";
        return Err(ModelError::Output { expected: expected.to_owned(), found: outputs.to_string() });
    };
    let shape = |name: &str| outputs.find(&[name], |_| false).map(|tensor| &tensor.shape[..]);
    let labels = match (format, outputs.first().map(|tensor| &tensor.shape[..]), shape("logits")) {
        (Format::Yolov8, Some([_, rows, _]), _) => rows.checked_sub(4),
        (Format::Yolov5, Some([_, _, columns]), _) => columns.checked_sub(5),
        // With "nothing" as the last, DETR has one more than it has labels.
        (Format::Detr, _, Some([.., columns])) => {
            said.filter(|labels| labels == columns || labels + 1 == *columns).or(Some(*columns))
        }
        _ => said,
    };
    guess(ModelKind::Detection, format, labels)
}
