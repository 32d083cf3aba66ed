//! `POST /v0.2/batches/{id}/retry`.

use axum::{extract::State, http::StatusCode, response::Response};
use fieldproof_app::{batch::BatchView, permit::act};
use fieldproof_domain::ids::BatchId;

use super::wire::Batch;
use crate::{
    ApiState,
    answers::{BadRequest, Denied, InFlight, NoSuchBatch, OtherRequest, StorageFull, Unavailable},
    error::ApiError,
    request::{Allowed, IdPath, Plain, Repeatable, UploadLinks},
};

/// Try again the work orders of a finished batch that failed, and only those. With none of them, nothing happens.
#[utoipa::path(
    post,
    path = "/v0.2/batches/{id}/retry",
    tag = "Batches",
    params(
        ("id" = uuid::Uuid, Path, description = "Id of the batch"),
        ("Idempotency-Key" = Option<String>, Header, description = "Of your choice, new for each request: sent again under it within 24 hours, the request is done once and answered the same")
    ),
    responses(
        (status = 200, description = "The batch as it stands now", body = Batch),
        BadRequest, Denied, NoSuchBatch, InFlight, OtherRequest, StorageFull, Unavailable
    )
)]
pub(crate) async fn retry(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::SendBatch>,
    IdPath(id): IdPath<BatchId>,
    links: UploadLinks,
    repeatable: Repeatable,
) -> Result<Response, ApiError> {
    let answer = repeatable.answered(StatusCode::OK, Plain(|view: &BatchView| Batch::of(view, &links)));
    let view = state.system.retry_batch(&caller, id, &answer).await?;
    answer.respond(&view).await
}
