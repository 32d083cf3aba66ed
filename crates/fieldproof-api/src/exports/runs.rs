//! `GET /v0.2/exports/{id}/runs`.

use axum::{
    Json,
    extract::{RawQuery, State},
};
use fieldproof_app::{exports::Manager, permit::act};
use fieldproof_domain::ids::ExportId;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::wire::ExportRun;
use crate::{
    ApiState,
    answers::{BadRequest, Denied, NoSuchExport},
    error::ApiError,
    request::{Allowed, IdPath, PageLinks, QueryFields},
};

/// Windows on a page when the caller does not say how many.
const DEFAULT_LIMIT: u32 = 20;
/// The most on a page.
const MAX_LIMIT: u32 = 100;

/// The parameters as the OpenAPI document shows them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query; it is read by `QueryFields`, which reports every wrong one at once")]
pub(crate) struct RunsParameters {
    /// Windows on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// Where the page begins: as it stands in `next` and `previous`.
    cursor: Option<String>,
}

/// A page of windows.
#[derive(Serialize, ToSchema)]
pub(crate) struct RunList {
    /// Address of the page with older ones; null on the last.
    next: Option<String>,
    /// Address of the page with newer ones; null on the first.
    previous: Option<String>,
    /// Newest first.
    results: Vec<ExportRun>,
}

/// The history of an export: its windows, newest first, each with what became of it.
#[utoipa::path(
    get,
    path = "/v0.2/exports/{id}/runs",
    tag = "Exports",
    params(("id" = uuid::Uuid, Path, description = "Id of the export"), RunsParameters),
    responses((status = 200, description = "A page of windows", body = RunList), BadRequest, Denied, NoSuchExport)
)]
pub(crate) async fn runs(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::ManageExports>,
    IdPath(id): IdPath<ExportId>,
    pages: PageLinks,
    RawQuery(query): RawQuery,
) -> Result<Json<RunList>, ApiError> {
    let mut fields = QueryFields::new(query.as_deref().unwrap_or_default());
    let limit = fields.page_limit(MAX_LIMIT, DEFAULT_LIMIT);
    let cursor = fields.cursor();
    fields.refuse_unread();
    fields.finish()?;
    let page = state.system.export_runs(Manager::Caller(&caller), id, cursor, limit).await?;
    let link = |to| pages.to(&caller, to);
    Ok(Json(RunList {
        next: page.neighbours.next.map(link),
        previous: page.neighbours.previous.map(link),
        results: page.runs.iter().map(ExportRun::of).collect(),
    }))
}
