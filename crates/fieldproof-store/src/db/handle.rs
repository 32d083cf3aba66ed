//! The one place that knows which database a connection leads to.

use futures::{StreamExt as _, stream::BoxStream};
use sqlx::{
    Arguments as _, Postgres, Sqlite, Transaction,
    pool::PoolConnection,
    postgres::{PgArguments, PgTypeInfo, types::Oid},
    sqlite::SqliteArguments,
};

use super::{Dialect, Row, Value, session::Sql};
use crate::StoreError;

/// A connection, with or without a transaction that is undone when this is dropped.
pub(crate) enum Handle {
    Sqlite(PoolConnection<Sqlite>),
    SqliteTransaction(Transaction<'static, Sqlite>),
    Postgres(PoolConnection<Postgres>),
    PostgresTransaction(Transaction<'static, Postgres>),
}

/// The same call on whichever connection it is.
macro_rules! on_connection {
    ($handle:expr, $sql:expr, $args:expr, $call:ident) => {
        match $handle {
            Handle::Sqlite(c) => sqlx::query_with($sql, for_sqlite($args)?).$call(&mut **c).await.map(Either::Sqlite),
            Handle::SqliteTransaction(c) => {
                sqlx::query_with($sql, for_sqlite($args)?).$call(&mut **c).await.map(Either::Sqlite)
            }
            Handle::Postgres(c) => {
                sqlx::query_with($sql, for_postgres($args)?).$call(&mut **c).await.map(Either::Postgres)
            }
            Handle::PostgresTransaction(c) => {
                sqlx::query_with($sql, for_postgres($args)?).$call(&mut **c).await.map(Either::Postgres)
            }
        }
    };
}

/// An answer of either driver.
enum Either<S, P> {
    Sqlite(S),
    Postgres(P),
}

impl Handle {
    pub(super) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) | Self::SqliteTransaction(_) => Dialect::Sqlite,
            Self::Postgres(_) | Self::PostgresTransaction(_) => Dialect::Postgres,
        }
    }

    pub(super) async fn all(&mut self, sql: Sql, args: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        Ok(match on_connection!(self, sql, args, fetch_all)? {
            Either::Sqlite(rows) => rows.into_iter().map(Row::Sqlite).collect(),
            Either::Postgres(rows) => rows.into_iter().map(Row::Postgres).collect(),
        })
    }

    pub(super) async fn first(&mut self, sql: Sql, args: Vec<Value>) -> Result<Option<Row>, StoreError> {
        Ok(match on_connection!(self, sql, args, fetch_optional)? {
            Either::Sqlite(row) => row.map(Row::Sqlite),
            Either::Postgres(row) => row.map(Row::Postgres),
        })
    }

    pub(super) async fn execute(&mut self, sql: Sql, args: Vec<Value>) -> Result<u64, StoreError> {
        Ok(match on_connection!(self, sql, args, execute)? {
            Either::Sqlite(done) => done.rows_affected(),
            Either::Postgres(done) => done.rows_affected(),
        })
    }

    /// The rows of an answer one after another, for answers that may be larger than memory.
    pub(super) fn stream(&mut self, sql: Sql) -> BoxStream<'_, Result<Row, StoreError>> {
        match self {
            Self::Sqlite(c) => rows(sqlx::query(sql).fetch(&mut **c), Row::Sqlite),
            Self::SqliteTransaction(c) => rows(sqlx::query(sql).fetch(&mut **c), Row::Sqlite),
            Self::Postgres(c) => rows(sqlx::query(sql).fetch(&mut **c), Row::Postgres),
            Self::PostgresTransaction(c) => rows(sqlx::query(sql).fetch(&mut **c), Row::Postgres),
        }
    }

    /// Ends the transaction, if it is one.
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::SqliteTransaction(transaction) => Ok(transaction.commit().await?),
            Self::PostgresTransaction(transaction) => Ok(transaction.commit().await?),
            Self::Sqlite(_) | Self::Postgres(_) => Ok(()),
        }
    }
}

fn rows<'a, R: 'a>(
    answer: BoxStream<'a, Result<R, sqlx::Error>>,
    row: fn(R) -> Row,
) -> BoxStream<'a, Result<Row, StoreError>> {
    answer.map(move |found| Ok(row(found?))).boxed()
}

fn for_sqlite(args: Vec<Value>) -> Result<SqliteArguments, StoreError> {
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

fn for_postgres(args: Vec<Value>) -> Result<PgArguments, StoreError> {
    let mut bound = PgArguments::default();
    for value in args {
        match value {
            Value::Null => bound.add(Untyped),
            Value::Integer(v) => bound.add(v),
            Value::Text(v) => bound.add(v),
            Value::Bytes(v) => bound.add(v),
            Value::Id(v) => bound.add(v),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(bound)
}

/// A NULL whose type PostgreSQL infers from where it stands: a typed one would have to match its column.
struct Untyped;

impl sqlx::Type<Postgres> for Untyped {
    fn type_info() -> PgTypeInfo {
        // The pseudo-type `unknown`, that of an untyped literal.
        PgTypeInfo::with_oid(Oid(705))
    }
}

impl sqlx::Encode<'_, Postgres> for Untyped {
    fn encode_by_ref(
        &self,
        _: &mut sqlx::postgres::PgArgumentBuffer,
    ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
        Ok(sqlx::encode::IsNull::Yes)
    }
}
