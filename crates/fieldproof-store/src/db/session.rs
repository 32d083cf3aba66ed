//! Connections: reading, and writing inside one transaction.

use std::future::Future;

use futures::stream::BoxStream;
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use super::{Dialect, Row, Value, handle::Handle};
use crate::StoreError;

/// Parameters of one statement: SQLite takes 32766, PostgreSQL 65535.
const MOST_PARAMETERS: usize = 4_000;

/// A connection that can be read from: a [`Reader`], a [`Snapshot`], or a [`Writer`] that sees what it has written itself.
pub trait Session: Send + private::Connected {}

/// A connection for reading.
pub struct Reader(pub(super) Handle);

/// A connection for reading several things as they were at one moment.
pub struct Snapshot(pub(super) Handle);

/// An open transaction. Dropping it without [`Writer::commit`] undoes everything.
pub struct Writer(pub(super) Handle);

impl Session for Reader {}
impl Session for Snapshot {}
impl Session for Writer {}

mod private {
    use crate::db::handle::Handle;

    /// Seals [`super::Session`], and keeps sqlx out of this crate's interface.
    pub trait Connected {
        #[allow(private_interfaces, reason = "the trait cannot be named outside this crate")]
        fn handle(&mut self) -> &mut Handle;
    }

    macro_rules! connected {
        ($($session:ident),*) => {$(
            impl Connected for super::$session {
                #[allow(private_interfaces, reason = "the trait cannot be named outside this crate")]
                fn handle(&mut self) -> &mut Handle {
                    &mut self.0
                }
            }
        )*};
    }
    connected!(Reader, Snapshot, Writer);
}

/// Reading, inside this crate.
pub(crate) trait Query: Session {
    /// Every row of the answer.
    fn all(
        &mut self,
        sql: &'static str,
        args: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<Row>, StoreError>> + Send {
        async move { self.handle().all(sql.into_sql_str(), args).await }
    }

    /// Every row of the answer to a statement that was put together here, from texts of this crate alone.
    fn all_of(&mut self, sql: String, args: Vec<Value>) -> impl Future<Output = Result<Vec<Row>, StoreError>> + Send {
        async move { self.handle().all(AssertSqlSafe(sql).into_sql_str(), args).await }
    }

    /// The first row of the answer, if there is one.
    fn first(
        &mut self,
        sql: &'static str,
        args: Vec<Value>,
    ) -> impl Future<Output = Result<Option<Row>, StoreError>> + Send {
        async move { self.handle().first(sql.into_sql_str(), args).await }
    }

    /// The rows of an answer one after another, for answers that may be larger than memory. The statement was put
    /// together here, from texts of this crate and names of the schema.
    fn stream_of(&mut self, sql: String) -> BoxStream<'_, Result<Row, StoreError>> {
        self.handle().stream(AssertSqlSafe(sql).into_sql_str())
    }

    /// `($2, $3, …)`: places for so many parameters, from the `first` on; the last ones of their statement.
    fn places(&mut self, first: usize, number: usize) -> String {
        let places: Vec<_> = match self.dialect() {
            // It looks through the names of all parameters for each that has one; but beside others that have, one without
            // would be taken for the first.
            Dialect::Sqlite if first == 1 => vec!["?".to_owned(); number],
            _ => (first..first + number).map(|place| format!("${place}")).collect(),
        };
        format!("({})", places.join(", "))
    }

    /// Whose words the few statements are in that differ.
    fn dialect(&mut self) -> Dialect {
        self.handle().dialect()
    }
}

impl<S: Session> Query for S {}

impl Writer {
    /// Runs a statement that changes rows; answers how many.
    pub(crate) async fn execute(&mut self, sql: &'static str, args: Vec<Value>) -> Result<u64, StoreError> {
        self.0.execute(sql.into_sql_str(), args).await
    }

    /// Runs a statement that was put together here, from texts of this crate alone.
    pub(crate) async fn execute_of(&mut self, sql: String, args: Vec<Value>) -> Result<u64, StoreError> {
        self.0.execute(AssertSqlSafe(sql).into_sql_str(), args).await
    }

    /// Adds rows, many with each statement, since each one is a trip to the database; no rows, no statement.
    /// `head` ends with `VALUES`, each row has the same number of values, `tail` says what to do about conflicts.
    pub(crate) async fn insert_all(&mut self, head: &str, rows: Vec<Vec<Value>>, tail: &str) -> Result<(), StoreError> {
        self.insert_counted(head, rows, tail).await?;
        Ok(())
    }

    /// As [`Writer::insert_all`]; answers how many rows were added or changed.
    pub(crate) async fn insert_counted(
        &mut self,
        head: &str,
        rows: Vec<Vec<Value>>,
        tail: &str,
    ) -> Result<u64, StoreError> {
        let Some(columns) = rows.first().map(Vec::len) else { return Ok(0) };
        let most = (MOST_PARAMETERS / columns.max(1)).max(1);
        let dialect = self.0.dialect();
        let mut rows = rows.into_iter().peekable();
        let mut changed = 0;
        while rows.peek().is_some() {
            let some: Vec<_> = rows.by_ref().take(most).collect();
            let sql = insert_statement(dialect, head, some.len(), columns, tail);
            changed += self.execute_of(sql, some.into_iter().flatten().collect()).await?;
        }
        Ok(changed)
    }

    /// Makes everything written so far durable: when this returns, it survives a crash.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.0.commit().await
    }
}

/// `head ($1, $2), ($3, $4) tail`; on SQLite `head (?, ?), (?, ?) tail`, since it looks through the names of all parameters
/// for each of them that has one.
fn insert_statement(dialect: Dialect, head: &str, rows: usize, columns: usize, tail: &str) -> String {
    let value = |number: usize| match dialect {
        Dialect::Sqlite => "?".to_owned(),
        Dialect::Postgres => format!("${number}"),
    };
    let row = |row: usize| {
        let values: Vec<_> = (1..=columns).map(|column| value(row * columns + column)).collect();
        format!("({})", values.join(", "))
    };
    let rows: Vec<_> = (0..rows).map(row).collect();
    format!("{head} {} {tail}", rows.join(", "))
}

/// The text of a statement.
pub(super) type Sql = SqlStr;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_numbered_through() {
        let of = |dialect| insert_statement(dialect, "INSERT INTO t (a, b) VALUES", 2, 2, "ON CONFLICT DO NOTHING");
        assert_eq!(of(Dialect::Postgres), "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) ON CONFLICT DO NOTHING");
        assert_eq!(of(Dialect::Sqlite), "INSERT INTO t (a, b) VALUES (?, ?), (?, ?) ON CONFLICT DO NOTHING");
    }
}
