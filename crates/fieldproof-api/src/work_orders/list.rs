//! `GET /v0.2/work-orders/`.

use axum::{
    Json,
    extract::{RawQuery, State},
};
use fieldproof_app::permit::act;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    list_query::{self, ListParameters},
    render,
    wire::WorkOrder,
};
use crate::{
    ApiState,
    answers::{BadRequest, Denied},
    error::ApiError,
    request::{Allowed, LinkTable, PageLinks, PreferredLanguage},
};

/// A page of work orders.
#[derive(Serialize, ToSchema)]
pub(crate) struct WorkOrderList {
    /// Address of the page with older ones; null on the last.
    next: Option<String>,
    /// Address of the page with newer ones; null on the first.
    previous: Option<String>,
    /// Newest first, as retrieved with `include_inputs=false`.
    results: Vec<WorkOrder>,
}

/// List work orders, newest first. Following `next`, a caller sees each work order once, whatever others create and
/// delete meanwhile.
#[utoipa::path(
    get,
    path = "/v0.2/work-orders",
    tag = "Work orders",
    params(ListParameters),
    responses((status = 200, description = "A page of work orders", body = WorkOrderList), BadRequest, Denied)
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::ListWorkOrders>,
    language: PreferredLanguage,
    links: PageLinks,
    RawQuery(query): RawQuery,
) -> Result<Json<WorkOrderList>, ApiError> {
    let request = list_query::read(query.as_deref().unwrap_or_default())?;
    let page = state.system.list_work_orders(&caller, request).await?;
    let link = |to| links.to(&caller, to);
    let no_photos = LinkTable::default();
    Ok(Json(WorkOrderList {
        next: page.neighbours.next.map(link),
        previous: page.neighbours.previous.map(link),
        results: page.orders.iter().map(|view| render::work_order(view, &no_photos, language)).collect(),
    }))
}
