//! Values that come out of statements.

use chrono::{DateTime, Utc};
use fieldproof_domain::ids::{
    AnalysisId, AppVersionId, BatchId, ExportId, InputId, PlaceId, RunId, SiteId, StateId, TokenId, UserId, WorkOrderId,
};
use serde::de::DeserializeOwned;
use sqlx::{Decode, Postgres, Row as _, Sqlite, Type, postgres::PgRow, sqlite::SqliteRow};
use uuid::Uuid;

use super::Value;
use crate::StoreError;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Integer,
    Text,
    Bytes,
    /// PostgreSQL's UUID. SQLite has no such type: ids are [`Kind::Bytes`] there.
    Id,
}

/// One row of an answer; columns are read by name.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// A type that a column can be read as.
pub(crate) trait FromColumn: Sized {
    fn from_column(row: &Row, column: &'static str) -> Result<Option<Self>, StoreError>;
}

impl Row {
    /// A column that is never NULL.
    pub(crate) fn get<T: FromColumn>(&self, column: &'static str) -> Result<T, StoreError> {
        T::from_column(self, column)?.ok_or_else(|| StoreError::unexpected(column, "it is NULL"))
    }

    /// A column that may be NULL.
    pub(crate) fn get_opt<T: FromColumn>(&self, column: &'static str) -> Result<Option<T>, StoreError> {
        T::from_column(self, column)
    }

    /// A column of JSON text that is never NULL.
    pub(crate) fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, StoreError> {
        self.json_opt(column)?.ok_or_else(|| StoreError::unexpected(column, "it is NULL"))
    }

    /// A column of JSON text that may be NULL.
    pub(crate) fn json_opt<T: DeserializeOwned>(&self, column: &'static str) -> Result<Option<T>, StoreError> {
        let text: Option<&str> = self.stored(column)?;
        text.map(|text| serde_json::from_str(text).map_err(|error| StoreError::unexpected(column, error))).transpose()
    }

    /// The column at a place of the answer, as what it holds.
    pub(crate) fn value(&self, at: usize, kind: Kind) -> Result<Value, StoreError> {
        Ok(match kind {
            Kind::Integer => self.at::<i64>(at)?.into(),
            Kind::Text => self.at::<String>(at)?.into(),
            Kind::Bytes => self.at::<Vec<u8>>(at)?.into(),
            Kind::Id => self.at::<Uuid>(at)?.into(),
        })
    }

    fn at<'r, T>(&'r self, at: usize) -> Result<Option<T>, StoreError>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>,
    {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(at)?,
            Self::Postgres(row) => row.try_get(at)?,
        })
    }

    /// What the driver gives for a column, as one of the types that every database here has.
    fn stored<'r, T>(&'r self, column: &'static str) -> Result<Option<T>, StoreError>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>,
    {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }
}

macro_rules! stored_columns {
    ($($kind:ty),*) => {$(
        impl FromColumn for $kind {
            fn from_column(row: &Row, column: &'static str) -> Result<Option<Self>, StoreError> {
                row.stored(column)
            }
        }
    )*};
}
stored_columns!(i64, String, Vec<u8>, Uuid);

macro_rules! narrow_columns {
    ($($kind:ty),*) => {$(
        impl FromColumn for $kind {
            fn from_column(row: &Row, column: &'static str) -> Result<Option<Self>, StoreError> {
                let value: Option<i64> = row.stored(column)?;
                value.map(|v| Self::try_from(v).map_err(|error| StoreError::unexpected(column, error))).transpose()
            }
        }
    )*};
}
narrow_columns!(u8, u16, u32, u64);

impl FromColumn for bool {
    fn from_column(row: &Row, column: &'static str) -> Result<Option<Self>, StoreError> {
        Ok(row.stored::<i64>(column)?.map(|value| value != 0))
    }
}

impl FromColumn for DateTime<Utc> {
    fn from_column(row: &Row, column: &'static str) -> Result<Option<Self>, StoreError> {
        let micros: Option<i64> = row.stored(column)?;
        micros
            .map(|m| Self::from_timestamp_micros(m).ok_or_else(|| StoreError::unexpected(column, "time out of range")))
            .transpose()
    }
}

macro_rules! id_columns {
    ($($id:ident),*) => {$(
        impl FromColumn for $id {
            fn from_column(row: &Row, column: &'static str) -> Result<Option<Self>, StoreError> {
                Ok(row.stored::<Uuid>(column)?.map($id))
            }
        }
    )*};
}
id_columns!(
    AnalysisId,
    AppVersionId,
    BatchId,
    ExportId,
    InputId,
    PlaceId,
    RunId,
    SiteId,
    StateId,
    TokenId,
    UserId,
    WorkOrderId
);
