//! `DELETE /v0.2/work-orders/{id}/` (contract section 2.3).

use axum::{extract::State, http::StatusCode};
use fieldproof_app::permit::act;
use fieldproof_domain::ids::WorkOrderId;

use crate::{
    ApiState,
    answers::{Denied, NoSuchWorkOrder},
    error::ApiError,
    request::{Allowed, IdPath},
};

/// Delete a work order, with its photos and everything that was said of them.
#[utoipa::path(
    delete,
    path = "/v0.2/work-orders/{id}",
    tag = "Work orders",
    params(("id" = uuid::Uuid, Path, description = "Id of the work order")),
    responses((status = 204, description = "Deleted"), Denied, NoSuchWorkOrder)
)]
pub(crate) async fn delete(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::DeleteWorkOrder>,
    IdPath(id): IdPath<WorkOrderId>,
) -> Result<StatusCode, ApiError> {
    state.system.delete_work_order(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
