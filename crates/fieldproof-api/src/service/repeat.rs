//! `Idempotency-Key`: a POST or PATCH that is sent again under its key is done once and answered the same.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use fieldproof_app::{
    AppError,
    repeat::{Attempt, Repeat, StoredAnswer},
};
use sha2::{Digest as _, Sha256};
use tracing::Instrument as _;

use crate::{
    ApiState,
    error::ApiError,
    request::{ANALYSIS_BODY_LIMIT, Repeatable, caller, json_response, whole_body},
};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// Longest key.
const MAX_KEY_LENGTH: usize = 255;

pub(super) async fn repeat(state: &ApiState, request: Request, next: Next) -> Response {
    let may_be_repeated = matches!(*request.method(), Method::POST | Method::PATCH);
    if !may_be_repeated || !request.headers().contains_key(KEY) {
        return next.run(request).await;
    }
    // In a box: every request would carry the room for it along, and only few have a key.
    Box::pin(once(state.clone(), request, next)).await.unwrap_or_else(ApiError::into_response)
}

async fn once(state: ApiState, request: Request, next: Next) -> Result<Response, ApiError> {
    let key = key(request.headers())?;
    let (mut parts, body) = request.into_parts();
    let caller = caller(&parts, &state).await?;
    let body = whole_body(Request::from_parts(parts.clone(), body), ANALYSIS_BODY_LIMIT).await?;
    let mut hash = Sha256::new();
    for part in [parts.method.as_str(), parts.uri.path(), parts.uri.query().unwrap_or_default()] {
        hash.update(part);
        hash.update(b"\n");
    }
    hash.update(&body);
    let attempt = match state.system.begin_repeatable(&caller, &key, &hash.finalize().into()).await? {
        Repeat::First(attempt) => attempt,
        Repeat::Again(answer) => return Ok(again(answer)),
        Repeat::InFlight => return Err(AppError::Overtaken.into()),
        Repeat::Other => {
            let detail = "This Idempotency-Key was given with another request: use a new one for each request.";
            return Err(ApiError::detail(StatusCode::UNPROCESSABLE_ENTITY, detail));
        }
    };
    let repeatable = Repeatable::new(attempt.clone());
    parts.extensions.insert(repeatable.clone());
    parts.extensions.insert(caller);
    let request = Request::from_parts(parts, Body::from(body));
    // On a task of its own: a client that hangs up half-way must not leave its key in flight.
    let done = async move {
        let response = next.run(request).await;
        settle(&state, &attempt, repeatable.is_kept(), response).await
    };
    tokio::spawn(done.in_current_span()).await.map_err(|failure| AppError::Internal(failure.to_string()).into())
}

/// Keeps the answer of what was done, unless that was kept already; frees the key of what was not.
async fn settle(state: &ApiState, attempt: &Attempt, is_kept: bool, response: Response) -> Response {
    let result = match (response.status().is_success(), is_kept) {
        (true, true) => return response,
        (true, false) => {
            let (parts, body) = response.into_parts();
            // What the API answers was in memory whole before it became a body.
            let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
            let text = String::from_utf8_lossy(&body).into_owned();
            let answer = StoredAnswer { status: parts.status.as_u16(), body: text };
            let kept = state.system.keep_unchanged(attempt, &answer).await;
            (kept, Response::from_parts(parts, Body::from(body)))
        }
        (false, _) => (state.system.release(attempt).await, response),
    };
    if let (Err(error), _) = &result {
        tracing::warn!(%error, "the key of a request stays in flight until its time is over");
    }
    result.1
}

fn again(answer: StoredAnswer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = json_response(status, answer.body);
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

fn key(headers: &HeaderMap) -> Result<String, ApiError> {
    let key = headers.get(KEY).and_then(|value| value.to_str().ok()).unwrap_or_default().trim();
    if key.is_empty() || key.len() > MAX_KEY_LENGTH {
        let detail = format!("The Idempotency-Key must have 1 to {MAX_KEY_LENGTH} visible ASCII characters.");
        return Err(ApiError::detail(StatusCode::BAD_REQUEST, detail));
    }
    Ok(key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_short_and_visible() {
        let read = |value: &str| {
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            key(&[(KEY, value)].into_iter().collect()).ok()
        };
        assert_eq!(read(" order-17 ").as_deref(), Some("order-17"));
        assert_eq!(read(&"x".repeat(255)).map(|key| key.len()), Some(255));
        for bad in ["", "   ", "é", &"x".repeat(256)] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
