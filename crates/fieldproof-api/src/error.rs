//! Every error body of the API, in one place (contract sections 2.0-2.7).

use std::time::Duration;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use fieldproof_app::{AppError, Condition, FieldErrors, Missing, StoreError};
use serde_json::{Value, json};

/// When trying again is worth it after storage failed.
const STORAGE_RETRY: Duration = Duration::from_secs(5);

/// When trying again is worth it while the first of several equal requests is worked on.
const IN_FLIGHT_RETRY: Duration = Duration::from_secs(1);

/// An answer that is not a success.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    body: Value,
    retry_after: Option<Duration>,
}

impl ApiError {
    /// `{"detail": "…"}`.
    pub(crate) fn detail(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, body: json!({"detail": detail.into()}), retry_after: None }
    }

    /// No `Authorization: Token …`. The contract says 403, not 401.
    pub(crate) fn no_credentials() -> Self {
        Self::detail(StatusCode::FORBIDDEN, "Authentication credentials not provided.")
    }

    /// A token that is unknown or revoked.
    pub(crate) fn unknown_token() -> Self {
        Self::detail(StatusCode::FORBIDDEN, "No user found for such apiKey.")
    }

    /// A site that does not exist, or not for this user.
    pub(crate) fn no_such_site() -> Self {
        Self::detail(StatusCode::NOT_FOUND, "Site not found!")
    }

    /// A path that is none.
    pub(crate) fn no_such_path() -> Self {
        Self::detail(StatusCode::NOT_FOUND, "There is nothing at this address: see /docs.")
    }

    /// The unknown engineer of an update has another body than that of a creation (contract section 10.3).
    pub(crate) fn of_update(error: AppError) -> Self {
        match error {
            AppError::UnknownEngineer => Self {
                status: StatusCode::BAD_REQUEST,
                body: json!({"error": "Serialization error", "detail": unknown_engineer()}),
                retry_after: None,
            },
            other => other.into(),
        }
    }

    /// Where storage fails while an archive is sent, what came before is kept.
    pub(crate) fn of_upload(error: AppError) -> Self {
        let refused = Self::from(error);
        let detail = match refused.status {
            StatusCode::INSUFFICIENT_STORAGE => {
                "The server's storage is full, and its operator has to make room. What is held stays held."
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                "The server's storage cannot be used for now: try again. What is held stays held."
            }
            _ => return refused,
        };
        Self { body: json!({"detail": detail}), ..refused }
    }
}

fn unknown_engineer() -> Value {
    json!({"field_engineer_email": "There is no user with this email."})
}

impl From<FieldErrors> for ApiError {
    fn from(errors: FieldErrors) -> Self {
        Self { status: StatusCode::BAD_REQUEST, body: json!(errors.0), retry_after: None }
    }
}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::NotFound(missing) => Self::detail(
                StatusCode::NOT_FOUND,
                match missing {
                    Missing::WorkOrder => "WorkOrder not found!",
                    Missing::Task => "Task not found!",
                    Missing::TaskGroup => "TaskGroup not found!",
                    Missing::Photo => "Photo not found!",
                    Missing::Batch => "Batch not found!",
                    Missing::Export => "Export not found!",
                    Missing::File => {
                        "This link is wrong or has expired, or its file was erased: a new one comes with the work order, or \
                         with the next run of the export."
                    }
                },
            ),
            AppError::Forbidden(refusal) => Self::detail(StatusCode::FORBIDDEN, refusal.to_string()),
            AppError::Invalid(errors) => errors.into(),
            AppError::UnknownEngineer => {
                Self { status: StatusCode::BAD_REQUEST, body: json!({"detail": unknown_engineer()}), retry_after: None }
            }
            AppError::Overtaken => Self {
                retry_after: Some(IN_FLIGHT_RETRY),
                ..Self::detail(
                    StatusCode::CONFLICT,
                    "A request with this Idempotency-Key is being worked on: try again to get its answer.",
                )
            },
            AppError::Busy { reason, retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::detail(StatusCode::SERVICE_UNAVAILABLE, format!("{reason}: try again."))
            },
            AppError::Store(error) => of_storage(&error),
            AppError::Internal(reason) => internal(&reason),
        }
    }
}

/// Full and unreachable storage are told apart from faults: the first needs an operator, the second time.
fn of_storage(error: &StoreError) -> ApiError {
    match error.condition() {
        Condition::Full => {
            tracing::error!(%error, "storage is full");
            let detail = "The server's storage is full: nothing was stored. Its operator has to make room.";
            ApiError { retry_after: Some(STORAGE_RETRY), ..ApiError::detail(StatusCode::INSUFFICIENT_STORAGE, detail) }
        }
        Condition::Unavailable => {
            tracing::error!(%error, "storage cannot be used");
            let detail = "The server's storage cannot be used for now: nothing was stored. Try again.";
            ApiError { retry_after: Some(STORAGE_RETRY), ..ApiError::detail(StatusCode::SERVICE_UNAVAILABLE, detail) }
        }
        Condition::Broken => internal(error),
    }
}

/// The caller learns that it is our fault and that a retry may help; the log learns why.
fn internal(reason: &dyn std::fmt::Display) -> ApiError {
    tracing::error!(%reason, "a request failed");
    ApiError::detail(StatusCode::INTERNAL_SERVER_ERROR, "The server could not do this: its log says why. Try again.")
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        if let Some(wait) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs()));
        }
        response
    }
}
