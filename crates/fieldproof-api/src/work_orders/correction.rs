//! `PATCH /v0.2/work-orders/{id}/tasks/{task_id}/correction/` (contract section 2.7).

use axum::{extract::State, http::StatusCode, response::Response};
use fieldproof_app::{correct, permit::act};
use fieldproof_domain::ids::{TaskId, WorkOrderId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{render, wire};
use crate::{
    ApiState,
    answers::{BadRequest, Denied, InFlight, NoSuchWorkOrder, OtherRequest, StorageFull, Unavailable},
    error::ApiError,
    request::{Allowed, BODY_LIMIT, Fields, IdPath, JsonBody, Plain, PreferredLanguage, Repeatable},
};

/// A person's value.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body; it is read by `Fields`")]
pub(crate) struct CorrectionBody {
    /// Of the task's type; its text (`"true"`, `"2"`) is accepted too.
    #[schema(value_type = wire::TaskValue)]
    corrected_value: serde_json::Value,
}

/// A corrected task.
#[derive(Serialize, ToSchema)]
pub(crate) struct CorrectedTask {
    /// Id of the task.
    id: Uuid,
    /// Its state: message, colour and validation follow the corrected value.
    state: wire::State,
}

/// Correct the value of a task.
#[utoipa::path(
    patch,
    path = "/v0.2/work-orders/{id}/tasks/{task_id}/correction",
    tag = "Analysis",
    params(
        ("id" = Uuid, Path, description = "Id of the work order"),
        ("task_id" = Uuid, Path, description = "Id of the task to correct"),
        ("Idempotency-Key" = Option<String>, Header, description = "Of your choice, new for each request: sent again under it within 24 hours, the request is done once and answered the same")
    ),
    request_body = CorrectionBody,
    responses(
        (status = 200, description = "Corrected", body = CorrectedTask),
        BadRequest, Denied, NoSuchWorkOrder, InFlight, OtherRequest, StorageFull, Unavailable
    )
)]
pub(crate) async fn correct(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::CorrectTask>,
    IdPath((id, task)): IdPath<(WorkOrderId, TaskId)>,
    language: PreferredLanguage,
    repeatable: Repeatable,
    JsonBody(body): JsonBody<BODY_LIMIT>,
) -> Result<Response, ApiError> {
    let mut fields = Fields::new(body);
    let value = fields.required("corrected_value");
    fields.finish()?;
    let render = Plain(|corrected: &correct::CorrectedTask| {
        let language = language.or_first_of(&corrected.application.application);
        CorrectedTask { id: task.0, state: render::state(&corrected.stored, language, true) }
    });
    let answer = repeatable.answered(StatusCode::OK, render);
    let corrected = state.system.correct_task(&caller, id, task, &value, &answer).await?;
    answer.respond(&corrected).await
}
