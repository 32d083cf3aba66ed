//! Answers of requests that may be repeated: rendered once, kept with what was done, and sent.

use std::{
    convert::Infallible,
    future::Future,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use fieldproof_app::{
    AppError,
    repeat::{Attempt, Keep, StoredAnswer, Writer, keep_answer},
};
use serde::Serialize;

use crate::error::ApiError;

/// The attempt that a request with an `Idempotency-Key` is; put into the request by [`crate::service`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Repeatable {
    attempt: Option<Attempt>,
    /// Set once the answer was given to be kept.
    kept: Arc<AtomicBool>,
}

impl Repeatable {
    pub(crate) fn new(attempt: Attempt) -> Self {
        Self { attempt: Some(attempt), kept: Arc::default() }
    }

    /// Whether a use case has kept its answer with what it did.
    pub(crate) fn is_kept(&self) -> bool {
        self.kept.load(Ordering::Acquire)
    }

    /// How the answer to an outcome is rendered: with this status and this body.
    pub(crate) fn answered<R>(self, status: StatusCode, render: R) -> Answered<R> {
        Answered { repeatable: self, status, render, body: OnceLock::new() }
    }
}

impl<S: Sync> FromRequestParts<S> for Repeatable {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

/// From an outcome to a body.
pub(crate) trait Render<T>: Send + Sync {
    /// What is sent as JSON.
    type Body: Serialize;

    fn render(&self, outcome: &T) -> impl Future<Output = Result<Self::Body, AppError>> + Send;
}

/// Rendering that waits for nothing.
pub(crate) struct Plain<F>(pub(crate) F);

impl<T: Sync, B: Serialize, F: Fn(&T) -> B + Send + Sync> Render<T> for Plain<F> {
    type Body = B;

    async fn render(&self, outcome: &T) -> Result<B, AppError> {
        Ok(self.0(outcome))
    }
}

/// An answer to come.
pub(crate) struct Answered<R> {
    repeatable: Repeatable,
    status: StatusCode,
    render: R,
    /// Rendered when it was kept: what is sent is the same to the letter.
    body: OnceLock<String>,
}

impl<R> Answered<R> {
    /// The answer to what was done.
    pub(crate) async fn respond<T>(self, outcome: &T) -> Result<Response, ApiError>
    where
        R: Render<T>,
    {
        let body = match self.body.into_inner() {
            Some(body) => body,
            None => body(&self.render, outcome).await?,
        };
        Ok(json_response(self.status, body))
    }
}

impl<T: Sync, R: Render<T>> Keep<T> for Answered<R> {
    async fn keep(&self, writer: &mut Writer, outcome: &T) -> Result<(), AppError> {
        let Some(attempt) = &self.repeatable.attempt else { return Ok(()) };
        let body = body(&self.render, outcome).await?;
        let body = self.body.get_or_init(|| body).clone();
        keep_answer(writer, attempt, &StoredAnswer { status: self.status.as_u16(), body }).await?;
        self.repeatable.kept.store(true, Ordering::Release);
        Ok(())
    }
}

async fn body<T, R: Render<T>>(render: &R, outcome: &T) -> Result<String, AppError> {
    let body = render.render(outcome).await?;
    serde_json::to_string(&body).map_err(|error| AppError::Internal(error.to_string()))
}

/// A body that is JSON already.
pub(crate) fn json_response(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}
