//! How a work order looks on the wire (contract sections 1.2-1.7).

use fieldproof_app::{
    applications::LoadedApplication,
    work_orders::{self, InputData, StoredState, WorkOrderView},
};
use fieldproof_domain::{application::ActiveGroup, observation::Detection, text::Language};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::correction::TaskValue;
use crate::{
    ApiState,
    request::{LinkBase, PreferredLanguage},
    timestamp::Timestamp,
};

/// A work order.
#[derive(Serialize, ToSchema)]
pub(crate) struct WorkOrder {
    id: Uuid,
    name: String,
    site_id: Uuid,
    /// 0..=100; null only when no task of the work order counts.
    progress_score: Option<u8>,
    review_date: Option<Timestamp>,
    create_date: Timestamp,
    update_date: Timestamp,
    tags: Vec<String>,
    app_version_id: Uuid,
    #[schema(value_type = Option<Object>)]
    parameters: Option<Map<String, Value>>,
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
    types: Vec<WorkOrderType>,
    /// Only when retrieved with inputs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    inputs: Option<Vec<Input>>,
    field_engineer_email: Option<String>,
    /// The address when the account has no name.
    field_engineer_name: Option<String>,
    user_group_ids: Vec<String>,
    tasks: Vec<Task>,
    task_groups: Vec<TaskGroupRef>,
    first_analysis_id: Option<Uuid>,
    latest_analysis_id: Option<Uuid>,
    /// Account of the field engineer.
    assigned_user_id: Option<Uuid>,
    /// Always null: applications are known by their versions here.
    engage_app_id: Option<Uuid>,
}

/// A work order type.
#[derive(Serialize, ToSchema)]
pub(crate) struct WorkOrderType {
    id: Uuid,
    name: String,
}

/// A task group of a work order.
#[derive(Serialize, ToSchema)]
pub(crate) struct TaskGroupRef {
    id: Uuid,
    name: String,
    display_name: String,
    order: usize,
}

/// A task of a work order.
#[derive(Serialize, ToSchema)]
pub(crate) struct Task {
    /// Changes with the application version; the name does not.
    id: Uuid,
    name: String,
    label: String,
    #[schema(example = "Boolean")]
    r#type: &'static str,
    group_id: Uuid,
    group_name: String,
    /// Null until the first analysis or correction.
    state: Option<State>,
}

/// What is known of a task.
#[derive(Serialize, ToSchema)]
pub(crate) struct State {
    id: Uuid,
    /// Of the task's type; null when it could not be computed.
    #[schema(value_type = Option<TaskValue>)]
    analyzed_value: Option<Value>,
    analyzed_date: Option<Timestamp>,
    #[schema(value_type = Option<TaskValue>)]
    corrected_value: Option<Value>,
    corrected_date: Option<Timestamp>,
    /// Follows the corrected value when there is one; so do colour and validation.
    message: Option<String>,
    #[schema(example = "#e4264e")]
    color: Option<String>,
    is_conformity_validated: Option<bool>,
    /// Only when retrieved with inputs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    analyzed_inputs: Option<Vec<AnalyzedInput>>,
}

/// A photo that a task's value comes from, with what was seen on it.
#[derive(Serialize, ToSchema)]
pub(crate) struct AnalyzedInput {
    input_id: Uuid,
    regions: Vec<Region>,
}

/// A box on a photo.
#[derive(Serialize, ToSchema)]
pub(crate) struct Region {
    bbox: Bbox,
    score: f64,
    concept: String,
}

/// Fractions of the upright photo's width and height, 0..=1.
#[derive(Serialize, ToSchema)]
pub(crate) struct Bbox {
    xmin: f64,
    xmax: f64,
    ymin: f64,
    ymax: f64,
}

/// An input of an analysis.
#[derive(Serialize, ToSchema)]
pub(crate) struct Input {
    id: Uuid,
    name: String,
    data: Data,
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
    /// What data conformity found; empty when every check was passed.
    conformity_messages: Vec<ConformityMessage>,
}

/// What an input holds.
#[derive(Serialize, ToSchema)]
pub(crate) struct Data {
    /// `text` or `image`.
    r#type: &'static str,
    /// The text, or a signed link to the photo that expires.
    value: String,
}

/// A data conformity check that was not passed.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConformityMessage {
    /// Stable: 1 Blur, 2 Brightness, 3 Duplicate, 4 Resolution.
    code: u16,
    /// Stable, English.
    name: &'static str,
    /// In the caller's language; says what to do.
    message: &'static str,
    /// `information`, `warning` or `error`.
    level: &'static str,
    /// What was measured, in the check's unit.
    value: f64,
    /// The limit that was not kept, in the same unit.
    threshold: f64,
}

/// Turns what the use cases answer into what is sent.
pub(crate) struct WorkOrderShape<'a> {
    state: &'a ApiState,
    base: &'a LinkBase,
    language: PreferredLanguage,
}

impl<'a> WorkOrderShape<'a> {
    pub(crate) fn new(state: &'a ApiState, base: &'a LinkBase, language: PreferredLanguage) -> Self {
        Self { state, base, language }
    }

