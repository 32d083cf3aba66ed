//! `GET /v0.2/exports`.

use axum::{Json, extract::State};
use fieldproof_app::{exports::Manager, permit::act};
use serde::Serialize;
use utoipa::ToSchema;

use super::wire::Export;
use crate::{ApiState, answers::Denied, error::ApiError, request::Allowed};

/// The exports of a site, which are a hundred at most.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportList {
    /// Newest first.
    results: Vec<Export>,
}

/// List the exports of the site that you may manage, newest first.
#[utoipa::path(
    get,
    path = "/v0.2/exports",
    tag = "Exports",
    responses((status = 200, description = "All of them", body = ExportList), Denied)
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::ManageExports>,
) -> Result<Json<ExportList>, ApiError> {
    let views = state.system.list_exports(Manager::Caller(&caller)).await?;
    Ok(Json(ExportList { results: views.iter().map(Export::of).collect() }))
}
