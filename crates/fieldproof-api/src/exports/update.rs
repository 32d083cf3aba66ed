//! `PATCH /v0.2/exports/{id}`.

use axum::{Json, extract::State};
use fieldproof_app::{exports::Manager, permit::act};
use fieldproof_domain::ids::ExportId;

use super::{settings::ExportChange, wire::Export};
use crate::{
    ApiState,
    answers::{BadRequest, Denied, NoSuchExport, StorageFull, Unavailable},
    error::ApiError,
    request::{Allowed, BODY_LIMIT, IdPath, JsonBody},
};

/// Set an export anew: fields that are not given stay as they are, and those that are null get their default. Windows that
/// are listed already keep the names of their files.
#[utoipa::path(
    patch,
    path = "/v0.2/exports/{id}",
    tag = "Exports",
    params(("id" = uuid::Uuid, Path, description = "Id of the export")),
    request_body(content = ExportChange),
    responses(
        (status = 200, description = "The export as it is now", body = Export),
        BadRequest, Denied, NoSuchExport, StorageFull, Unavailable
    )
)]
pub(crate) async fn update(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::ManageExports>,
    IdPath(id): IdPath<ExportId>,
    JsonBody(body): JsonBody<BODY_LIMIT>,
) -> Result<Json<Export>, ApiError> {
    Ok(Json(Export::of(&state.system.update_export(Manager::Caller(&caller), id, body).await?)))
}
