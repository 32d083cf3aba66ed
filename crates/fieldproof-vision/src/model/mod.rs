//! A model of an application: described, loaded, checked, run.

mod format;
pub(crate) mod preprocess;
mod understand;

use fieldproof_domain::{
    application::{InputType, Layout, ModelInput, ModelKind, ModelSpec},
    observation::{BoundingBox, Detection, Observation},
};

use self::format::{Format, Outputs};
pub use self::understand::{LabelSource, Understood};
use crate::{Details, Element, Engine, ModelError, OnnxFile, Photo, Session, TensorInfo, raster::Raster};

/// Longest side of a model's input, pixels.
const MAX_SIDE: u32 = 4096;

/// A model that is known to give what its description says.
pub struct Model {
    session: Box<dyn Session>,
    outputs: Vec<TensorInfo>,
    format: Format,
    input: ModelInput,
    labels: Vec<String>,
    /// Of an embedding model: vectors that photos are compared with, and their names.
    references: Vec<(String, Vec<f32>)>,
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
        let file = OnnxFile::read(onnx)?;
        check_inputs(&file.inputs, &spec.input)?;
        let session = engine.load(&file)?;
        let (input, placement) = preprocess::tensor(&blank(), &spec.input);
        let outputs = Outputs::new(spec.input.size, &file.outputs, session.run(input)?);
        let format = named.unwrap_or_else(|| Format::seen(spec, &file, &outputs));
        format.read(&outputs, &spec.labels, &placement, 0.0)?;
        Ok(Self {
            session,
            format,
            input: spec.input.clone(),
            labels: spec.labels.clone(),
            outputs: file.outputs,
            references: Vec::new(),
        })
    }

    /// What the model sees on a photo: detections with at least `min_score` (0..=1), or a classification, which has
    /// all its scores whatever `min_score` is.
    ///
    /// # Errors
    /// [`ModelError::Run`] and [`ModelError::Output`] when the model gives on this photo what it did not on the trial.
    pub fn observe(&self, photo: &Photo, min_score: f64) -> Result<Observation, ModelError> {
        self.look(photo.raster(), min_score)
    }

    /// What the model sees in regions of a photo, each with `margin` on its sides (in parts of its width and height), at
    /// full resolution: for a detection model all it detects there, else one observation for each region, in their order.
    ///
    /// # Errors
    /// As [`Model::observe`].
    pub fn observe_regions(
        &self,
        details: &Details<'_>,
        regions: &[Detection],
        margin: f64,
        min_score: f64,
    ) -> Result<Observation, ModelError> {
        let mut detections = Vec::new();
        let mut observed = Vec::new();
        for region in regions {
            let (part, place) = details
                .region(&region.bbox, margin)
                .map_err(|error| ModelError::Run { reason: format!("its region cannot be decoded: {error}") })?;
            match self.look(&part, min_score)? {
                Observation::Detections(found) => detections.extend(found.into_iter().map(|seen| placed(seen, &place))),
                seen => observed.push((region.clone(), seen)),
            }
        }
        if self.format.is_of_detection() {
            detections.sort_by(|a, b| b.score.total_cmp(&a.score));
            return Ok(Observation::Detections(detections));
        }
        Ok(Observation::Regions(observed))
    }

    /// Lets an embedding model compare with one more photo from now on.
    ///
    /// # Errors
    /// As [`Model::observe`].
    pub fn add_reference(&mut self, name: &str, photo: &Photo) -> Result<(), ModelError> {
        if let Observation::Embedding { vector, .. } = self.look(photo.raster(), 0.0)? {
            self.references.push((name.to_owned(), vector));
        }
        Ok(())
    }

    /// As [`Model::observe`], at a blank picture: to see how long it takes.
    ///
    /// # Errors
    /// As [`Model::observe`].
    pub fn observe_blank(&self) -> Result<Observation, ModelError> {
        self.look(&blank(), 0.0)
    }

    /// The longer side of its input, pixels.
    pub fn longer_side(&self) -> u32 {
        self.input.size[0].max(self.input.size[1])
    }

    fn look(&self, picture: &Raster, min_score: f64) -> Result<Observation, ModelError> {
        let (input, placement) = preprocess::tensor(picture, &self.input);
        let outputs = Outputs::new(self.input.size, &self.outputs, self.session.run(input)?);
        let mut seen = self.format.read(&outputs, &self.labels, &placement, min_score)?;
        if let Observation::Embedding { vector, scores } = &mut seen {
            for (name, reference) in &self.references {
                let cosine = vector.iter().zip(reference).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
                let nearest = scores.entry(name.clone()).or_insert(f64::MIN);
                *nearest = nearest.max(cosine.clamp(-1.0, 1.0));
            }
        }
        Ok(seen)
    }
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").field("input", &self.input).field("labels", &self.labels).finish_non_exhaustive()
    }
}

/// A detection in a region, on the photo.
fn placed(mut seen: Detection, region: &BoundingBox) -> Detection {
    let (width, height) = (region.xmax - region.xmin, region.ymax - region.ymin);
    seen.bbox = BoundingBox {
        xmin: region.xmin + seen.bbox.xmin * width,
        ymin: region.ymin + seen.bbox.ymin * height,
        xmax: (region.xmin + seen.bbox.xmax * width).min(1.0),
        ymax: (region.ymin + seen.bbox.ymax * height).min(1.0),
    };
    seen
}

/// A picture with nothing on it.
fn blank() -> Raster {
    Raster { width: 8, height: 8, rgb: vec![preprocess::GREY; 8 * 8 * 3] }
}

fn check_spec(spec: &ModelSpec) -> Result<(), ModelError> {
    let wrong = |reason: String| Err(ModelError::Spec { reason });
    let [width, height] = spec.input.size;
    if spec.labels.is_empty() && spec.kind != ModelKind::Embedding {
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
