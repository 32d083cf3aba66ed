//! How the numbers of a model's output are to be read. One file for each format.

mod scores;
mod yolov8;

use fieldproof_domain::{
    application::{ModelKind, ModelSpec},
    observation::Observation,
};

use super::preprocess::Placement;
use crate::{ModelError, Tensor};

/// The formats of detection models, the first is the default.
const DETECTION: &[(&str, Format)] = &[("yolov8", Format::Yolov8)];

/// The formats of classification models, the first is the default.
const CLASSIFICATION: &[(&str, Format)] = &[("scores", Format::Scores)];

/// A known output layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// See [`scores`].
    Scores,
    /// See [`yolov8`].
    Yolov8,
}

impl Format {
    /// The format that a model's description names.
    pub(super) fn of(spec: &ModelSpec) -> Result<Self, ModelError> {
        let (kind, known) = match spec.kind {
            ModelKind::Classification => ("classification", CLASSIFICATION),
            ModelKind::Detection => ("detection", DETECTION),
        };
        let found = known.iter().find(|(name, _)| spec.format.as_deref().is_none_or(|wanted| wanted == *name));
        found.map(|(_, format)| *format).ok_or_else(|| ModelError::UnknownFormat {
            kind,
            found: spec.format.clone().unwrap_or_default(),
            known: known.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "),
        })
    }

    /// The observation in an output.
    pub(super) fn read(
        self,
        output: &Tensor,
        labels: &[String],
        placement: &Placement,
        min_score: f64,
    ) -> Result<Observation, ModelError> {
        match self {
            Self::Scores => scores::read(output, labels),
            Self::Yolov8 => yolov8::read(output, labels, placement, min_score).map(Observation::Detections),
        }
    }
}
