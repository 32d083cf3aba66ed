//! `DELETE /uploads/{id}`: the sender gives up (contract section 4.3).

use axum::{extract::State, response::Response};

use super::{
    address::OpenUpload,
    answer::{given_up, refused},
};
use crate::{
    ApiState,
    answers::{NoSuchBatch, StorageFull, Unavailable},
};

/// Give up sending: the batch is cancelled and what was sent is erased.
#[utoipa::path(
    delete,
    path = "/uploads/{id}",
    tag = "Batches",
    security(()),
    params(
        ("id" = uuid::Uuid, Path, description = "Id of the batch"),
        ("upload_id" = String, Query, description = "The secret in the batch's `upload_url`; no token is asked for")
    ),
    responses(
        (status = 499, description = "Cancelled, now or before", content_type = "application/json", body = serde_json::Value),
        (status = 409, description = "The archive is complete: cancel the batch itself", content_type = "application/json", body = serde_json::Value),
        (status = 410, description = "The address has expired, or the batch has failed", content_type = "application/json", body = serde_json::Value),
        NoSuchBatch, StorageFull, Unavailable
    )
)]
pub(crate) async fn delete(State(state): State<ApiState>, OpenUpload(upload): OpenUpload) -> Response {
    match state.system.cancel_upload(upload).await {
        Ok(()) => given_up(),
        Err(error) => refused(error),
    }
}
