//! `GET /v0.2/work-orders/{id}/analyses/`.

use axum::{Json, extract::State};
use fieldproof_app::{
    permit::act,
    work_orders::{CorrectionDetails, PastAnalysis},
};
use fieldproof_domain::{ids::WorkOrderId, text::Language, work_order::TaskOutcome};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    render,
    wire::{Input, Region, TaskValue},
};
use crate::{
    ApiState,
    answers::{Denied, NoSuchWorkOrder},
    error::ApiError,
    request::{Allowed, IdPath, LinkTable, PhotoLinks, PreferredLanguage},
    timestamp::Timestamp,
};

/// What was said of a work order.
#[derive(Serialize, ToSchema)]
pub(crate) struct AnalysisList {
    /// Every analysis, newest first.
    results: Vec<AnalysisRecord>,
    /// Every correction, newest first.
    corrections: Vec<CorrectionRecord>,
}

/// An analysis, as it was answered: later photos and corrections change nothing in it.
#[derive(Serialize, ToSchema)]
pub(crate) struct AnalysisRecord {
    id: Uuid,
    /// The `context`.
    task_group: String,
    app_version: AppVersion,
    create_date: Timestamp,
    /// Address of who sent it.
    user_email: String,
    /// What was sent with it.
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
    inputs: Vec<Input>,
    /// What the models said; empty when a data conformity check of level `error` was not passed.
    tasks: Vec<AnalyzedTask>,
}

/// The application version that gave a verdict.
#[derive(Serialize, ToSchema)]
pub(crate) struct AppVersion {
    id: Uuid,
    /// Of the application.
    name: String,
    #[schema(example = "1.0")]
    version: String,
}

/// What an analysis said of a task.
#[derive(Serialize, ToSchema)]
pub(crate) struct AnalyzedTask {
    name: String,
    /// Of the task's type; null when it could not be computed.
    #[schema(value_type = Option<TaskValue>)]
    analyzed_value: Option<Value>,
    message: Option<String>,
    #[schema(example = "#e4264e")]
    color: Option<String>,
    is_conformity_validated: Option<bool>,
    regions: Vec<Region>,
}

/// What a person said of a task.
#[derive(Serialize, ToSchema)]
pub(crate) struct CorrectionRecord {
    id: Uuid,
    /// Name of the task.
    task: String,
    #[schema(value_type = TaskValue)]
    corrected_value: Value,
    create_date: Timestamp,
    /// Address of who said it.
    user_email: String,
}

/// List every analysis of a work order, with the application version that gave the verdict, and every correction.
#[utoipa::path(
    get,
    path = "/v0.2/work-orders/{id}/analyses",
    tag = "Analysis",
    params(
        ("id" = Uuid, Path, description = "Id of the work order"),
        ("Accept-Language" = Option<String>, Header, description = "Language of the messages: en, fr, de or es")
    ),
    responses(
        (status = 200, description = "The analyses and corrections", body = AnalysisList),
        Denied, NoSuchWorkOrder
    )
)]
pub(crate) async fn analyses(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::RetrieveWorkOrder>,
    IdPath(id): IdPath<WorkOrderId>,
    language: PreferredLanguage,
    links: PhotoLinks,
) -> Result<Json<AnalysisList>, ApiError> {
    let history = state.system.work_order_history(&caller, id).await?;
    let language = language.or_first_of(&history.application.application);
    let mut results = Vec::with_capacity(history.analyses.len());
    for past in &history.analyses {
        let links = links.to_photos(&past.inputs).await?;
        results.push(analysis(past, &links, language));
    }
    Ok(Json(AnalysisList { results, corrections: history.corrections.into_iter().map(correction).collect() }))
}

fn analysis(past: &PastAnalysis, links: &LinkTable, language: Language) -> AnalysisRecord {
    let details = &past.details;
    let row = &details.analysis;
    AnalysisRecord {
        id: row.id.0,
        task_group: row.task_group.clone(),
        app_version: AppVersion {
            id: row.app_version.0,
            name: details.app_name.clone(),
            version: details.app_version.clone(),
        },
        create_date: row.created_at.into(),
        user_email: details.user_email.clone(),
        metadata: row.metadata.clone(),
        inputs: past.inputs.iter().map(|input| render::input(input, links, language)).collect(),
        tasks: past.outcomes.iter().map(|outcome| task(outcome, language)).collect(),
    }
}

fn task(outcome: &TaskOutcome, language: Language) -> AnalyzedTask {
    AnalyzedTask {
        name: outcome.task.clone(),
        analyzed_value: outcome.value.as_ref().map(|value| value.to_json()),
        message: outcome.appearance.message.as_ref().map(|text| text.get(language).to_owned()),
        color: outcome.appearance.color.clone(),
        is_conformity_validated: outcome.appearance.is_conformity_validated,
        regions: outcome.regions.iter().map(render::region).collect(),
    }
}

fn correction(details: CorrectionDetails) -> CorrectionRecord {
    let row = details.correction;
    CorrectionRecord {
        id: row.id,
        task: row.task,
        corrected_value: row.value.to_json(),
        create_date: row.created_at.into(),
        user_email: details.user_email,
    }
}
