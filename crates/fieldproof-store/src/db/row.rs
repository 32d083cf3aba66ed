//! Values that come out of statements.

use chrono::{DateTime, Utc};
use fieldproof_domain::ids::{AnalysisId, AppVersionId, InputId, SiteId, StateId, TokenId, UserId, WorkOrderId};
use serde::de::DeserializeOwned;
use sqlx::{Row as _, sqlite::SqliteRow};
use uuid::Uuid;

use crate::StoreError;

/// One row of an answer; columns are read by name.
pub(crate) struct Row(pub(crate) SqliteRow);

/// A type that a column can be read as.
pub(crate) trait FromColumn: Sized {
    fn from_column(row: &SqliteRow, column: &str) -> Result<Option<Self>, sqlx::Error>;
}

impl Row {
    /// A column that is never NULL.
    pub(crate) fn get<T: FromColumn>(&self, column: &'static str) -> Result<T, StoreError> {
        T::from_column(&self.0, column)?.ok_or_else(|| StoreError::unexpected(column, "it is NULL"))
    }

    /// A column that may be NULL.
    pub(crate) fn get_opt<T: FromColumn>(&self, column: &'static str) -> Result<Option<T>, StoreError> {
        Ok(T::from_column(&self.0, column)?)
    }

    /// A column of JSON text that is never NULL.
    pub(crate) fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, StoreError> {
        let text: &str = self.0.try_get(column)?;
        serde_json::from_str(text).map_err(|error| StoreError::unexpected(column, error))
    }

    /// A column of JSON text that may be NULL.
    pub(crate) fn json_opt<T: DeserializeOwned>(&self, column: &'static str) -> Result<Option<T>, StoreError> {
        let text: Option<&str> = self.0.try_get(column)?;
        text.map(|text| serde_json::from_str(text).map_err(|error| StoreError::unexpected(column, error))).transpose()
    }
}

macro_rules! plain_columns {
    ($($kind:ty),*) => {$(
        impl FromColumn for $kind {
            fn from_column(row: &SqliteRow, column: &str) -> Result<Option<Self>, sqlx::Error> {
                row.try_get(column)
            }
        }
    )*};
}
plain_columns!(i64, u32, bool, String, Vec<u8>, Uuid);

impl FromColumn for u8 {
    fn from_column(row: &SqliteRow, column: &str) -> Result<Option<Self>, sqlx::Error> {
        let value: Option<i64> = row.try_get(column)?;
        value.map(|v| Self::try_from(v).map_err(|error| decode_error(column, error))).transpose()
    }
}

impl FromColumn for DateTime<Utc> {
    fn from_column(row: &SqliteRow, column: &str) -> Result<Option<Self>, sqlx::Error> {
        let micros: Option<i64> = row.try_get(column)?;
        micros
            .map(|m| Self::from_timestamp_micros(m).ok_or_else(|| decode_error(column, "time out of range")))
            .transpose()
    }
}

macro_rules! id_columns {
    ($($id:ident),*) => {$(
        impl FromColumn for $id {
            fn from_column(row: &SqliteRow, column: &str) -> Result<Option<Self>, sqlx::Error> {
                Ok(row.try_get::<Option<Uuid>, _>(column)?.map($id))
            }
        }
    )*};
}
id_columns!(AnalysisId, AppVersionId, InputId, SiteId, StateId, TokenId, UserId, WorkOrderId);

fn decode_error(column: &str, reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.to_owned(), source: reason.into() }
}
