//! What a work order is on the wire (contract sections 1.2-1.7).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::timestamp::Timestamp;

/// A work order.
#[derive(Serialize, ToSchema)]
pub(crate) struct WorkOrder {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) site_id: Uuid,
    /// 0..=100; null only when no task of the work order counts.
    pub(super) progress_score: Option<u8>,
    pub(super) review_date: Option<Timestamp>,
    pub(super) create_date: Timestamp,
    pub(super) update_date: Timestamp,
    pub(super) tags: Vec<String>,
    pub(super) app_version_id: Uuid,
    #[schema(value_type = Option<Object>)]
    pub(super) parameters: Option<Map<String, Value>>,
    #[schema(value_type = Object)]
    pub(super) metadata: Map<String, Value>,
    pub(super) types: Vec<WorkOrderType>,
    /// Only when retrieved with inputs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) inputs: Option<Vec<Input>>,
    pub(super) field_engineer_email: Option<String>,
    /// The address when the account has no name.
    pub(super) field_engineer_name: Option<String>,
    pub(super) user_group_ids: Vec<String>,
    pub(super) tasks: Vec<Task>,
    pub(super) task_groups: Vec<TaskGroupRef>,
    pub(super) first_analysis_id: Option<Uuid>,
    pub(super) latest_analysis_id: Option<Uuid>,
    /// Account of the field engineer.
    pub(super) assigned_user_id: Option<Uuid>,
    /// Always null: applications are known by their versions here.
    pub(super) engage_app_id: Option<Uuid>,
}

/// A work order type.
#[derive(Serialize, ToSchema)]
pub(crate) struct WorkOrderType {
    pub(super) id: Uuid,
    pub(super) name: String,
}

/// A task group of a work order.
#[derive(Serialize, ToSchema)]
pub(crate) struct TaskGroupRef {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) display_name: String,
    pub(super) order: usize,
}

/// A task of a work order.
#[derive(Serialize, ToSchema)]
pub(crate) struct Task {
    /// Changes with the application version; the name does not.
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) label: String,
    #[schema(example = "Boolean")]
    pub(super) r#type: &'static str,
    pub(super) group_id: Uuid,
    pub(super) group_name: String,
    /// Null until the first analysis or correction.
    pub(super) state: Option<State>,
}

/// What is known of a task.
#[derive(Serialize, ToSchema)]
pub(crate) struct State {
    pub(super) id: Uuid,
    /// Of the task's type; null when it could not be computed.
    #[schema(value_type = Option<TaskValue>)]
    pub(super) analyzed_value: Option<Value>,
    pub(super) analyzed_date: Option<Timestamp>,
    #[schema(value_type = Option<TaskValue>)]
    pub(super) corrected_value: Option<Value>,
    pub(super) corrected_date: Option<Timestamp>,
    /// Follows the corrected value when there is one; so do colour and validation.
    pub(super) message: Option<String>,
    #[schema(example = "#e4264e")]
    pub(super) color: Option<String>,
    pub(super) is_conformity_validated: Option<bool>,
    /// Only when retrieved with inputs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) analyzed_inputs: Option<Vec<AnalyzedInput>>,
}

/// A boolean, a number or a text, by the task's type.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum TaskValue {
    /// Of a Boolean task.
    Boolean(bool),
    /// Of a Number task.
    Number(f64),
    /// Of a Text task.
    Text(String),
}

/// A photo that a task's value comes from, with what was seen on it.
#[derive(Serialize, ToSchema)]
pub(crate) struct AnalyzedInput {
    pub(super) input_id: Uuid,
    pub(super) regions: Vec<Region>,
}

/// A box on a photo.
#[derive(Serialize, ToSchema)]
pub(crate) struct Region {
    pub(super) bbox: Bbox,
    pub(super) score: f64,
    pub(super) concept: String,
    /// Of the PDF document, from 1; absent on photos.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) page: Option<u32>,
}

/// Fractions of the upright photo's width and height, 0..=1.
#[derive(Serialize, ToSchema)]
pub(crate) struct Bbox {
    pub(super) xmin: f64,
    pub(super) xmax: f64,
    pub(super) ymin: f64,
    pub(super) ymax: f64,
}

/// An input of an analysis.
#[derive(Serialize, ToSchema)]
pub(crate) struct Input {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) data: Data,
    #[schema(value_type = Object)]
    pub(super) metadata: Map<String, Value>,
    /// What data conformity found; empty when every check was passed.
    pub(super) conformity_messages: Vec<ConformityMessage>,
}

/// What an input holds.
#[derive(Serialize, ToSchema)]
pub(crate) struct Data {
    /// `text`, `image` or `pdf`.
    pub(super) r#type: &'static str,
    /// The text, or a signed link to the photo or the document that expires.
    pub(super) value: String,
}

/// A data conformity check that was not passed.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConformityMessage {
    /// Stable: 1 Blur, 2 Brightness, 3 Duplicate, 4 Resolution, 5 Framing, 6 Screen, 7 Location, 8 CaptureTime, 9 Edited,
    /// 10 Content.
    pub(super) code: u16,
    /// Stable, English.
    pub(super) name: &'static str,
    /// In the caller's language; says what to do.
    pub(super) message: String,
    /// `information`, `warning` or `error`.
    pub(super) level: &'static str,
    /// What was measured, in the check's unit; null where there was nothing to measure.
    pub(super) value: Option<f64>,
    /// The limit that was not kept, in the same unit; null where there is none.
    pub(super) threshold: Option<f64>,
    /// Where on the photo; absent where it is not a place on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) region: Option<Bbox>,
    /// What the message names, such as a program; absent where it names nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) detail: Option<String>,
    /// Of the PDF document, from 1; absent on photos.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) page: Option<u32>,
}
