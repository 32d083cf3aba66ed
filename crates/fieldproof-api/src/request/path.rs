//! Ids and names in paths.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use fieldproof_app::{AppError, Missing};
use fieldproof_domain::ids::{BatchId, ExportId, InputId, WorkOrderId};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::error::ApiError;

/// A path with ids. A text that is no id is an id that does not exist: 404, not 400.
pub(crate) struct IdPath<T>(pub(crate) T);

/// A path with one text. One that is not UTF-8 leads nowhere: 404.
pub(crate) struct TextPath(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for TextPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(text) = Path::from_request_parts(parts, state).await.map_err(|_| ApiError::no_such_path())?;
        Ok(Self(text))
    }
}

/// A tuple of ids, read from the texts of a path.
pub(crate) trait Ids: Sized {
    type Texts: DeserializeOwned + Send;
    fn read(texts: Self::Texts) -> Result<Self, AppError>;
}

impl Ids for BatchId {
    type Texts = String;

    fn read(text: String) -> Result<Self, AppError> {
        Uuid::parse_str(&text).map(Self).map_err(|_| AppError::NotFound(Missing::Batch))
    }
}

impl Ids for ExportId {
    type Texts = String;

    fn read(text: String) -> Result<Self, AppError> {
        Uuid::parse_str(&text).map(Self).map_err(|_| AppError::NotFound(Missing::Export))
    }
}

impl Ids for WorkOrderId {
    type Texts = String;

    fn read(text: String) -> Result<Self, AppError> {
        Uuid::parse_str(&text).map(Self).map_err(|_| AppError::NotFound(Missing::WorkOrder))
    }
}

impl Ids for (WorkOrderId, fieldproof_domain::ids::TaskId) {
    type Texts = (String, String);

    fn read((order, task): (String, String)) -> Result<Self, AppError> {
        let task = Uuid::parse_str(&task).map_err(|_| AppError::NotFound(Missing::Task));
        Ok((WorkOrderId::read(order)?, fieldproof_domain::ids::TaskId(task?)))
    }
}

impl Ids for (WorkOrderId, InputId) {
    type Texts = (String, String);

    fn read((order, input): (String, String)) -> Result<Self, AppError> {
        let input = Uuid::parse_str(&input).map_err(|_| AppError::NotFound(Missing::Photo));
        Ok((WorkOrderId::read(order)?, InputId(input?)))
    }
}

impl<S: Send + Sync, T: Ids> FromRequestParts<S> for IdPath<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(texts) =
            Path::<T::Texts>::from_request_parts(parts, state).await.map_err(|_| ApiError::no_such_path())?;
        Ok(Self(T::read(texts)?))
    }
}
