//! The body of an analysis (contract section 3.1).

use std::{borrow::Cow, collections::HashMap};

use bytes::Bytes;
use fieldproof_app::analyse::{AnalysisRequest, NewInput, NewInputData};
use serde::Deserialize;
use serde_json::{Map, Value};
use serde_json_borrow::{ObjectAsVec, Value as Borrowed};
use utoipa::ToSchema;

use crate::{
    error::ApiError,
    request::{Fields, json_object},
};

/// Entries of `inputs` that are looked at one by one; an analysis needs two.
const MAX_INPUTS: usize = 16;

/// A photo and the task group that it is for.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body; it is read by `Fields`, which reports every wrong field at once")]
pub(crate) struct AnalysisBody {
    /// One `context` and one image or PDF document, in any order.
    inputs: Vec<AnalysisInput>,
    /// What is to be kept with this analysis; rules see it as `input_metadata`.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
}

/// An input of an analysis.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body")]
pub(crate) struct AnalysisInput {
    /// `context`, or any other name for the image.
    #[schema(example = "image_input")]
    name: String,
    data: AnalysisInputData,
    /// What is to be kept with this input, such as a position or `timestamp_ms`.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
}

/// What an input holds.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body")]
pub(crate) struct AnalysisInputData {
    /// `text` for the `context`, `image` for the photo; `pdf` and `file` mean the same as `image`, for what is sent tells
    /// itself which it is.
    #[schema(example = "image")]
    r#type: String,
    /// Name of a task group; or the photo as a Base64 data URI or an http(s) URL, 5 MB at most; or a PDF document
    /// likewise, 8 MB at most, of which every page is judged as a photo.
    #[schema(example = "https://example.com/a.jpg")]
    value: String,
}

/// Reads the body, noting every wrong field.
pub(super) fn read(body: Bytes) -> Result<AnalysisRequest, ApiError> {
    let mut sent = by_name(json_object(&body)?);
    let inputs = sent.remove("inputs").unwrap_or_default();
    let rest = sent.into_iter().map(|(name, value)| (name.into_owned(), Value::from(value)));
    let mut fields = Fields::new(rest.collect());
    let metadata = fields.object("metadata").unwrap_or_default();
    let inputs = match inputs {
        Borrowed::Array(inputs) if inputs.len() > MAX_INPUTS => {
            let message = format!("Field 'inputs' has {} entries: send one 'context' and one image.", inputs.len());
            fields.add("inputs", message);
            Vec::new()
        }
        Borrowed::Array(inputs) => inputs,
        Borrowed::Null => {
            fields.missing("inputs");
            Vec::new()
        }
        _ => {
            fields.add("inputs", "Field 'inputs' must be a list.");
            Vec::new()
        }
    };
    let mut read = Vec::new();
    for (position, input) in inputs.into_iter().enumerate() {
        match read_input(input, &body) {
            Ok(input) => read.push(input),
            Err(message) => fields.add("inputs", format!("Input {}: {message}", position + 1)),
        }
    }
    fields.finish()?;
    Ok(AnalysisRequest { inputs: read, metadata })
}

fn read_input(input: Borrowed<'_>, body: &Bytes) -> Result<NewInput, String> {
    let Borrowed::Object(input) = input else {
        return Err("it must be an object with 'name' and 'data'.".to_owned());
    };
    let mut input = by_name(input);
    let Some(Borrowed::Str(name)) = input.remove("name") else {
        return Err("'name' is missing or not a text.".to_owned());
    };
    let Some(Borrowed::Object(data)) = input.remove("data") else {
        return Err("'data' is missing or not an object with 'type' and 'value'.".to_owned());
    };
    let mut data = by_name(data);
    let Some(Borrowed::Str(value)) = data.remove("value") else {
        return Err("'data.value' is missing or not a text.".to_owned());
    };
    let data = match data.remove("type") {
        Some(Borrowed::Str(kind)) if kind == "text" => NewInputData::Text(value.into_owned()),
        Some(Borrowed::Str(kind)) if matches!(&*kind, "image" | "pdf" | "file") => NewInputData::Image(match value {
            Cow::Borrowed(text) => body.slice_ref(text.as_bytes()),
            Cow::Owned(text) => text.into(),
        }),
        Some(Borrowed::Str(other)) => {
            let shown: String = other.chars().take(32).collect();
            return Err(format!("'data.type' is '{shown}': use 'text', 'image' or 'pdf'."));
        }
        _ => return Err("'data.type' is missing or not a text: use 'text', 'image' or 'pdf'.".to_owned()),
    };
    let metadata = match input.remove("metadata") {
        Some(Borrowed::Object(metadata)) => metadata.into(),
        Some(Borrowed::Null) | None => Map::new(),
        Some(_) => return Err("'metadata' must be an object of keys and values.".to_owned()),
    };
    Ok(NewInput { name: name.into_owned(), data, metadata })
}

/// Of a field that is there twice the last one counts, as everywhere in JSON.
fn by_name<'a>(object: ObjectAsVec<'a>) -> HashMap<Cow<'a, str>, Borrowed<'a>> {
    object.into_vec().into_iter().collect()
}
