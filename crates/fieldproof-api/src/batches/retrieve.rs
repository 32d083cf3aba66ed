//! `GET /v0.2/batches/{id}` (contract section 2.8).

use axum::{Json, extract::State};
use fieldproof_app::permit::act;
use fieldproof_domain::ids::BatchId;

use super::wire::Batch;
use crate::{
    ApiState,
    answers::{Denied, NoSuchBatch},
    error::ApiError,
    request::{Allowed, IdPath, UploadLinks},
};

/// Retrieve a batch: its status, its counts, where its archive goes.
#[utoipa::path(
    get,
    path = "/v0.2/batches/{id}",
    tag = "Batches",
    params(("id" = uuid::Uuid, Path, description = "Id of the batch")),
    responses((status = 200, description = "The batch", body = Batch), Denied, NoSuchBatch)
)]
pub(crate) async fn retrieve(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::SendBatch>,
    IdPath(id): IdPath<BatchId>,
    links: UploadLinks,
) -> Result<Json<Batch>, ApiError> {
    Ok(Json(Batch::of(&state.system.batch(&caller, id).await?, &links)))
}