    pub(crate) fn work_order(&self, view: &WorkOrderView) -> WorkOrder {
        let order = &view.order;
        let application = &view.application;
        let language = self.language.or_first_of(&application.application);
        let active = application.application.active(&order.types);
        let with_inputs = view.inputs.is_some();
        let task = |group: &ActiveGroup<'_>, task: &fieldproof_domain::application::Task| {
            self.task_in(application, &group.group.name, task, view.states.get(&task.name), language, with_inputs)
        };
        let engineer = order.field_engineer.as_ref();
        WorkOrder {
            id: order.id.0,
            name: order.name.clone(),
            site_id: order.site.0,
            progress_score: order.progress_score,
            review_date: order.review_date.map(Timestamp),
            create_date: order.created_at.into(),
            update_date: order.updated_at.into(),
            tags: order.tags.clone(),
            app_version_id: order.app_version.0,
            parameters: order.parameters.clone(),
            metadata: order.metadata.clone(),
            types: order
                .types
                .iter()
                .map(|name| WorkOrderType { id: application.id.work_order_type(name).0, name: name.clone() })
                .collect(),
            inputs: view.inputs.as_ref().map(|inputs| inputs.iter().map(|i| self.input(i, language)).collect()),
            field_engineer_email: engineer.map(|e| e.email.clone()),
            field_engineer_name: engineer.map(|e| e.name.clone().unwrap_or_else(|| e.email.clone())),
            user_group_ids: order.user_group_ids.clone(),
            tasks: active.iter().flat_map(|group| group.tasks.iter().map(|t| task(group, t))).collect(),
            task_groups: active
                .iter()
                .map(|group| self.task_group_ref(application, &group.group.name, language))
                .collect(),
            first_analysis_id: order.first_analysis.map(|id| id.0),
            latest_analysis_id: order.latest_analysis.map(|id| id.0),
            assigned_user_id: engineer.map(|e| e.id.0),
            engage_app_id: None,
        }
    }

    /// A task by its name; `None` when the application has none of that name.
    pub(crate) fn task(
        &self,
        application: &LoadedApplication,
        name: &str,
        stored: Option<&StoredState>,
        language: Language,
        with_inputs: bool,
    ) -> Option<Task> {
        let (group, task) = application.application.task(name)?;
        Some(self.task_in(application, &group.name, task, stored, language, with_inputs))
    }

    fn task_in(
        &self,
        application: &LoadedApplication,
        group: &str,
        task: &fieldproof_domain::application::Task,
        stored: Option<&StoredState>,
        language: Language,
        with_inputs: bool,
    ) -> Task {
        Task {
            id: application.id.task(&task.name).0,
            name: task.name.clone(),
            label: task.label.get(language).to_owned(),
            r#type: task.kind.as_str(),
            group_id: application.id.task_group(group).0,
            group_name: group.to_owned(),
            state: stored.map(|stored| self.state(stored, language, with_inputs)),
        }
    }

    pub(crate) fn state(&self, stored: &StoredState, language: Language, with_inputs: bool) -> State {
        let state = &stored.state;
        State {
            id: stored.id.0,
            analyzed_value: state.analyzed_value.as_ref().map(|value| value.to_json()),
            analyzed_date: state.analyzed_date.map(Timestamp),
            corrected_value: state.corrected_value.as_ref().map(|value| value.to_json()),
            corrected_date: state.corrected_date.map(Timestamp),
            message: state.appearance.message.as_ref().map(|text| text.get(language).to_owned()),
            color: state.appearance.color.clone(),
            is_conformity_validated: state.appearance.is_conformity_validated,
            analyzed_inputs: with_inputs.then(|| {
                let source = state.analysis.into_iter();
                source
                    .map(|(_, input)| AnalyzedInput {
                        input_id: input.0,
                        regions: state.regions.iter().map(region).collect(),
                    })
                    .collect()
            }),
        }
    }

    pub(crate) fn input(&self, input: &work_orders::Input, language: Language) -> Input {
        let data = match &input.data {
            InputData::Text(text) => Data { r#type: "text", value: text.clone() },
            InputData::Image { blob_key, .. } => {
                let signed = self.state.system.links.sign(blob_key, self.state.system.now());
                Data { r#type: "image", value: self.base.link(&signed) }
            }
        };
        let conformity_messages = input
            .findings
            .iter()
            .map(|finding| ConformityMessage {
                code: finding.problem.check().code(),
                name: finding.problem.check().name(),
                message: finding.message(language),
                level: finding.level.as_str(),
                value: finding.value,
                threshold: finding.threshold,
            })
            .collect();
        Input { id: input.id.0, name: input.name.clone(), data, metadata: input.metadata.clone(), conformity_messages }
    }

    pub(crate) fn task_group_ref(
        &self,
        application: &LoadedApplication,
        name: &str,
        language: Language,
    ) -> TaskGroupRef {
        let groups = &application.application.task_groups;
        let order = groups.iter().position(|group| group.name == name).unwrap_or_default();
        let display_name = groups.get(order).map_or(name, |group| group.display_name.get(language));
        TaskGroupRef {
            id: application.id.task_group(name).0,
            name: name.to_owned(),
            display_name: display_name.to_owned(),
            order,
        }
    }
}

fn region(detection: &Detection) -> Region {
    let bbox = detection.bbox;
    Region {
        bbox: Bbox { xmin: bbox.xmin, xmax: bbox.xmax, ymin: bbox.ymin, ymax: bbox.ymax },
        score: detection.score,
        concept: detection.concept.clone(),
    }
}
