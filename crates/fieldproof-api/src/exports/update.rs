//! `PATCH /v0.2/exports/{id}`.

use axum::{extract::State, http::StatusCode, response::Response};
use fieldproof_app::{exports::Manager, permit::act};
use fieldproof_domain::ids::ExportId;

use super::{settings::ExportChange, wire::Export};
use crate::{
    ApiState,
    answers::{BadRequest, Denied, InFlight, NoSuchExport, OtherRequest, StorageFull, Unavailable},
    error::ApiError,
    request::{Allowed, BODY_LIMIT, IdPath, JsonBody, Plain, Repeatable},
};

/// Set an export anew: fields that are not given stay as they are, and those that are null get their default. Windows that
/// are listed already keep the names of their files.
#[utoipa::path(
    patch,
    path = "/v0.2/exports/{id}",
    tag = "Exports",
    params(
        ("id" = uuid::Uuid, Path, description = "Id of the export"),
        ("Idempotency-Key" = Option<String>, Header, description = "Of your choice, new for each request: sent again under it within 24 hours, the request is done once and answered the same")
    ),
    request_body(content = ExportChange),
    responses(
        (status = 200, description = "The export as it is now", body = Export),
        BadRequest, Denied, NoSuchExport, InFlight, OtherRequest, StorageFull, Unavailable
    )
)]
pub(crate) async fn update(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::ManageExports>,
    IdPath(id): IdPath<ExportId>,
    repeatable: Repeatable,
    JsonBody(body): JsonBody<BODY_LIMIT>,
) -> Result<Response, ApiError> {
    let answer = repeatable.answered(StatusCode::OK, Plain(Export::of));
    let view = state.system.update_export(Manager::Caller(&caller), id, body, &answer).await?;
    answer.respond(&view).await
}
