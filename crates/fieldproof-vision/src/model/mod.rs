//! A model of an application: described, loaded, checked, run.

mod format;
mod preprocess;

use fieldproof_domain::{
    application::{Layout, ModelInput, ModelSpec},
    observation::Observation,
};

use self::format::{Format, Outputs};
use crate::{Engine, ModelError, Photo, Session, TensorInfo, raster::Raster};

/// Longest side of a model's input, pixels.
const MAX_SIDE: u32 = 4096;

/// A model that is known to give what its description says.
pub struct Model {
    session: Box<dyn Session>,
    format: Format,
    input: ModelInput,
    labels: Vec<String>,
}

impl Model {
    /// Loads a model and runs it once on a blank picture, so that a model that does not fit its description is found
    /// out here and not on a worker's photo.
    ///
    /// # Errors
    /// Every [`ModelError`]: each says what was expected and what was found.
    pub fn load(engine: &dyn Engine, spec: &ModelSpec, onnx: &[u8]) -> Result<Self, ModelError> {
        let named = Format::named(spec)?;
        check_spec(spec)?;
        let session = engine.load(onnx)?;
        check_inputs(session.inputs(), &spec.input)?;
        let blank = Raster { width: 8, height: 8, rgb: vec![preprocess::GREY; 8 * 8 * 3] };
        let (tensor, placement) = preprocess::tensor(&blank, &spec.input);
        let tensors = session.run(tensor)?;
        let outputs = Outputs::new(spec.input.size, session.outputs(), tensors);
        let format = named.unwrap_or_else(|| Format::seen(spec, &outputs));
        format.read(&outputs, &spec.labels, &placement, 0.0)?;
        Ok(Self { session, format, input: spec.input.clone(), labels: spec.labels.clone() })
    }

    /// What the model sees on a photo: detections with at least `min_score` (0..=1), or a classification, which has
    /// all its scores whatever `min_score` is.
    ///
    /// # Errors
    /// [`ModelError::Run`] and [`ModelError::Output`] when the model gives on this photo what it did not on the trial.
    pub fn observe(&self, photo: &Photo, min_score: f64) -> Result<Observation, ModelError> {
        let (tensor, placement) = preprocess::tensor(photo.raster(), &self.input);
        let outputs = Outputs::new(self.input.size, self.session.outputs(), self.session.run(tensor)?);
        self.format.read(&outputs, &self.labels, &placement, min_score)
    }
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").field("input", &self.input).field("labels", &self.labels).finish_non_exhaustive()
    }
}

fn check_spec(spec: &ModelSpec) -> Result<(), ModelError> {
    let wrong = |reason: String| Err(ModelError::Spec { reason });
    let [width, height] = spec.input.size;
    if spec.labels.is_empty() {
        return wrong("it has no labels".to_owned());
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

fn check_inputs(inputs: &[TensorInfo], spec: &ModelInput) -> Result<(), ModelError> {
    let wanted = preprocess::shape(spec);
    let mismatch = |found: String| {
        let order = match spec.layout {
            Layout::Nchw => "photos, colours, rows, columns",
            Layout::Nhwc => "photos, rows, columns, colours",
        };
        let expected = format!("one input of 32-bit floats in the shape {wanted:?} ({order})");
        Err(ModelError::Input { expected, found })
    };
    let [input] = inputs else {
        return mismatch(match inputs.len() {
            0 => "no input".to_owned(),
            number => format!("{number} inputs"),
        });
    };
    if !input.float {
        return mismatch(format!("'{}' with another type of number", input.name));
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
