//! Connections: reading, and writing inside one transaction.

use std::future::Future;

use sqlx::{SqliteConnection, pool::PoolConnection, sqlite::SqliteArguments};

use super::{Row, Value};
use crate::StoreError;

/// A connection that can be read from: a [`Reader`], a [`Snapshot`], or a [`Writer`] that sees what it has written itself.
pub trait Session: Send + private::Connected {}

/// A connection for reading.
pub struct Reader(PoolConnection<sqlx::Sqlite>);

/// A connection for reading several things as they were at one moment.
pub struct Snapshot(sqlx::Transaction<'static, sqlx::Sqlite>);

/// An open transaction. Dropping it without [`Writer::commit`] undoes everything.
pub struct Writer(sqlx::Transaction<'static, sqlx::Sqlite>);

impl Session for Reader {}
impl Session for Snapshot {}
impl Session for Writer {}

mod private {
    /// Seals [`super::Session`], and keeps sqlx out of this crate's interface.
    pub trait Connected {
        fn connection(&mut self) -> &mut sqlx::SqliteConnection;
    }
}

impl private::Connected for Reader {
    fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.0
    }
}

impl private::Connected for Snapshot {
    fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.0
    }
}

impl private::Connected for Writer {
    fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.0
    }
}

/// Reading, inside this crate.
pub(crate) trait Query: Session {
    /// Every row of the answer.
    fn all(
        &mut self,
        sql: &'static str,
        args: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<Row>, StoreError>> + Send {
        async move {
            let rows = sqlx::query_with(sql, bind(args)?).fetch_all(self.connection()).await?;
            Ok(rows.into_iter().map(Row).collect())
        }
    }

    /// The first row of the answer, if there is one.
    fn first(
        &mut self,
        sql: &'static str,
        args: Vec<Value>,
    ) -> impl Future<Output = Result<Option<Row>, StoreError>> + Send {
        async move { Ok(sqlx::query_with(sql, bind(args)?).fetch_optional(self.connection()).await?.map(Row)) }
    }
}

impl<S: Session> Query for S {}

impl Reader {
    pub(crate) fn new(connection: PoolConnection<sqlx::Sqlite>) -> Self {
        Self(connection)
    }
}

impl Snapshot {
    pub(crate) fn new(transaction: sqlx::Transaction<'static, sqlx::Sqlite>) -> Self {
        Self(transaction)
    }
}

impl Writer {
    pub(crate) fn new(transaction: sqlx::Transaction<'static, sqlx::Sqlite>) -> Self {
        Self(transaction)
    }

    /// Runs a statement that changes rows; answers how many.
    pub(crate) async fn execute(&mut self, sql: &'static str, args: Vec<Value>) -> Result<u64, StoreError> {
        Ok(sqlx::query_with(sql, bind(args)?).execute(&mut *self.0).await?.rows_affected())
    }

    /// Makes everything written so far durable: when this returns, it survives a crash.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.0.commit().await?)
    }
}

fn bind(args: Vec<Value>) -> Result<SqliteArguments, StoreError> {
    use sqlx::Arguments as _;
    let mut bound = SqliteArguments::default();
    for value in args {
        match value {
            Value::Null => bound.add(None::<i64>),
            Value::Integer(v) => bound.add(v),
            Value::Text(v) => bound.add(v),
            Value::Bytes(v) => bound.add(v),
            Value::Id(v) => bound.add(v),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(bound)
}
