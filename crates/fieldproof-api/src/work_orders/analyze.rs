//! `POST /v0.2/work-orders/{id}/analyze/` (contract sections 2.6 and 3).

use axum::{Json, extract::State};
use fieldproof_app::{
    AppError,
    analyse::{AnalysisRequest, NewInput, NewInputData},
    work_orders::StoredState,
};
use fieldproof_domain::ids::WorkOrderId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tracing::Instrument as _;
use utoipa::ToSchema;

use super::{
    render,
    wire::{Input, Task, TaskGroupRef},
};
use crate::{
    ApiState,
    answers::{BadRequest, Busy, Denied, NoSuchWorkOrder, TooLarge},
    error::ApiError,
    request::{ANALYSIS_BODY_LIMIT, Authenticated, Fields, IdPath, JsonBody, PhotoLinks, PreferredLanguage},
};

/// Entries of `inputs` that are looked at one by one; an analysis needs two.
const MAX_INPUTS: usize = 16;

/// A photo and the task group that it is for.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body; it is read by `Fields`, which reports every wrong field at once")]
pub(crate) struct AnalysisBody {
    /// One `context` and one image, in any order.
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
    /// `text` for the `context`, `image` for the photo.
    #[schema(example = "image")]
    r#type: String,
    /// Name of a task group; or the photo as a Base64 data URI or an http(s) URL, 5 MB at most.
    #[schema(example = "https://example.com/a.jpg")]
    value: String,
}

/// A verdict.
#[derive(Serialize, ToSchema)]
pub(crate) struct Analysis {
    /// The inputs, with what data conformity found.
    inputs: Vec<Input>,
    /// The tasks that this photo speaks of; empty when a check of level `error` was not passed.
    tasks: Vec<Task>,
    /// Their task group; empty when a check of level `error` was not passed.
    task_groups: Vec<TaskGroupRef>,
}

/// Analyse a photo: data conformity, then job conformity.
#[utoipa::path(
    post,
    path = "/v0.2/work-orders/{id}/analyze",
    tag = "Analysis",
    params(
        ("id" = uuid::Uuid, Path, description = "Id of the work order"),
        ("Accept-Language" = Option<String>, Header, description = "Language of the messages: en, fr, de or es")
    ),
    request_body = AnalysisBody,
    responses(
        (status = 200, description = "The verdict; it is stored", body = Analysis),
        BadRequest, Denied, NoSuchWorkOrder, TooLarge, Busy
    )
)]
pub(crate) async fn analyze(
    State(state): State<ApiState>,
    Authenticated(caller): Authenticated,
    IdPath(id): IdPath<WorkOrderId>,
    language: PreferredLanguage,
    links: PhotoLinks,
    JsonBody(body): JsonBody<ANALYSIS_BODY_LIMIT>,
) -> Result<Json<Analysis>, ApiError> {
    let request = read(body)?;
    // On a task of its own, for a client may hang up at any moment: stopped between two steps, the analysis would leave
    // a photo that no row speaks of, and work on the workers that nobody counts. The client's next try gets the verdict.
    let analysis = async move { state.system.analyse(&caller, id, request).await };
    let analysis = tokio::spawn(analysis.in_current_span());
    let verdict = analysis.await.map_err(|failure| AppError::Internal(failure.to_string()))??;
    let application = &verdict.application;
    let language = language.or_first_of(&application.application);
    let group = application.application.group(&verdict.task_group).filter(|_| !verdict.is_blocked());
    let task = |stored: &StoredState| {
        let (group, task) = application.application.task(&stored.task)?;
        Some(render::task(application, &group.name, task, Some(stored), language, true))
    };
    Ok(Json(Analysis {
        inputs: verdict.inputs.iter().map(|input| render::input(input, &links, language)).collect(),
        tasks: verdict.states.iter().filter_map(task).collect(),
        task_groups: group
            .map(|group| render::task_group_ref(application, &group.name, language))
            .into_iter()
            .collect(),
    }))
}

fn read(body: Map<String, Value>) -> Result<AnalysisRequest, ApiError> {
    let mut fields = Fields::new(body);
    let metadata = fields.object("metadata").unwrap_or_default();
    let sent = match fields.required("inputs") {
        Value::Array(sent) if sent.len() > MAX_INPUTS => {
            let message = format!("Field 'inputs' has {} entries: send one 'context' and one image.", sent.len());
            fields.add("inputs", message);
            Vec::new()
        }
        Value::Array(sent) => sent,
        Value::Null => Vec::new(),
        _ => {
            fields.add("inputs", "Field 'inputs' must be a list.");
            Vec::new()
        }
    };
    let mut inputs = Vec::new();
    for (position, input) in sent.into_iter().enumerate() {
        match read_input(input) {
            Ok(input) => inputs.push(input),
            Err(message) => fields.add("inputs", format!("Input {}: {message}", position + 1)),
        }
    }
    fields.finish()?;
    Ok(AnalysisRequest { inputs, metadata })
}

fn read_input(input: Value) -> Result<NewInput, String> {
    let Value::Object(mut input) = input else {
        return Err("it must be an object with 'name' and 'data'.".to_owned());
    };
    let Some(Value::String(name)) = input.remove("name") else {
        return Err("'name' is missing or not a text.".to_owned());
    };
    let Some(Value::Object(mut data)) = input.remove("data") else {
        return Err("'data' is missing or not an object with 'type' and 'value'.".to_owned());
    };
    let kind = data.remove("type").unwrap_or_default();
    let Some(Value::String(value)) = data.remove("value") else {
        return Err("'data.value' is missing or not a text.".to_owned());
    };
    let data = match kind.as_str() {
        Some("text") => NewInputData::Text(value),
        Some("image") => NewInputData::Image(value),
        Some(other) => {
            let shown: String = other.chars().take(32).collect();
            return Err(format!("'data.type' is '{shown}': use 'text' or 'image'."));
        }
        None => return Err("'data.type' is missing or not a text: use 'text' or 'image'.".to_owned()),
    };
    let metadata = match input.remove("metadata") {
        Some(Value::Object(metadata)) => metadata,
        Some(Value::Null) | None => Map::new(),
        Some(_) => return Err("'metadata' must be an object of keys and values.".to_owned()),
    };
    Ok(NewInput { name, data, metadata })
}
