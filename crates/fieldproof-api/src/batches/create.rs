//! `POST /v0.2/batches` (contract section 2.8).

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::LOCATION},
    response::Response,
};
use fieldproof_app::{
    batch::{BatchView, NewBatch},
    permit::act,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::wire::Batch;
use crate::{
    ApiState,
    answers::{BadRequest, Denied, InFlight, OtherRequest, StorageFull, Unavailable},
    error::ApiError,
    request::{Allowed, BODY_LIMIT, Fields, Plain, Repeatable, UploadLinks, WholeBody, json_object},
};

/// Google's clients begin an upload with it; what they compare in the end, only they know.
const OF_GOOGLE: HeaderName = HeaderName::from_static("x-upload-content-type");

/// A batch to make.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body; it is read by `Fields`, which reports every wrong field at once")]
pub(crate) struct NewBatchBody {
    /// What you call the archive; for people.
    #[schema(max_length = 255)]
    filename: Option<String>,
    /// What becomes of a work order for which there is one of the same name: `skip` passes it over, `append` adds its
    /// photos to the newest of that name, `fail` counts it as failed. `skip` unless given.
    #[schema(example = "skip")]
    on_existing: Option<String>,
}

/// Make a batch: the answer's `upload_url` takes its archive.
#[utoipa::path(
    post,
    path = "/v0.2/batches",
    tag = "Batches",
    params(("Idempotency-Key" = Option<String>, Header, description = "Of your choice, new for each request: sent again under it within 24 hours, the request is done once and answered the same")),
    request_body(content = NewBatchBody, description = "May be empty"),
    responses(
        (status = 201, description = "Made", body = Batch, headers(("Location" = String, description = "The `upload_url`, for clients of Google's protocol"))),
        BadRequest, Denied, InFlight, OtherRequest, StorageFull, Unavailable
    )
)]
pub(crate) async fn create(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::SendBatch>,
    links: UploadLinks,
    repeatable: Repeatable,
    headers: HeaderMap,
    WholeBody(body): WholeBody<BODY_LIMIT>,
) -> Result<Response, ApiError> {
    let body = if body.is_empty() { Default::default() } else { json_object(&body)?.into() };
    let mut fields = Fields::new(body);
    let new = NewBatch {
        filename: fields.text("filename"),
        on_existing: fields.text("on_existing"),
        md5_wanted: headers.contains_key(OF_GOOGLE),
    };
    fields.finish()?;
    let answer = repeatable.answered(StatusCode::CREATED, Plain(|view: &BatchView| Batch::of(view, &links)));
    let view = state.system.create_batch(&caller, new, &answer).await?;
    let mut response = answer.respond(&view).await?;
    // Where clients of Google's protocol look for the address.
    if let Ok(address) = HeaderValue::from_str(&links.to(view.batch.id)) {
        response.headers_mut().insert(LOCATION, address);
    }
    Ok(response)
}
