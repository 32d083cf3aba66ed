//! Reads what a handler left of a body before the answer goes out.
//!
//! Most clients send the whole photo before they look for an answer. A server that answers "no such token" and closes
//! the connection on unread bytes makes them report a broken connection instead.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, BodyDataStream, HttpBody as _},
    extract::Request,
    http::header,
    response::Response,
};
use futures::{StreamExt as _, stream};
use tokio::sync::Mutex;

/// More than this of an unwanted body, in bytes, is not read.
const MOST: usize = 64 * 1024 * 1024;
/// An unwanted body is read for no longer than this.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn drain<F: Future<Output = Response>>(request: Request, next: impl FnOnce(Request) -> F) -> Response {
    // Who sends `Expect: 100-continue` has not sent the body yet and does not want to for nothing.
    if request.body().is_end_stream() || request.headers().contains_key(header::EXPECT) {
        return next(request).await;
    }
    let (head, body) = request.into_parts();
    let body = Arc::new(Mutex::new(body.into_data_stream()));
    let lent = stream::unfold(Arc::clone(&body), |body| async {
        let chunk = body.lock().await.next().await?;
        Some((chunk, body))
    });
    let response = next(Request::from_parts(head, Body::from_stream(lent))).await;
    // Out of patience: the answer goes out all the same.
    let _ = tokio::time::timeout(PATIENCE, discard(&mut *body.lock().await)).await;
    response
}

async fn discard(body: &mut BodyDataStream) {
    let mut seen = 0;
    while let Some(Ok(chunk)) = body.next().await {
        seen += chunk.len();
        if seen > MOST {
            return;
        }
    }
}
