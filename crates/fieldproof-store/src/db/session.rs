//! Connections: reading, and writing inside one transaction.

use std::future::Future;

use sqlx::{AssertSqlSafe, SqliteConnection, pool::PoolConnection, sqlite::SqliteArguments};

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

    /// Adds rows with one statement, since each one is a trip to the database's thread; no rows, no statement.
    /// `head` ends with `VALUES`, each row has the same number of values, `tail` says what to do about conflicts.
    pub(crate) async fn insert_all(
        &mut self,
        head: &'static str,
        rows: Vec<Vec<Value>>,
        tail: &'static str,
    ) -> Result<(), StoreError> {
        let Some(first) = rows.first() else { return Ok(()) };
        let sql = insert_statement(head, rows.len(), first.len(), tail);
        let args = bind(rows.into_iter().flatten().collect())?;
        sqlx::query_with(AssertSqlSafe(sql), args).execute(&mut *self.0).await?;
        Ok(())
    }

    /// Makes everything written so far durable: when this returns, it survives a crash.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.0.commit().await?)
    }
}

/// `head ($1, $2), ($3, $4) tail`
fn insert_statement(head: &str, rows: usize, columns: usize, tail: &str) -> String {
    let row = |row: usize| {
        let values: Vec<_> = (1..=columns).map(|column| format!("${}", row * columns + column)).collect();
        format!("({})", values.join(", "))
    };
    let rows: Vec<_> = (0..rows).map(row).collect();
    format!("{head} {} {tail}", rows.join(", "))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_numbered_through() {
        let sql = insert_statement("INSERT INTO t (a, b) VALUES", 2, 2, "ON CONFLICT DO NOTHING");
        assert_eq!(sql, "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) ON CONFLICT DO NOTHING");
    }
}
