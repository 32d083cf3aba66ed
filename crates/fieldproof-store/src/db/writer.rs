//! Writing inside one transaction.

use sqlx::SqlSafeStr as _;

use super::{
    Dialect, Session, Value,
    handle::Handle,
    later::Later,
    session::{Sql, built, private::Connected},
};
use crate::StoreError;

/// Parameters of one statement: SQLite takes 32766, PostgreSQL 65535.
const MOST_PARAMETERS: usize = 4_000;
/// Parameters of a statement that is put off: SQLite looks through the names of all of a statement for each of them.
const MOST_LATER: usize = 100;
/// Parameters of all statements that wait together: what is put together is prepared piece by piece, each time to its end.
const MOST_WAITING: usize = 400;

/// An open transaction. Dropping it without [`Writer::commit`] undoes everything.
pub struct Writer {
    handle: Handle,
    later: Later,
    /// A statement has failed, or nobody waited for the end of those that were put off: what is written is not all.
    is_torn: bool,
}

impl Session for Writer {}

#[allow(private_interfaces, private_bounds, reason = "the trait cannot be named outside this crate")]
impl Connected for Writer {
    async fn handle(&mut self) -> Result<&mut Handle, StoreError> {
        if self.is_torn {
            return Err(StoreError::unexpected("a transaction", "something that it was told before has failed"));
        }
        if let Some((sql, args)) = self.later.take() {
            self.is_torn = true;
            self.handle.execute(built(sql), args).await?;
            self.is_torn = false;
        }
        Ok(&mut self.handle)
    }

    fn dialect(&self) -> Dialect {
        self.handle.dialect()
    }
}

impl Writer {
    pub(super) fn new(handle: Handle) -> Self {
        Self { handle, later: Later::default(), is_torn: false }
    }

    /// Runs a statement that changes rows; answers how many.
    pub(crate) async fn execute(&mut self, sql: &'static str, args: Vec<Value>) -> Result<u64, StoreError> {
        self.run(sql.into_sql_str(), args).await
    }

    async fn run(&mut self, sql: Sql, args: Vec<Value>) -> Result<u64, StoreError> {
        let done = self.handle().await?.execute(sql, args).await;
        // PostgreSQL would undo everything and call that a commit.
        self.is_torn = done.is_err();
        done
    }

    /// As [`Writer::execute`], at the latest with whatever comes next in this transaction, where that saves a trip. Then its
    /// error is that one's: not for statements whose failure has a meaning of its own.
    pub(crate) async fn execute_later(&mut self, sql: &'static str, args: Vec<Value>) -> Result<(), StoreError> {
        match self.handle.dialect() {
            Dialect::Sqlite => self.put_off(sql, args).await,
            Dialect::Postgres => self.execute(sql, args).await.map(drop),
        }
    }

    async fn put_off(&mut self, sql: &str, args: Vec<Value>) -> Result<(), StoreError> {
        if self.later.parameters() + args.len() > MOST_WAITING {
            self.flush().await?;
        }
        self.later.add(sql, args);
        Ok(())
    }

    /// Does what was put off, so that its failure is told here.
    pub async fn flush(&mut self) -> Result<(), StoreError> {
        self.handle().await?;
        Ok(())
    }

    /// Runs a statement that was put together here, from texts of this crate alone.
    pub(crate) async fn execute_of(&mut self, sql: String, args: Vec<Value>) -> Result<u64, StoreError> {
        self.run(built(sql), args).await
    }

    /// Adds rows, many with each statement, since each one is a trip to the database; no rows, no statement.
    /// `head` ends with `VALUES`, each row has the same number of values, `tail` says what to do about conflicts.
    pub(crate) async fn insert_all(&mut self, head: &str, rows: Vec<Vec<Value>>, tail: &str) -> Result<(), StoreError> {
        self.insert_counted(head, rows, tail).await?;
        Ok(())
    }

    /// As [`Writer::insert_all`] and [`Writer::execute_later`] at once.
    pub(crate) async fn insert_all_later(
        &mut self,
        head: &str,
        rows: Vec<Vec<Value>>,
        tail: &str,
    ) -> Result<(), StoreError> {
        let (number, columns) = (rows.len(), rows.first().map_or(0, Vec::len));
        let are_few = (1..=MOST_LATER).contains(&(number * columns));
        if !are_few || self.handle.dialect() != Dialect::Sqlite {
            return self.insert_all(head, rows, tail).await;
        }
        let sql = insert_statement(Dialect::Sqlite, head, number, columns, tail);
        self.put_off(&sql, rows.into_iter().flatten().collect()).await
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
        let dialect = self.handle.dialect();
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
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.flush().await?;
        self.handle.commit().await
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
