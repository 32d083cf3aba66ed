//! `/healthz`, `/readyz`, `/metrics`: for operators and their tools, without a token.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use serde_json::{Value, json};

use crate::ApiState;

/// The process is alive.
pub(crate) async fn healthz() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// The process can do its work: 200, or 503 with what is wrong.
pub(crate) async fn readyz(State(state): State<ApiState>) -> (StatusCode, Json<Value>) {
    let readiness = state.system.readiness().await;
    let line = |result: &Result<(), String>| match result {
        Ok(()) => json!("ok"),
        Err(reason) => json!(reason),
    };
    let status = if readiness.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({
        "status": if readiness.is_ready() { "ok" } else { "not ready" },
        "database": line(&readiness.database),
        "blobs": line(&readiness.blobs),
        "models": line(&readiness.models),
        "engine": match &readiness.engine {
            Ok(engine) | Err(engine) => engine,
        },
    });
    (status, Json(body))
}

/// Prometheus' text format.
pub(crate) async fn metrics(State(state): State<ApiState>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], state.metrics.render())
}
