//! `GET /files/…`: photos and examples behind signed links, without a token.

use axum::{
    body::Body,
    extract::{RawQuery, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use fieldproof_app::{AppError, Missing, exports::KEPT};
use fieldproof_domain::media::media_type;

use crate::{ApiState, error::ApiError, request::TextPath};

/// A file up to this size, as every photo is, is read at once.
const IN_MEMORY: u64 = 8 * 1024 * 1024;

pub(crate) async fn file(
    State(state): State<ApiState>,
    TextPath(key): TextPath,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let query = query.unwrap_or_default();
    let parameter = |name: &str| url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name);
    let expires = parameter("Expires").and_then(|(_, value)| value.parse::<i64>().ok());
    let (Some(expires), Some((_, signature))) = (expires, parameter("Signature")) else {
        return Err(AppError::NotFound(Missing::File).into());
    };
    let found = state.system.open_link(&key, expires, &signature).await?;
    let size = found.size();
    let body = if size <= IN_MEMORY {
        Body::from(found.bytes().await.map_err(AppError::from)?)
    } else {
        Body::from_stream(found.pieces())
    };
    let left = (expires - state.system.now().timestamp()).max(0);
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(&key)));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // A mailed file is erased with any work order that it tells of: no browser may keep it for longer.
    let kept =
        if key.starts_with(KEPT) { "no-store".to_owned() } else { format!("private, max-age={left}, immutable") };
    if let Ok(value) = HeaderValue::from_str(&kept) {
        headers.insert(header::CACHE_CONTROL, value);
    }
    Ok(response)
}
