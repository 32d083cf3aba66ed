//! Request bodies: JSON objects of bounded size.

use std::{borrow::Cow, time::Duration};

use axum::{
    extract::{FromRequest, Request},
    http::{StatusCode, header},
};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use serde_json::{Map, Value};
use serde_json_borrow::{ObjectAsVec, Value as Borrowed};

use crate::error::ApiError;

/// Bytes of a body without photos.
pub(crate) const BODY_LIMIT: usize = 1024 * 1024;
/// Bytes of a body with a photo or a PDF document: 8 MB in Base64, and the rest.
pub(crate) const ANALYSIS_BODY_LIMIT: usize = 12 * 1024 * 1024;
/// A body may be slow, as a phone's network is, but not silent for longer than this.
pub(crate) const SILENCE: Duration = Duration::from_secs(30);

/// A JSON object of at most `LIMIT` bytes.
pub(crate) struct JsonBody<const LIMIT: usize>(pub(crate) Map<String, Value>);

/// A body of at most `LIMIT` bytes, to be read by [`json_object`] as long as it lives.
pub(crate) struct WholeBody<const LIMIT: usize>(pub(crate) Bytes);

impl<S: Sync, const LIMIT: usize> FromRequest<S> for JsonBody<LIMIT> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let body = whole_body(request, LIMIT).await?;
        Ok(Self(json_object(&body)?.into()))
    }
}

impl<S: Sync, const LIMIT: usize> FromRequest<S> for WholeBody<LIMIT> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        whole_body(request, LIMIT).await.map(Self)
    }
}

/// The JSON object in a body. Its texts stay in the body, so that a photo of megabytes is not copied.
pub(crate) fn json_object(body: &[u8]) -> Result<ObjectAsVec<'_>, ApiError> {
    let value: Borrowed<'_> = serde_json::from_slice(body)
        .map_err(|error| ApiError::detail(StatusCode::BAD_REQUEST, format!("The body is not JSON: {error}.")))?;
    // PostgreSQL cannot keep it; refused everywhere, so that behaviour does not depend on the database.
    if has_nul(&value) {
        return Err(ApiError::detail(StatusCode::BAD_REQUEST, "The body holds the character U+0000."));
    }
    let Borrowed::Object(fields) = value else {
        return Err(ApiError::detail(StatusCode::BAD_REQUEST, "The body must be a JSON object."));
    };
    Ok(fields)
}

/// The whole body of a request.
pub(crate) async fn whole_body(request: Request, limit: usize) -> Result<Bytes, ApiError> {
    let announced = request.headers().get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|value| value.to_str().ok()?.parse::<usize>().ok()).unwrap_or_default();
    if announced > limit {
        return Err(too_large(limit));
    }
    let mut body = request.into_body();
    let mut kept = BytesMut::with_capacity(announced);
    loop {
        let frame = tokio::time::timeout(SILENCE, body.frame()).await.map_err(|_| {
            ApiError::detail(StatusCode::REQUEST_TIMEOUT, "The body stopped coming: send the request again.")
        })?;
        let Some(frame) = frame else { break };
        let frame = frame.map_err(|_| ApiError::detail(StatusCode::BAD_REQUEST, "The body was cut off."))?;
        let Ok(data) = frame.into_data() else { continue };
        if kept.len() + data.len() > limit {
            return Err(too_large(limit));
        }
        kept.extend_from_slice(&data);
    }
    Ok(kept.freeze())
}

fn too_large(limit: usize) -> ApiError {
    ApiError::detail(StatusCode::PAYLOAD_TOO_LARGE, format!("The body has more than {limit} bytes."))
}

fn has_nul(value: &Borrowed<'_>) -> bool {
    match value {
        // As it stands in the body, it can hold none: in JSON, U+0000 takes an escape.
        Borrowed::Str(Cow::Borrowed(_)) => false,
        Borrowed::Str(Cow::Owned(text)) => text.contains('\0'),
        Borrowed::Array(items) => items.iter().any(has_nul),
        Borrowed::Object(fields) => fields.iter().any(|(key, value)| key.contains('\0') || has_nul(value)),
        _ => false,
    }
}
