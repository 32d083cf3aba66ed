//! `POST /v0.2/exports/{id}/pause` and `/resume`.

use axum::{extract::State, http::StatusCode, response::Response};
use fieldproof_app::{exports::Manager, permit::act};
use fieldproof_domain::ids::ExportId;

use super::wire::Export;
use crate::{
    ApiState,
    answers::{BadRequest, Denied, InFlight, NoSuchExport, OtherRequest, StorageFull, Unavailable},
    error::ApiError,
    request::{Allowed, IdPath, Plain, Repeatable},
};

/// Let an export wait. The window that is on its way is delivered.
#[utoipa::path(
    post,
    path = "/v0.2/exports/{id}/pause",
    tag = "Exports",
    params(
        ("id" = uuid::Uuid, Path, description = "Id of the export"),
        ("Idempotency-Key" = Option<String>, Header, description = "Of your choice, new for each request: sent again under it within 24 hours, the request is done once and answered the same")
    ),
    responses(
        (status = 200, description = "The export as it is now", body = Export),
        BadRequest, Denied, NoSuchExport, InFlight, OtherRequest, StorageFull, Unavailable
    )
)]
pub(crate) async fn pause(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::ManageExports>,
    IdPath(id): IdPath<ExportId>,
    repeatable: Repeatable,
) -> Result<Response, ApiError> {
    let answer = repeatable.answered(StatusCode::OK, Plain(Export::of));
    let view = state.system.pause_export(Manager::Caller(&caller), id, &answer).await?;
    answer.respond(&view).await
}

/// Let an export go on, with the windows that ended meanwhile, in their order.
#[utoipa::path(
    post,
    path = "/v0.2/exports/{id}/resume",
    tag = "Exports",
    params(
        ("id" = uuid::Uuid, Path, description = "Id of the export"),
        ("Idempotency-Key" = Option<String>, Header, description = "Of your choice, new for each request: sent again under it within 24 hours, the request is done once and answered the same")
    ),
    responses(
        (status = 200, description = "The export as it is now", body = Export),
        BadRequest, Denied, NoSuchExport, InFlight, OtherRequest, StorageFull, Unavailable
    )
)]
pub(crate) async fn resume(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::ManageExports>,
    IdPath(id): IdPath<ExportId>,
    repeatable: Repeatable,
) -> Result<Response, ApiError> {
    let answer = repeatable.answered(StatusCode::OK, Plain(Export::of));
    let view = state.system.resume_export(Manager::Caller(&caller), id, &answer).await?;
    answer.respond(&view).await
}
