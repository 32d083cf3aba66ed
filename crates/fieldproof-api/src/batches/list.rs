//! `GET /v0.2/batches`.

use axum::{
    Json,
    extract::{RawQuery, State},
};
use fieldproof_app::permit::act;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::wire::Batch;
use crate::{
    ApiState,
    answers::{BadRequest, Denied},
    error::ApiError,
    request::{Allowed, PageLinks, QueryFields, UploadLinks},
};

/// Batches on a page when the caller does not say how many.
const DEFAULT_LIMIT: u32 = 20;
/// The most on a page: each is counted anew.
const MAX_LIMIT: u32 = 100;

/// The parameters as the OpenAPI document shows them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query; it is read by `QueryFields`, which reports every wrong one at once")]
pub(crate) struct ListParameters {
    /// Batches on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// Where the page begins: as it stands in `next` and `previous`.
    cursor: Option<String>,
}

/// A page of batches.
#[derive(Serialize, ToSchema)]
pub(crate) struct BatchList {
    /// Address of the page with older ones; null on the last.
    next: Option<String>,
    /// Address of the page with newer ones; null on the first.
    previous: Option<String>,
    /// Newest first.
    results: Vec<Batch>,
}

/// List batches, newest first.
#[utoipa::path(
    get,
    path = "/v0.2/batches",
    tag = "Batches",
    params(ListParameters),
    responses((status = 200, description = "A page of batches", body = BatchList), BadRequest, Denied)
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::SendBatch>,
    links: UploadLinks,
    pages: PageLinks,
    RawQuery(query): RawQuery,
) -> Result<Json<BatchList>, ApiError> {
    let mut fields = QueryFields::new(query.as_deref().unwrap_or_default());
    let limit = fields.page_limit(MAX_LIMIT, DEFAULT_LIMIT);
    let cursor = fields.cursor();
    fields.finish()?;
    let page = state.system.list_batches(&caller, cursor, limit).await?;
    let link = |to| pages.to(&caller, to);
    Ok(Json(BatchList {
        next: page.neighbours.next.map(link),
        previous: page.neighbours.previous.map(link),
        results: page.batches.iter().map(|view| Batch::of(view, &links)).collect(),
    }))
}
