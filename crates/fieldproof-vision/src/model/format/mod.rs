//! How the numbers of a model's outputs are to be read. One file for each format.

mod boxes;
mod candidates;
mod ctc;
mod detr;
mod end_to_end;
mod guess;
mod outputs;
mod rows;
mod scores;
mod vector;
mod yolov5;
mod yolov8;

use fieldproof_domain::{
    application::{ModelKind, ModelSpec},
    observation::Observation,
};

pub(super) use candidates::of_regions;
pub(super) use guess::guess;
pub(super) use outputs::Outputs;

use self::{boxes::Unit, ctc::Blank, scores::Numbers};
use super::preprocess::Placement;
use crate::{ModelError, OnnxFile};

/// The formats of detection models; which one it is when none is named, the shapes say.
const DETECTION: &[(&str, Format)] = &[
    ("yolov8", Format::Yolov8),
    ("yolov5", Format::Yolov5),
    ("end_to_end", Format::EndToEnd),
    ("torchvision", Format::Boxes(Unit::Pixels)),
    ("ssd", Format::Boxes(Unit::Fractions)),
    ("detr", Format::Detr),
];

/// The formats of classification models.
const CLASSIFICATION: &[(&str, Format)] = &[
    (Numbers::Either.word(), Format::Scores(Numbers::Either)),
    (Numbers::Softmax.word(), Format::Scores(Numbers::Softmax)),
    (Numbers::Logits.word(), Format::Scores(Numbers::Logits)),
    (Numbers::Sigmoid.word(), Format::Scores(Numbers::Sigmoid)),
    (Numbers::SigmoidLogits.word(), Format::Scores(Numbers::SigmoidLogits)),
];

/// The formats of text models.
const TEXT: &[(&str, Format)] = &[("ctc", Format::Ctc(Blank::First)), ("ctc_blank_last", Format::Ctc(Blank::Last))];

/// The formats of embedding models.
const EMBEDDING: &[(&str, Format)] = &[("vector", Format::Vector)];

/// A known layout of outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// See [`scores`].
    Scores(Numbers),
    /// See [`yolov8`].
    Yolov8,
    /// See [`yolov5`].
    Yolov5,
    /// See [`end_to_end`].
    EndToEnd,
    /// See [`boxes`].
    Boxes(Unit),
    /// See [`detr`].
    Detr,
    /// See [`ctc`].
    Ctc(Blank),
    /// See [`vector`].
    Vector,
}

impl Format {
    /// The format that a model's description names; `None`: it names none.
    pub(super) fn named(spec: &ModelSpec) -> Result<Option<Self>, ModelError> {
        let Some(wanted) = &spec.format else { return Ok(None) };
        let known = match spec.kind {
            ModelKind::Classification => CLASSIFICATION,
            ModelKind::Detection => DETECTION,
            ModelKind::Text => TEXT,
            ModelKind::Embedding => EMBEDDING,
        };
        let found = known.iter().find(|(name, _)| wanted == name);
        let unknown = || ModelError::UnknownFormat {
            kind: spec.kind.as_str(),
            found: wanted.clone(),
            known: known.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "),
        };
        found.map(|(_, format)| Some(*format)).ok_or_else(unknown)
    }

    /// The format that a file and its outputs look like.
    pub(super) fn seen(spec: &ModelSpec, file: &OnnxFile<'_>, outputs: &Outputs<'_>) -> Self {
        match spec.kind {
            ModelKind::Classification => Self::Scores(Numbers::of(file)),
            // The error of the first one says what was expected.
            ModelKind::Detection => guess::detection_format(outputs, Some(spec.labels.len())).unwrap_or(Self::Yolov8),
            ModelKind::Text => Self::Ctc(Blank::First),
            ModelKind::Embedding => Self::Vector,
        }
    }

    /// Its word in an application.
    fn word(self) -> &'static str {
        let known = [DETECTION, CLASSIFICATION, TEXT, EMBEDDING].concat();
        known.into_iter().find(|(_, format)| *format == self).map_or("", |(word, _)| word)
    }

    /// Whether it gives detections.
    pub(super) fn is_of_detection(self) -> bool {
        DETECTION.iter().any(|(_, format)| *format == self)
    }

    /// The observation in the outputs.
    pub(super) fn read(
        self,
        outputs: &Outputs<'_>,
        labels: &[String],
        placement: &Placement,
        min_score: f64,
    ) -> Result<Observation, ModelError> {
        let detections = match self {
            Self::Scores(numbers) => return scores::read(outputs.only()?, labels, numbers),
            Self::Vector => return vector::read(outputs.only()?),
            Self::Ctc(blank) => return ctc::read(outputs.only()?, labels, blank),
            Self::Yolov8 => yolov8::read(outputs.only()?, labels, placement, min_score),
            Self::Yolov5 => yolov5::read(outputs.only()?, labels, placement, min_score),
            Self::EndToEnd => end_to_end::read(outputs.only()?, labels, placement, min_score),
            Self::Boxes(unit) => boxes::read(outputs, unit, labels, placement, min_score),
            Self::Detr => detr::read(outputs, labels, placement, min_score),
        };
        detections.map(Observation::Detections)
    }
}

/// A number that is an index.
fn index(value: f64) -> Option<usize> {
    // More than any list of labels has.
    const MOST: f64 = 1e6;
    ((0.0..MOST).contains(&value) && value.fract() == 0.0).then_some(value as usize)
}

/// The probability that a logit stands for.
fn sigmoid(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_an_application_is_known() {
        for (kind, known) in [
            (ModelKind::Detection, DETECTION),
            (ModelKind::Classification, CLASSIFICATION),
            (ModelKind::Text, TEXT),
            (ModelKind::Embedding, EMBEDDING),
        ] {
            assert_eq!(known.iter().map(|(word, _)| *word).collect::<Vec<_>>(), kind.formats());
        }
    }
}
