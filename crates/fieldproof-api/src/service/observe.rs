//! One id, one log line and two metrics for each request. Headers and queries are never logged as they are: tokens and
//! the signatures of links are in them.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, Method},
    response::Response,
};
use tracing::Instrument as _;

use crate::{ApiState, request::Origin};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest request id that is taken over from a caller.
const MAX_ID_LENGTH: usize = 64;

pub(super) async fn observe<F: Future<Output = Response>>(
    state: &ApiState,
    request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response {
    let start = Instant::now();
    let id = given_id(&request).unwrap_or_else(|| state.system.new_request_id());
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    // By route, not by path: ids in labels would make a new time series for every work order.
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let client = request.extensions().get::<Origin>().and_then(|origin| origin.client).map(tracing::field::display);
    let span = tracing::info_span!("request", id, %method, path, client);
    let mut response = next(request).instrument(span.clone()).await;
    let took = start.elapsed();
    let status = response.status().as_u16();
    span.in_scope(|| tracing::info!(status, ms = took.as_secs_f64() * 1000.0, "answered"));
    let labels = [("method", known(&method).to_owned()), ("route", route), ("status", status.to_string())];
    metrics::counter!("fieldproof_http_requests_total", &labels).increment(1);
    metrics::histogram!("fieldproof_http_request_seconds", &labels[..2]).record(took);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// The method for a label. Anybody can make up methods, and each would be a new time series.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// The caller's own id, if it is short and harmless in a log.
fn given_id(request: &Request) -> Option<String> {
    let id = request.headers().get(REQUEST_ID)?.to_str().ok()?;
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (!id.is_empty() && id.len() <= MAX_ID_LENGTH && id.bytes().all(harmless)).then(|| id.to_owned())
}
