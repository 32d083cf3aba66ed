//! `DELETE /v0.2/exports/{id}`.

use axum::{extract::State, http::StatusCode};
use fieldproof_app::{exports::Manager, permit::act};
use fieldproof_domain::ids::ExportId;

use crate::{
    ApiState,
    answers::{Denied, NoSuchExport},
    error::ApiError,
    request::{Allowed, IdPath},
};

/// Forget an export with its history. What it has delivered stays where it is.
#[utoipa::path(
    delete,
    path = "/v0.2/exports/{id}",
    tag = "Exports",
    params(("id" = uuid::Uuid, Path, description = "Id of the export")),
    responses((status = 204, description = "Forgotten"), Denied, NoSuchExport)
)]
pub(crate) async fn delete(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::ManageExports>,
    IdPath(id): IdPath<ExportId>,
) -> Result<StatusCode, ApiError> {
    state.system.delete_export(Manager::Caller(&caller), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
