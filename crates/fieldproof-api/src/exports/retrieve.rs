//! `GET /v0.2/exports/{id}`.

use axum::{Json, extract::State};
use fieldproof_app::{exports::Manager, permit::act};
use fieldproof_domain::ids::ExportId;

use super::wire::Export;
use crate::{
    ApiState,
    answers::{Denied, NoSuchExport},
    error::ApiError,
    request::{Allowed, IdPath},
};

/// Retrieve an export: what it is set to, when it runs next, and what became of its last window.
#[utoipa::path(
    get,
    path = "/v0.2/exports/{id}",
    tag = "Exports",
    params(("id" = uuid::Uuid, Path, description = "Id of the export")),
    responses((status = 200, description = "The export", body = Export), Denied, NoSuchExport)
)]
pub(crate) async fn retrieve(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::ManageExports>,
    IdPath(id): IdPath<ExportId>,
) -> Result<Json<Export>, ApiError> {
    Ok(Json(Export::of(&state.system.export(Manager::Caller(&caller), id).await?)))
}
