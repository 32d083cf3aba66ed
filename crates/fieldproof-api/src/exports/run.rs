//! `POST /v0.2/exports/{id}/run`.

use axum::{extract::State, http::StatusCode, response::Response};
use fieldproof_app::{
    exports::{Manager, Run},
    permit::act,
};
use fieldproof_domain::ids::ExportId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::wire::ExportRun;
use crate::{
    ApiState,
    answers::{BadRequest, Denied, InFlight, NoSuchExport, OtherRequest, StorageFull, Unavailable},
    error::ApiError,
    request::{Allowed, BODY_LIMIT, Fields, IdPath, Plain, Repeatable, WholeBody, json_object},
};

/// Which window.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body; it is read by `Fields`, which reports every wrong field at once")]
pub(crate) struct RunBody {
    /// Created or updated then or later; a date alone begins by the export's `time_zone`.
    #[schema(example = "2025-03-16T00:00:00Z")]
    from: Option<String>,
    /// And before.
    #[schema(example = "2025-03-17T00:00:00Z")]
    to: Option<String>,
}

/// What is delivered now.
#[derive(Serialize, ToSchema)]
pub(crate) struct Started {
    /// One for each site.
    results: Vec<ExportRun>,
}

/// Deliver at once: the window that is given, also when it was delivered before (the same bytes, as long as they are kept);
/// without one, what waits for another try, or else the last window again.
#[utoipa::path(
    post,
    path = "/v0.2/exports/{id}/run",
    tag = "Exports",
    params(
        ("id" = uuid::Uuid, Path, description = "Id of the export"),
        ("Idempotency-Key" = Option<String>, Header, description = "Of your choice, new for each request: sent again under it within 24 hours, the request is done once and answered the same")
    ),
    request_body(content = RunBody, description = "May be empty"),
    responses(
        (status = 202, description = "On its way", body = Started),
        BadRequest, Denied, NoSuchExport, InFlight, OtherRequest, StorageFull, Unavailable
    )
)]
pub(crate) async fn run(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::ManageExports>,
    IdPath(id): IdPath<ExportId>,
    repeatable: Repeatable,
    WholeBody(body): WholeBody<BODY_LIMIT>,
) -> Result<Response, ApiError> {
    let body = if body.is_empty() { Default::default() } else { json_object(&body)?.into() };
    let mut fields = Fields::new(body);
    let window = match (fields.time("from"), fields.time("to")) {
        (Some(from), Some(to)) => Some((from, to)),
        (None, None) => None,
        (Some(_), None) => {
            missing(&mut fields, "to");
            None
        }
        (None, Some(_)) => {
            missing(&mut fields, "from");
            None
        }
    };
    fields.refuse_unread();
    fields.finish()?;
    let started = |runs: &Vec<Run>| Started { results: runs.iter().map(ExportRun::of).collect() };
    let answer = repeatable.answered(StatusCode::ACCEPTED, Plain(started));
    let runs = state.system.run_export(Manager::Caller(&caller), id, window, &answer).await?;
    answer.respond(&runs).await
}

/// Unless it is there and wrong.
fn missing(fields: &mut Fields, field: &str) {
    if fields.is_right(field) {
        fields.missing(field);
    }
}
