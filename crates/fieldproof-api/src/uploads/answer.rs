//! What is answered: how far the archive is, in the words of Google's protocol.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use fieldproof_app::{
    AppError, Missing,
    batch::{UploadError, Uploaded},
};
use fieldproof_domain::batch::Refusal;

use crate::{batches::Batch, error::ApiError, request::UploadLinks};

/// Google's: the sender has given up.
pub(super) const GIVEN_UP: u16 = 499;

/// 308 while more is awaited, 200 when all is there. There is never a `Location`, which clients would follow.
pub(super) fn uploaded(uploaded: &Uploaded, links: &UploadLinks) -> Response {
    match uploaded {
        Uploaded::Held(held) => with_range(StatusCode::PERMANENT_REDIRECT.into_response(), *held),
        Uploaded::Complete(view) => {
            let held = view.batch.archive_bytes.unwrap_or_default();
            with_range(axum::Json(Batch::of(view, links)).into_response(), held)
        }
    }
}

/// The batch is cancelled.
pub(super) fn given_up() -> Response {
    let status = StatusCode::from_u16(GIVEN_UP).unwrap_or(StatusCode::BAD_REQUEST);
    ApiError::detail(status, "The batch is cancelled: nothing more is taken at this address.").into_response()
}

/// Says what is held, so that a sender who is refused knows where to go on.
pub(super) fn refused(error: UploadError) -> Response {
    let detail = |status, text: String| ApiError::detail(status, text).into_response();
    match error {
        UploadError::NotFound => ApiError::from(AppError::NotFound(Missing::Batch)).into_response(),
        UploadError::Gone(why) => detail(StatusCode::GONE, why),
        UploadError::Complete => detail(
            StatusCode::CONFLICT,
            "The archive is complete: who may send batches can cancel this one, by its id.".to_owned(),
        ),
        UploadError::Refused { refusal, held } => {
            let status = match refusal {
                Refusal::OverLimit { .. } => StatusCode::PAYLOAD_TOO_LARGE,
                _ => StatusCode::BAD_REQUEST,
            };
            with_range(detail(status, refusal.to_string()), held)
        }
        UploadError::Silent { held } => {
            let text = "The body stopped coming: go on behind what is held, as Range says.".to_owned();
            with_range(detail(StatusCode::REQUEST_TIMEOUT, text), held)
        }
        UploadError::Mismatch(mismatch) => detail(
            StatusCode::BAD_REQUEST,
            format!("{mismatch}: nothing of it was kept. Send it again, from its first byte."),
        ),
        UploadError::Busy { retry_after } => {
            let text = "Too many archives are being sent at once: try again.".to_owned();
            let mut response = detail(StatusCode::SERVICE_UNAVAILABLE, text);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after.as_secs()));
            response
        }
        UploadError::App(error) => ApiError::of_upload(error).into_response(),
    }
}

/// `Range: bytes=0-<last>`; nothing when nothing is held.
fn with_range(mut response: Response, held: u64) -> Response {
    if let Some(last) = held.checked_sub(1)
        && let Ok(value) = HeaderValue::from_str(&format!("bytes=0-{last}"))
    {
        response.headers_mut().insert(header::RANGE, value);
    }
    response
}
