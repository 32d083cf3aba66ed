//! How a task group looks on the wire (contract section 1.8).

use fieldproof_app::applications::LoadedApplication;
use fieldproof_domain::{application, text::Language};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::request::LinkTable;

/// A type of photo asked of field workers.
#[derive(Serialize, ToSchema)]
pub(crate) struct TaskGroup {
    id: Uuid,
    /// The `context` of an analysis.
    name: String,
    display_name: String,
    description: String,
    order: usize,
    /// Signed links to example photos; they expire.
    input_examples: Vec<String>,
    tasks: Vec<TaskSpec>,
}

/// A checkpoint on such a photo.
#[derive(Serialize, ToSchema)]
pub(crate) struct TaskSpec {
    id: Uuid,
    name: String,
    label: String,
    /// Not to be pushed to field workers.
    only_for_dashboard: bool,
    /// Counts in the progress score.
    conformity_status: bool,
    mandatory: bool,
    #[schema(example = "Boolean")]
    outcome_type: &'static str,
    /// First match wins.
    outcome_validation: Vec<OutcomeRule>,
}

/// What a value means.
#[derive(Serialize, ToSchema)]
pub(crate) struct OutcomeRule {
    /// JSON Schema that the value has to match.
    #[schema(value_type = Object)]
    schema: Value,
    color: Option<String>,
    /// `{}` stands for the value.
    message: Option<String>,
    is_conformity_validated: Option<bool>,
    /// The rule is for "no value".
    not_analyzed: bool,
}

pub(super) fn task_group(
    links: &LinkTable,
    loaded: &LoadedApplication,
    order: usize,
    group: &application::TaskGroup,
    language: Language,
) -> TaskGroup {
    let example = |path: &String| links.get(&loaded.blob_key(path));
    TaskGroup {
        id: loaded.id.task_group(&group.name).0,
        name: group.name.clone(),
        display_name: group.display_name.get(language).to_owned(),
        description: group.description.get(language).to_owned(),
        order,
        input_examples: group.examples.iter().map(example).collect(),
        tasks: group.tasks.iter().map(|task| spec(loaded, task, language)).collect(),
    }
}

/// The blobs that the examples of task groups are in.
pub(super) fn examples<'g>(
    loaded: &LoadedApplication,
    groups: impl IntoIterator<Item = &'g application::TaskGroup>,
) -> Vec<String> {
    groups.into_iter().flat_map(|group| &group.examples).map(|path| loaded.blob_key(path)).collect()
}

fn spec(loaded: &LoadedApplication, task: &application::Task, language: Language) -> TaskSpec {
    let rule = |rule: &application::OutcomeRule| OutcomeRule {
        schema: rule.schema.clone(),
        color: rule.color.clone(),
        message: rule.message.as_ref().map(|text| text.get(language).to_owned()),
        is_conformity_validated: rule.is_conformity_validated,
        not_analyzed: rule.not_analyzed,
    };
    TaskSpec {
        id: loaded.id.task(&task.name).0,
        name: task.name.clone(),
        label: task.label.get(language).to_owned(),
        only_for_dashboard: task.only_for_dashboard,
        conformity_status: task.conformity_status,
        mandatory: task.mandatory,
        outcome_type: task.kind.as_str(),
        outcome_validation: task.outcome_validation.iter().map(rule).collect(),
    }
}
