//! From what the use cases answer to what is sent.

use fieldproof_app::{
    applications::LoadedApplication,
    work_orders::{self, InputData, StoredState, WorkOrderView},
};
use fieldproof_domain::{
    application,
    check::Finding,
    observation::{BoundingBox, Detection},
    text::Language,
};

use super::wire::{
    AnalyzedInput, Bbox, ConformityMessage, Data, Input, Region, State, Task, TaskGroupRef, WorkOrder, WorkOrderType,
};
use crate::{
    request::{LinkTable, PreferredLanguage},
    timestamp::Timestamp,
};

/// A work order; with inputs when they were retrieved.
pub(super) fn work_order(view: &WorkOrderView, links: &LinkTable, language: PreferredLanguage) -> WorkOrder {
    let order = &view.order;
    let application = &view.application;
    let language = language.or_first_of(&application.application);
    let active = application.application.active(&order.types);
    let with_inputs = view.inputs.is_some();
    let tasks = active.iter().flat_map(|group| group.tasks.iter().map(|task| (group.group.name.as_str(), *task)));
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
        inputs: view.inputs.as_ref().map(|inputs| inputs.iter().map(|i| input(i, links, language)).collect()),
        field_engineer_email: engineer.map(|e| e.email.clone()),
        field_engineer_name: engineer.map(|e| e.name.clone().unwrap_or_else(|| e.email.clone())),
        user_group_ids: order.user_group_ids.clone(),
        tasks: tasks
            .map(|(group, t)| task(application, group, t, view.states.get(&t.name), language, with_inputs))
            .collect(),
        task_groups: active.iter().map(|group| task_group_ref(application, &group.group.name, language)).collect(),
        first_analysis_id: order.first_analysis.map(|id| id.0),
        latest_analysis_id: order.latest_analysis.map(|id| id.0),
        assigned_user_id: engineer.map(|e| e.id.0),
        engage_app_id: None,
    }
}

/// A task of the group called `group`.
pub(super) fn task(
    application: &LoadedApplication,
    group: &str,
    task: &application::Task,
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
        state: stored.map(|stored| state(stored, language, with_inputs)),
    }
}

/// A task's state.
pub(super) fn state(stored: &StoredState, language: Language, with_inputs: bool) -> State {
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
            let source = state.analysis.iter();
            let regions = || state.regions.iter().map(region).collect();
            source.map(|(_, input)| AnalyzedInput { input_id: input.0, regions: regions() }).collect()
        }),
    }
}

/// An input, its photo as a signed link.
pub(super) fn input(input: &work_orders::Input, links: &LinkTable, language: Language) -> Input {
    let data = match &input.data {
        InputData::Text(text) => Data { r#type: "text", value: text.clone() },
        InputData::Image { blob_key, .. } => {
            Data { r#type: if blob_key.ends_with(".pdf") { "pdf" } else { "image" }, value: links.get(blob_key) }
        }
    };
    Input {
        id: input.id.0,
        name: input.name.clone(),
        data,
        metadata: input.metadata.clone(),
        conformity_messages: input.findings.iter().map(|finding| message(finding, language)).collect(),
    }
}

/// A task group, as a work order names it.
pub(super) fn task_group_ref(application: &LoadedApplication, name: &str, language: Language) -> TaskGroupRef {
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

fn message(finding: &Finding, language: Language) -> ConformityMessage {
    ConformityMessage {
        code: finding.problem.check().code(),
        name: finding.problem.check().name(),
        message: finding.message(language).into_owned(),
        level: finding.level.as_str(),
        value: finding.value,
        threshold: finding.threshold,
        region: finding.region.map(bbox),
        detail: finding.detail.clone(),
        page: finding.page,
    }
}

fn bbox(of: BoundingBox) -> Bbox {
    Bbox { xmin: of.xmin, xmax: of.xmax, ymin: of.ymin, ymax: of.ymax }
}

pub(super) fn region(detection: &Detection) -> Region {
    Region {
        bbox: bbox(detection.bbox),
        score: detection.score,
        concept: detection.concept.clone(),
        page: detection.page,
    }
}
