//! The parsed form of `application.yaml` (reference: `docs/application.md`).

use indexmap::IndexMap;
use serde_json::Value;

use super::{model::ModelSpec, reader::ReaderSpec};
use crate::{
    check::CheckSettings,
    text::{Language, Text},
    work_order::TaskValue,
};

/// One version of one application, already checked: every name that is used is declared.
#[derive(Clone, Debug, PartialEq)]
pub struct Application {
    /// Name, a slug.
    pub name: String,
    /// `major.minor`.
    pub version: String,
    /// Never empty; the first is the default, also for exports.
    pub languages: Vec<Language>,
    /// By name.
    pub models: IndexMap<String, ModelSpec>,
    /// By name; no model has the name of one.
    pub readers: IndexMap<String, ReaderSpec>,
    /// What a work order may or must say about itself.
    pub metadata: Vec<MetadataSpec>,
    /// Named selections of task groups and tasks.
    pub work_order_types: Vec<WorkOrderType>,
    /// In the order of the file, which is their `order`.
    pub task_groups: Vec<TaskGroup>,
}

/// One entry of the metadata template.
#[derive(Clone, Debug, PartialEq)]
pub struct MetadataSpec {
    /// Key in the work order's `metadata`.
    pub name: String,
    /// Expected type of the value.
    pub kind: MetadataType,
    /// For people.
    pub description: Option<Text>,
    /// A work order without it is refused.
    pub required: bool,
    /// For people.
    pub example: Vec<Value>,
}

/// Type of a metadata value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetadataType {
    /// A string.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
}

/// A named selection of tasks (contract section 1.1).
#[derive(Clone, Debug, PartialEq)]
pub struct WorkOrderType {
    /// What `work_order_types` names.
    pub name: String,
    /// What it selects.
    pub task_groups: Vec<TypeSelection>,
}

/// A task group, whole or in part, of a work order type.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeSelection {
    /// Name of the task group.
    pub task_group: String,
    /// Names of its tasks; `None`: all.
    pub tasks: Option<Vec<String>>,
}

/// A type of photo asked of field workers, with its checks and tasks.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskGroup {
    /// The `context` of an analysis.
    pub name: String,
    /// For people; the name when not given.
    pub display_name: Text,
    /// For people; empty when not given.
    pub description: Text,
    /// Example photos, relative to the application's folder.
    pub examples: Vec<String>,
    /// Level 1.
    pub checks: CheckSettings,
    /// Models and readers that look at the photo, by name.
    pub observe: IndexMap<String, Observe>,
    /// Level 2, in the order of the file.
    pub tasks: Vec<Task>,
}

/// How a task group uses a model or a reader.
#[derive(Clone, Debug, PartialEq)]
pub struct Observe {
    /// Detections under this score are not seen by the rules, 0..=1.
    pub min_score: f64,
    /// Where it looks; `None`: at the whole photo.
    pub on: Option<ObserveRegions>,
}

/// Regions of a photo that a model or a reader looks at, one by one: what another model has found.
#[derive(Clone, Debug, PartialEq)]
pub struct ObserveRegions {
    /// The detection model that finds them, which stands before in the same task group.
    pub model: String,
    /// Which of its labels; none: all.
    pub concepts: Vec<String>,
    /// What is added on each side, in parts of the region's width and height, 0..=1.
    pub margin: f64,
    /// Most regions that are looked at: the best ones.
    pub at_most: u32,
}

/// One checkpoint that can be validated.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// Unique in the application.
    pub name: String,
    /// Type of its value.
    pub kind: TaskType,
    /// For people; the name when not given.
    pub label: Text,
    /// CEL that gives the value.
    pub value: String,
    /// CEL that gives the detections whose boxes are shown with the value.
    pub regions: Option<String>,
    /// Counts in the progress score.
    pub conformity_status: bool,
    /// Not shown to the field worker.
    pub only_for_dashboard: bool,
    /// A photo for it is expected.
    pub mandatory: bool,
    /// Value when the task could not be computed.
    pub default_value: Option<TaskValue>,
    /// A later photo cannot take back a validated result.
    pub keep_once_validated: bool,
    /// First match wins.
    pub outcome_validation: Vec<OutcomeRule>,
}

/// Type of a task's value: the words of the contract (section 1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskType {
    /// `true` or `false`.
    Boolean,
    /// A 64-bit float.
    Number,
    /// A string.
    Text,
}

/// What a value means (contract section 3.4).
#[derive(Clone, Debug, PartialEq)]
pub struct OutcomeRule {
    /// JSON Schema that the value has to match.
    pub schema: Value,
    /// `#rrggbb`.
    pub color: Option<String>,
    /// `{}` stands for the value.
    pub message: Option<Text>,
    /// Whether a matching value validates the task; `None`: neither.
    pub is_conformity_validated: Option<bool>,
    /// The rule is for "no value".
    pub not_analyzed: bool,
}

impl TaskType {
    /// The word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Boolean => "Boolean",
            Self::Number => "Number",
            Self::Text => "Text",
        }
    }
}
