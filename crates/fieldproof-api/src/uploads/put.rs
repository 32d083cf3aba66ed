//! `PUT /uploads/{id}` (contract section 4.3).

use axum::{
    extract::{Request, State},
    response::{IntoResponse as _, Response},
};
use fieldproof_app::AppError;
use tracing::Instrument as _;

use super::{
    address::OpenUpload,
    answer::{refused, uploaded},
    body::frames,
    headers,
};
use crate::{
    ApiState,
    answers::{NoSuchBatch, StorageFull, TooLarge, Unavailable},
    batches::Batch,
    error::ApiError,
    request::UploadLinks,
};

/// Send a batch's archive, or a part of it, or ask what is held of it.
///
/// The address is the batch's `upload_url`. The archive may come in one request or in parts, one after the other; what came
/// before a connection broke is kept, and `Range` says how much that is.
#[utoipa::path(
    put,
    path = "/uploads/{id}",
    tag = "Batches",
    security(()),
    params(
        ("id" = uuid::Uuid, Path, description = "Id of the batch"),
        ("upload_id" = String, Query, description = "The secret in the batch's `upload_url`; no token is asked for"),
        ("Content-Range" = Option<String>, Header, description = "`bytes first-last/size` or `bytes first-last/*`: the body is a part; `bytes */size` or `bytes */*`: there is no body, what is held is asked for; missing: the body is the whole archive", example = "bytes 0-524287/6000000"),
        ("X-Goog-Hash" = Option<String>, Header, description = "`crc32c=…`, `md5=…` or both, in Base64: compared when the archive is complete", example = "crc32c=n03x6A==")
    ),
    request_body(content = String, content_type = "application/octet-stream", description = "Bytes of the archive"),
    responses(
        (status = 200, description = "The archive is complete, now or since before; `Range` names all of it", body = Batch, headers(("Range" = String, description = "`bytes=0-<last>`"))),
        (status = 308, description = "What is held, and more is awaited. No redirect: there is no `Location`", headers(("Range" = Option<String>, description = "`bytes=0-<last>`; missing when nothing is held"))),
        (status = 400, description = "The request does not fit what is held, or the checksum is another; nothing of its body was taken", content_type = "application/json", body = serde_json::Value, example = json!({"detail": "The bytes from 524288 to 1048575 are missing: go on at byte 524288."})),
        (status = 408, description = "The body stopped coming; what came is kept", content_type = "application/json", body = serde_json::Value),
        (status = 410, description = "The address has expired, or the batch was cancelled or has failed", content_type = "application/json", body = serde_json::Value),
        NoSuchBatch, TooLarge, StorageFull, Unavailable
    )
)]
pub(crate) async fn put(
    State(state): State<ApiState>,
    OpenUpload(upload): OpenUpload,
    links: UploadLinks,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let said = match headers::read(&parts.headers) {
        Ok(said) => said,
        Err(error) => return error.into_response(),
    };
    // On a task of its own: what came before its sender hung up is to be kept, and counted.
    let taking = async move { state.system.put_upload(upload, said, frames(body)).await };
    match tokio::spawn(taking.in_current_span()).await {
        Ok(Ok(done)) => uploaded(&done, &links),
        Ok(Err(error)) => refused(error),
        Err(failure) => ApiError::from(AppError::Internal(failure.to_string())).into_response(),
    }
}
