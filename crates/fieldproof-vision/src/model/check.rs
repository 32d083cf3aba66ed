//! Whether a model's description makes sense, and whether the model takes what it says.

use fieldproof_domain::application::{InputType, Layout, ModelInput, ModelKind, ModelSpec};

use super::preprocess;
use crate::{Element, ModelError, TensorInfo};

/// Longest side of a model's input, pixels.
pub(super) const MAX_SIDE: u32 = 4096;

pub(super) fn check_spec(spec: &ModelSpec) -> Result<(), ModelError> {
    let wrong = |reason: String| Err(ModelError::Spec { reason });
    let [width, height] = spec.input.size;
    if spec.labels.is_empty() && spec.kind != ModelKind::Embedding {
        let what = match spec.kind {
            ModelKind::Text => "characters: they stand one in each line of a text file in UTF-8",
            ModelKind::Classification | ModelKind::Detection | ModelKind::Embedding => "labels",
        };
        return wrong(format!("it has no {what}"));
    }
    if !(1..=MAX_SIDE).contains(&width) || !(1..=MAX_SIDE).contains(&height) {
        return wrong(format!("the input size is {width} x {height}, each side has to be 1 to {MAX_SIDE}"));
    }
    if spec.input.mean.iter().any(|value| !value.is_finite()) {
        return wrong("a mean is no finite number".to_owned());
    }
    if spec.input.std.iter().any(|value| !value.is_normal()) {
        return wrong("a standard deviation is zero or no finite number".to_owned());
    }
    Ok(())
}

pub(super) fn check_inputs(inputs: &[TensorInfo], spec: &ModelInput) -> Result<(), ModelError> {
    let wanted = preprocess::shape(spec);
    let element = match spec.numbers {
        InputType::Float32 => Element::Float32,
        InputType::Uint8 => Element::Uint8,
    };
    let mismatch = |found: String| {
        let order = match spec.layout {
            Layout::Nchw => "photos, colours, rows, columns",
            Layout::Nhwc => "photos, rows, columns, colours",
        };
        let expected = format!("one input of {element} in the shape {wanted:?} ({order})");
        Err(ModelError::Input { expected, found })
    };
    let [input] = inputs else {
        return mismatch(match inputs.len() {
            0 => "no input".to_owned(),
            number => format!("{number} inputs"),
        });
    };
    if let Some(other) = input.element.filter(|declared| *declared != element) {
        return mismatch(format!("'{}' of {other}", input.name));
    }
    let Some(shape) = &input.shape else { return Ok(()) };
    let fits = shape.len() == wanted.len()
        && shape.iter().zip(&wanted).all(|(declared, wanted)| declared.is_none_or(|size| size == *wanted));
    if fits {
        return Ok(());
    }
    let declared: Vec<String> =
        shape.iter().map(|size| size.map_or_else(|| "any".to_owned(), |size| size.to_string())).collect();
    mismatch(format!("'{}' in the shape [{}]", input.name, declared.join(", ")))
}
