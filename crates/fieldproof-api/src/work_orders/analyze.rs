//! `POST /v0.2/work-orders/{id}/analyze/` (contract sections 2.6 and 3).

use axum::{extract::State, http::StatusCode, response::Response};
use fieldproof_app::{AppError, analyse::Verdict, permit::act, work_orders::StoredState};
use fieldproof_domain::ids::WorkOrderId;
use serde::Serialize;
use tracing::Instrument as _;
use utoipa::ToSchema;

use super::{
    analysis_body::{self, AnalysisBody},
    render,
    wire::{Input, Task, TaskGroupRef},
};
use crate::{
    ApiState,
    answers::{BadRequest, Busy, Denied, InFlight, NoSuchWorkOrder, OtherRequest, StorageFull, TooLarge},
    error::ApiError,
    request::{ANALYSIS_BODY_LIMIT, Allowed, IdPath, PhotoLinks, PreferredLanguage, Render, Repeatable, WholeBody},
};

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
        ("Accept-Language" = Option<String>, Header, description = "Language of the messages: en, fr, de or es"),
        ("Idempotency-Key" = Option<String>, Header, description = "Of your choice, new for each request: sent again under it within 24 hours, the request is done once and answered the same")
    ),
    request_body = AnalysisBody,
    responses(
        (status = 200, description = "The verdict; it is stored", body = Analysis),
        BadRequest, Denied, NoSuchWorkOrder, TooLarge, InFlight, OtherRequest, StorageFull, Busy
    )
)]
pub(crate) async fn analyze(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::Analyse>,
    IdPath(id): IdPath<WorkOrderId>,
    language: PreferredLanguage,
    links: PhotoLinks,
    repeatable: Repeatable,
    WholeBody(body): WholeBody<ANALYSIS_BODY_LIMIT>,
) -> Result<Response, ApiError> {
    let request = analysis_body::read(body)?;
    let answer = repeatable.answered(StatusCode::OK, VerdictRender { links, language });
    // On a task of its own, for a client may hang up at any moment: stopped between two steps, the analysis would leave
    // a photo that no row speaks of, and work on the workers that nobody counts. The client's next try gets the verdict.
    let analysis = async move {
        let verdict = state.system.analyse(&caller, id, request, &answer).await?;
        answer.respond(&verdict).await
    };
    let analysis = tokio::spawn(analysis.in_current_span());
    analysis.await.map_err(|failure| AppError::Internal(failure.to_string()))?
}

/// From a verdict to what is sent.
struct VerdictRender {
    links: PhotoLinks,
    language: PreferredLanguage,
}

impl Render<Verdict> for VerdictRender {
    type Body = Analysis;

    async fn render(&self, verdict: &Verdict) -> Result<Analysis, AppError> {
        let links = self.links.to_photos(&verdict.inputs).await?;
        let application = &verdict.application;
        let language = self.language.or_first_of(&application.application);
        let group = application.application.group(&verdict.task_group).filter(|_| !verdict.is_blocked());
        let task = |stored: &StoredState| {
            let (group, task) = application.application.task(&stored.task)?;
            Some(render::task(application, &group.name, task, Some(stored), language, true))
        };
        Ok(Analysis {
            inputs: verdict.inputs.iter().map(|input| render::input(input, &links, language)).collect(),
            tasks: verdict.states.iter().filter_map(task).collect(),
            task_groups: group
                .map(|group| render::task_group_ref(application, &group.name, language))
                .into_iter()
                .collect(),
        })
    }
}
