//! What is asked: one `context` and one image, in any order (contract section 3.1).

use bytes::Bytes;
use fieldproof_domain::{
    application::{ActiveGroup, Application},
    ids::InputId,
};
use fieldproof_vision::PhotoFormat;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::photo_source::PhotoSource;
use crate::{AppError, FieldErrors};

/// The name of the input that says which task group a photo is for.
const CONTEXT: &str = "context";
/// The name of the photo where no caller has chosen one (contract section 3.1).
const IMAGE: &str = "image_input";
/// Where photos are in the blob store.
const FOLDER: &str = "inputs";

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

/// A photo that is in the blob store before it is analysed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredPhoto {
    /// The id that its input will have.
    pub(crate) id: InputId,
    /// Its key: `inputs/<id>.jpeg`.
    pub(crate) blob_key: String,
}

impl StoredPhoto {
    /// A place in the blob store for a photo of that format.
    pub(crate) fn new(id: InputId, format: PhotoFormat) -> Self {
        Self { id, blob_key: Self::key(id, format.extension()) }
    }

    /// Where the photo of an input is, whose file has this extension, with its dot.
    pub(crate) fn key(id: InputId, extension: &str) -> String {
        format!("{FOLDER}/{id}{extension}")
    }

    /// The photo that has that place; `None`: it is none of a photo.
    pub(crate) fn at(blob_key: &str) -> Option<Self> {
        let (id, _) = blob_key.strip_prefix(FOLDER)?.strip_prefix('/')?.split_once('.')?;
        Some(Self { id: InputId(Uuid::parse_str(id).ok()?), blob_key: blob_key.to_owned() })
    }
}

/// A request that makes sense: for which task group, and where its photo comes from.
pub(super) struct Plan<'a> {
    pub(super) group: ActiveGroup<'a>,
    /// Position of the photo among the inputs.
    pub(super) photo: usize,
    pub(super) source: PhotoSource,
}

impl AnalysisRequest {
    /// For a photo that is in the blob store already, where nothing has to be said about its bytes; with the photo's
    /// position among the inputs.
    pub(super) fn of_stored_photo(task_group: &str) -> (Self, usize) {
        let input = |name: &str, data| NewInput { name: name.to_owned(), data, metadata: Map::new() };
        let context = input(CONTEXT, NewInputData::Text(task_group.to_owned()));
        let inputs = vec![context, input(IMAGE, NewInputData::Image(Bytes::new()))];
        (Self { inputs, metadata: Map::new() }, 1)
    }

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
        let group = context.and_then(|name| match active_group(application, types, &name) {
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

/// The task group of that name, if it is active for a work order of these types; else what to use instead.
pub(super) fn active_group<'a>(
    application: &'a Application,
    types: &[String],
    name: &str,
) -> Result<ActiveGroup<'a>, String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_is_found_by_its_place() {
        let photo = StoredPhoto::new(InputId(Uuid::from_u128(5)), PhotoFormat::Jpeg);
        assert_eq!(photo.blob_key, "inputs/00000000-0000-0000-0000-000000000005.jpeg");
        assert_eq!(StoredPhoto::at(&photo.blob_key), Some(photo));
        for other in ["inputs/x.jpeg", "apps/00000000-0000-0000-0000-000000000005.jpeg", "inputs/", ""] {
            assert_eq!(StoredPhoto::at(other), None, "{other}");
        }
    }
}
