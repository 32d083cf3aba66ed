//! `POST /v0.2/exports/{id}/pause` and `/resume`.

use axum::{Json, extract::State};
use fieldproof_app::{exports::Manager, permit::act};
use fieldproof_domain::ids::ExportId;

use super::wire::Export;
use crate::{
    ApiState,
    answers::{Denied, NoSuchExport, StorageFull, Unavailable},
    error::ApiError,
    request::{Allowed, IdPath},
};

/// Let an export wait. The window that is on its way is delivered.
#[utoipa::path(
    post,
    path = "/v0.2/exports/{id}/pause",
    tag = "Exports",
    params(("id" = uuid::Uuid, Path, description = "Id of the export")),
    responses(
        (status = 200, description = "The export as it is now", body = Export),
        Denied, NoSuchExport, StorageFull, Unavailable
    )
)]
pub(crate) async fn pause(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::ManageExports>,
    IdPath(id): IdPath<ExportId>,
) -> Result<Json<Export>, ApiError> {
    Ok(Json(Export::of(&state.system.pause_export(Manager::Caller(&caller), id).await?)))
}

/// Let an export go on, with the windows that ended meanwhile, in their order.
#[utoipa::path(
    post,
    path = "/v0.2/exports/{id}/resume",
    tag = "Exports",
    params(("id" = uuid::Uuid, Path, description = "Id of the export")),
    responses(
        (status = 200, description = "The export as it is now", body = Export),
        Denied, NoSuchExport, StorageFull, Unavailable
    )
)]
pub(crate) async fn resume(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::ManageExports>,
    IdPath(id): IdPath<ExportId>,
) -> Result<Json<Export>, ApiError> {
    Ok(Json(Export::of(&state.system.resume_export(Manager::Caller(&caller), id).await?)))
}
