//! What is asked: one `context` and one image, in any order (contract section 3.1).

use bytes::Bytes;
use fieldproof_domain::application::{ActiveGroup, Application};
use serde_json::{Map, Value as Json};

use super::photo_source::PhotoSource;
use crate::{AppError, FieldErrors};

/// The name of the input that says which task group a photo is for.
const CONTEXT: &str = "context";

/// An analysis, as sent.
#[derive(Clone, Debug)]
pub struct AnalysisRequest {
    /// In the order sent.
    pub inputs: Vec<NewInput>,
    /// What the caller says of this analysis.
    pub metadata: Map<String, Json>,
}

/// One input, as sent.
#[derive(Clone, Debug)]
pub struct NewInput {
    /// `context`, or any other name for the photo.
    pub name: String,
    /// What it holds.
    pub data: NewInputData,
    /// What the caller says of it, such as a position or `timestamp_ms`.
    pub metadata: Map<String, Json>,
}

/// What an input holds, as sent.
#[derive(Clone, Debug)]
pub enum NewInputData {
    /// A text.
    Text(String),
    /// The text of a data URI or of a URL; as bytes, so that it can stay where it was received.
    Image(Bytes),
}

/// A request that makes sense: for which task group, and where its photo comes from.
pub(super) struct Plan<'a> {
    pub(super) group: ActiveGroup<'a>,
    /// Position of the photo among the inputs.
    pub(super) photo: usize,
    pub(super) source: PhotoSource,
}

impl AnalysisRequest {
    /// `input_metadata` of the rules: the analysis' metadata and the photo's own, which wins.
    pub(super) fn metadata_with(&self, position: usize) -> Map<String, Json> {
        let mut metadata = self.metadata.clone();
        if let Some(input) = self.inputs.get(position) {
            metadata.extend(input.metadata.clone());
        }
        metadata
    }

    /// Takes the photo's text out of the request: megabytes that need not be kept beside the bytes.
    pub(super) fn plan<'a>(&mut self, application: &'a Application, types: &[String]) -> Result<Plan<'a>, AppError> {
        let mut errors = FieldErrors::default();
        let mut context = None;
        let mut photo = None;
        for (position, input) in self.inputs.iter_mut().enumerate() {
            match &mut input.data {
                NewInputData::Text(text) if input.name == CONTEXT => {
                    if context.replace(text.clone()).is_some() {
                        errors.add("inputs", "There are two inputs named 'context': send one.");
                    }
                }
                NewInputData::Text(_) => errors.add(
                    "inputs",
                    format!("The text input '{}' is not expected: the only text is 'context'.", input.name),
                ),
                NewInputData::Image(_) if input.name == CONTEXT => {
                    errors.add("inputs", "The input 'context' must be of type 'text': the name of a task group.");
                }
                NewInputData::Image(text) => {
                    if photo.replace((position, std::mem::take(text))).is_some() {
                        errors.add("inputs", "There are two images: send one image per analysis.");
                    }
                }
            }
        }
        if context.is_none() && errors.0.is_empty() {
            errors.add("inputs", "The input 'context' is missing: a text input with the name of a task group.");
        }
        if photo.is_none() && errors.0.is_empty() {
            errors.add("inputs", "The image is missing: send one input of type 'image'.");
        }
        let group = context.and_then(|name| match find_group(application, types, &name) {
            Ok(group) => Some(group),
            Err(message) => {
                errors.add("inputs", message);
                None
            }
        });
        let source = photo.map(|(position, text)| (position, PhotoSource::from_text(text)));
        match (group, source) {
            (Some(group), Some((photo, Ok(source)))) if errors.0.is_empty() => Ok(Plan { group, photo, source }),
            (_, source) => {
                if let Some((_, Err(message))) = source {
                    errors.add("inputs", message);
                }
                Err(errors.into())
            }
        }
    }
}

fn find_group<'a>(application: &'a Application, types: &[String], name: &str) -> Result<ActiveGroup<'a>, String> {
    let mut active = application.active(types);
    if let Some(at) = active.iter().position(|group| group.group.name == name) {
        return Ok(active.swap_remove(at));
    }
    let names: Vec<_> = active.iter().map(|group| group.group.name.as_str()).collect();
    let reason = if application.group(name).is_some() {
        "is not active for this work order's types"
    } else {
        "does not exist in this work order's application version"
    };
    let shown: String = name.chars().take(128).collect();
    Err(format!("The task group '{shown}' of the input 'context' {reason}: use {}.", names.join(", ")))
}
