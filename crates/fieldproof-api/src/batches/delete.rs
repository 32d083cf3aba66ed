//! `DELETE /v0.2/batches/{id}` (contract section 2.8).

use axum::{extract::State, http::StatusCode};
use fieldproof_app::permit::act;
use fieldproof_domain::ids::BatchId;

use crate::{
    ApiState,
    answers::{Denied, NoSuchBatch},
    error::ApiError,
    request::{Allowed, IdPath},
};

/// Forget a batch and its archive; one that is under way is cancelled. The work orders that it made stay.
#[utoipa::path(
    delete,
    path = "/v0.2/batches/{id}",
    tag = "Batches",
    params(("id" = uuid::Uuid, Path, description = "Id of the batch")),
    responses((status = 204, description = "Forgotten"), Denied, NoSuchBatch)
)]
pub(crate) async fn delete(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::SendBatch>,
    IdPath(id): IdPath<BatchId>,
) -> Result<StatusCode, ApiError> {
    state.system.delete_batch(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
