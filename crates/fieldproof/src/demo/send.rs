//! Sends the demo's work orders and photos. Sending them again changes nothing: the same bytes for the same work order
//! and task group are answered with the verdict that was stored.

use std::path::Path;

use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use fieldproof_domain::application::expectations::{Expectations, ExpectedPhoto, ExpectedWorkOrder};
use hyper::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{client::Client, place::Place};

/// A work order and what the API said of it.
pub(crate) struct SentWorkOrder {
    pub(crate) name: String,
    pub(crate) photos: Vec<SentPhoto>,
    /// At the end; `None` when the work order is gone.
    pub(crate) progress: Option<u64>,
    /// `None`: not compared.
    pub(crate) expected_progress: Option<u64>,
}

/// A photo and what the API said of it.
pub(crate) struct SentPhoto {
    pub(crate) photo: String,
    /// Names of the conformity messages.
    pub(crate) checks: Vec<String>,
    pub(crate) tasks: Vec<SentTask>,
    pub(crate) is_expected: bool,
}

/// A task and what the API said of it.
pub(crate) struct SentTask {
    pub(crate) name: String,
    pub(crate) value: Value,
    pub(crate) message: String,
}

impl SentWorkOrder {
    /// Whether every verdict is the expected one.
    pub(crate) fn is_expected(&self) -> bool {
        self.photos.iter().all(|photo| photo.is_expected)
            && (self.expected_progress.is_none() || self.expected_progress == self.progress)
    }
}

/// Sends everything in order, or asks again for what was sent before.
pub(crate) async fn send(
    client: &Client,
    folder: &Path,
    expectations: &Expectations,
    place: &mut Place,
) -> anyhow::Result<Vec<SentWorkOrder>> {
    // Somebody may have corrected or analysed more since: then the score is no longer the demo's.
    let compare_progress = !place.complete;
    let mut sent = Vec::new();
    for expected in &expectations.work_orders {
        let id = match place.work_orders.get(&expected.name) {
            Some(id) => *id,
            None => {
                let id = create(client, expected).await?;
                place.note(&expected.name, id)?;
                id
            }
        };
        let path = format!("/v0.2/work-orders/{id}/");
        let mut photos = Vec::new();
        for photo in &expected.photos {
            let Some(verdict) = analyse(client, &path, folder, photo).await? else { break };
            photos.push(compare(photo, &verdict));
        }
        let (_, order) = client.call(Method::GET, &format!("{path}?include_inputs=false"), None).await?;
        let expected_progress = expected.progress.filter(|_| compare_progress).map(u64::from);
        let progress = order["progress_score"].as_u64();
        sent.push(SentWorkOrder { name: expected.name.clone(), photos, progress, expected_progress });
    }
    place.finish()?;
    Ok(sent)
}

async fn create(client: &Client, expected: &ExpectedWorkOrder) -> anyhow::Result<Uuid> {
    let body = json!({
        "name": expected.name,
        "metadata": expected.metadata,
        "work_order_types": expected.types,
        "field_engineer_email": Place::worker(),
        "tags": ["demo"],
    });
    let (status, order) = client.call(Method::POST, "/v0.2/work-orders/", Some(&body)).await?;
    anyhow::ensure!(status == StatusCode::CREATED, "creating {}: {status} {order}", expected.name);
    Ok(serde_json::from_value(order["id"].clone())?)
}

/// The verdict; `None` when somebody has deleted the work order since.
async fn analyse(client: &Client, path: &str, folder: &Path, photo: &ExpectedPhoto) -> anyhow::Result<Option<Value>> {
    let bytes = std::fs::read(folder.join(&photo.photo)).with_context(|| photo.photo.clone())?;
    let image = format!("data:image/jpeg;base64,{}", STANDARD.encode(bytes));
    let body = json!({"inputs": [
        {"name": "context", "data": {"type": "text", "value": photo.task_group}},
        {"name": "image_input", "data": {"type": "image", "value": image}},
    ]});
    let (status, verdict) = client.call(Method::POST, &format!("{path}analyze/"), Some(&body)).await?;
    if status == StatusCode::NOT_FOUND {
        return Ok(None);
    }
    anyhow::ensure!(status == StatusCode::OK, "analysing {}: {status} {verdict}", photo.photo);
    Ok(Some(verdict))
}

fn compare(expected: &ExpectedPhoto, verdict: &Value) -> SentPhoto {
    let empty = Vec::new();
    let list = |value: &'_ Value| value.as_array().unwrap_or(&empty).clone();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let checks: Vec<_> = list(&verdict["inputs"])
        .iter()
        .flat_map(|input| list(&input["conformity_messages"]))
        .map(|message| text(&message["name"]))
        .collect();
    let tasks: Vec<_> = list(&verdict["tasks"])
        .iter()
        .map(|task| SentTask {
            name: text(&task["name"]),
            value: task["state"]["analyzed_value"].clone(),
            message: text(&task["state"]["message"]),
        })
        .collect();
    let value_of = |name: &str| tasks.iter().find(|task| task.name == name).map(|task| task.value.clone());
    let is_expected = checks.iter().map(String::as_str).eq(expected.checks.iter().map(|check| check.name()))
        && expected.tasks.iter().all(|(name, value)| {
            value_of(name).unwrap_or_default() == value.as_ref().map_or(Value::Null, |value| value.to_json())
        });
    SentPhoto { photo: expected.photo.clone(), checks, tasks, is_expected }
}
