//! `POST /v0.2/exports`.

use axum::{extract::State, http::StatusCode, response::Response};
use fieldproof_app::{
    exports::{ExportView, Manager},
    permit::act,
};

use super::{settings::ExportBody, wire::Export};
use crate::{
    ApiState,
    answers::{BadRequest, Denied, InFlight, OtherRequest, StorageFull, Unavailable},
    error::ApiError,
    request::{Allowed, BODY_LIMIT, JsonBody, Plain, Repeatable},
};

/// Make an export. One that runs once starts at once; of others, the window that is open now is the first.
#[utoipa::path(
    post,
    path = "/v0.2/exports",
    tag = "Exports",
    params(("Idempotency-Key" = Option<String>, Header, description = "Of your choice, new for each request: sent again under it within 24 hours, the request is done once and answered the same")),
    request_body(content = ExportBody),
    responses(
        (status = 201, description = "Made", body = Export),
        BadRequest, Denied, InFlight, OtherRequest, StorageFull, Unavailable
    )
)]
pub(crate) async fn create(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::ManageExports>,
    repeatable: Repeatable,
    JsonBody(body): JsonBody<BODY_LIMIT>,
) -> Result<Response, ApiError> {
    let answer = repeatable.answered(StatusCode::CREATED, Plain(|view: &ExportView| Export::of(view)));
    let view = state.system.create_export(Manager::Caller(&caller), body, &answer).await?;
    answer.respond(&view).await
}
