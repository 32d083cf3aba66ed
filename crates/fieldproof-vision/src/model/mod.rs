//! A model of an application: described, loaded, checked, run.

mod check;
mod format;
pub(crate) mod preprocess;
mod understand;

use fieldproof_domain::{
    application::{ModelInput, ModelSpec},
    observation::{Detection, Observation},
};

pub use self::understand::{LabelSource, Understood};
use self::{
    check::{check_inputs, check_spec},
    format::{Format, Outputs},
};
use crate::{Details, Engine, ModelError, OnnxFile, Photo, Session, TensorInfo, raster::Raster};

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
        // What takes no engine first: loading takes seconds.
        Format::named(spec)?;
        check_spec(spec)?;
        let file = OnnxFile::read(onnx)?;
        check_inputs(&file.inputs, &spec.input)?;
        Self::of_session(engine.load(&file)?, &file, spec)
    }

    /// As [`Model::load`], of a file that an engine has loaded already.
    fn of_session(session: Box<dyn Session>, file: &OnnxFile<'_>, spec: &ModelSpec) -> Result<Self, ModelError> {
        let named = Format::named(spec)?;
        let (input, placement) = preprocess::tensor(&blank(), &spec.input);
        let outputs = Outputs::new(spec.input.size, &file.outputs, session.run(input)?);
        let format = named.unwrap_or_else(|| Format::seen(spec, file, &outputs));
        format.read(&outputs, &spec.labels, &placement, 0.0)?;
        Ok(Self {
            session,
            format,
            input: spec.input.clone(),
            labels: spec.labels.clone(),
            outputs: file.outputs.clone(),
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
                Observation::Detections(found) => detections
                    .extend(found.into_iter().map(|seen| Detection { bbox: seen.bbox.within(&place), ..seen })),
                seen => observed.push((region.clone(), seen)),
            }
        }
        if self.format.is_of_detection() {
            return Ok(Observation::Detections(format::of_regions(detections)));
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

/// A picture with nothing on it.
fn blank() -> Raster {
    Raster { width: 8, height: 8, rgb: vec![preprocess::GREY; 8 * 8 * 3] }
}
