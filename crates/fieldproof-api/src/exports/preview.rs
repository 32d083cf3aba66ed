//! `GET /v0.2/exports/preview`: the lines of a window at once.

use axum::{
    body::Body,
    extract::{RawQuery, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use fieldproof_app::{AppError, permit::act};
use fieldproof_domain::export::ExportType;
use futures::stream;
use utoipa::IntoParams;

use crate::{
    ApiState,
    answers::{BadRequest, Busy, Denied},
    error::ApiError,
    request::{Allowed, QueryFields},
};

/// The parameters as the OpenAPI document shows them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query; it is read by `QueryFields`")]
pub(crate) struct PreviewParameters {
    /// `work-orders-timeline`: every photo; `work-orders-states`: the last one of each work item.
    #[param(default = "work-orders-timeline")]
    export_type: Option<String>,
    /// Created or updated then or later: ISO 8601 with `Z` or an offset, or a date (its first moment in UTC). Left out: ever.
    #[param(example = "2025-03-16T00:00:00Z")]
    from: Option<String>,
    /// Created or updated before, not then. Left out: until now.
    #[param(example = "2025-03-17T00:00:00Z")]
    to: Option<String>,
}

/// Look at what an export would write: one JSON object a line for each work order of the site that was created or updated in
/// the interval.
#[utoipa::path(
    get,
    path = "/v0.2/exports/preview",
    tag = "Exports",
    params(PreviewParameters),
    responses(
        (status = 200, description = "The lines", content((String = "application/jsonl"))),
        BadRequest, Denied, Busy
    )
)]
pub(crate) async fn preview(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::ManageExports>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let mut fields = QueryFields::new(query.as_deref().unwrap_or_default());
    let kind = match fields.text("export_type") {
        None => ExportType::default(),
        Some(word) => ExportType::from_word(&word).unwrap_or_else(|| {
            let known = ExportType::ALL.map(ExportType::as_str).join(" or ");
            fields.add("export_type", format!("'export_type' must be {known}."));
            ExportType::default()
        }),
    };
    let from = fields.times("from").into_iter().max();
    let to = fields.times("to").into_iter().min();
    fields.refuse_unread();
    fields.finish()?;
    let mut preview = state.system.preview_export(&caller, kind, (from, to)).await?;
    // The first lines at once, so that a failure is still answered as one.
    let first = preview.next().await?;
    let pages = stream::try_unfold((first, preview), |(first, mut preview)| async move {
        let page = match first {
            Some(page) => Some(page),
            None => preview.next().await?,
        };
        Ok::<_, AppError>(page.map(|page| (Bytes::from(page), (None, preview))))
    });
    Ok(([(header::CONTENT_TYPE, "application/jsonl")], Body::from_stream(pages)).into_response())
}
