//! `POST /v0.2/exports/{id}/test`.

use axum::{Json, extract::State};
use fieldproof_app::{
    exports::{Manager, ProbeStep},
    permit::act,
};
use fieldproof_domain::ids::ExportId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    ApiState,
    answers::{BadRequest, Denied, NoSuchExport},
    error::ApiError,
    request::{Allowed, IdPath},
};

/// Whether an export can deliver.
#[derive(Serialize, ToSchema)]
pub(crate) struct Probe {
    /// Everything worked.
    ok: bool,
    /// What was tried, in its order; with the first that failed it ends.
    steps: Vec<Step>,
}

/// One thing that was tried.
#[derive(Serialize, ToSchema)]
pub(crate) struct Step {
    /// connect, write, read or remove.
    #[schema(example = "write")]
    step: &'static str,
    ok: bool,
    /// The kind of failure, for programs: settings, forbidden_address, unreachable, identity, refused, missing, full or
    /// interrupted.
    #[schema(example = "refused")]
    code: Option<&'static str>,
    /// What is wrong, which permission is missing, and what to do.
    error: Option<String>,
}

/// Try whether an export can deliver: a small file is written to its place, looked at and removed.
#[utoipa::path(
    post,
    path = "/v0.2/exports/{id}/test",
    tag = "Exports",
    params(("id" = uuid::Uuid, Path, description = "Id of the export")),
    responses((status = 200, description = "What worked and what did not", body = Probe), BadRequest, Denied, NoSuchExport)
)]
pub(crate) async fn probe(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::ManageExports>,
    IdPath(id): IdPath<ExportId>,
) -> Result<Json<Probe>, ApiError> {
    let probed = state.system.probe_export(Manager::Caller(&caller), id).await?;
    let step = |step: &ProbeStep| Step {
        step: step.name,
        ok: step.error.is_none(),
        code: step.error.as_ref().map(|error| error.trouble.as_str()),
        error: step.error.as_ref().map(ToString::to_string),
    };
    let steps: Vec<_> = probed.steps.iter().map(step).collect();
    Ok(Json(Probe { ok: steps.iter().all(|step| step.ok), steps }))
}
