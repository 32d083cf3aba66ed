//! `GET /v0.2/work-orders/{id}/` (contract section 2.4).

use axum::{
    Json,
    extract::{RawQuery, State},
};
use fieldproof_app::permit::act;
use fieldproof_domain::ids::WorkOrderId;

use super::{render, wire::WorkOrder};
use crate::{
    ApiState,
    answers::{BadRequest, Denied, NoSuchWorkOrder},
    error::ApiError,
    request::{Allowed, IdPath, PhotoLinks, PreferredLanguage, QueryFields},
};

/// Retrieve a work order.
#[utoipa::path(
    get,
    path = "/v0.2/work-orders/{id}",
    tag = "Work orders",
    params(
        ("id" = uuid::Uuid, Path, description = "Id of the work order"),
        ("include_inputs" = Option<bool>, Query, description = "Default true. `false` leaves out `inputs` and every `analyzed_inputs`, and is faster.")
    ),
    responses(
        (status = 200, description = "The work order", body = WorkOrder),
        BadRequest, Denied, NoSuchWorkOrder
    )
)]
pub(crate) async fn retrieve(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::RetrieveWorkOrder>,
    IdPath(id): IdPath<WorkOrderId>,
    language: PreferredLanguage,
    links: PhotoLinks,
    RawQuery(query): RawQuery,
) -> Result<Json<WorkOrder>, ApiError> {
    let mut query = QueryFields::new(query.as_deref().unwrap_or_default());
    let include_inputs = query.booleans("include_inputs").first().copied().unwrap_or(true);
    query.finish()?;
    let view = state.system.retrieve_work_order(&caller, id, include_inputs).await?;
    let links = links.to_photos(view.inputs.as_deref().unwrap_or_default()).await?;
    Ok(Json(render::work_order(&view, &links, language)))
}
