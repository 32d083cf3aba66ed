//! A thin layer over sqlx, so that every statement of this crate is written once for every database.

mod handle;
mod later;
mod migrate;
mod postgres;
mod row;
mod session;
mod sqlite;
mod value;
mod writer;

use std::time::Duration;

pub use migrate::SCHEMA_VERSION;
pub(crate) use postgres::PostgresDatabase;
pub(crate) use row::{Kind, Row};
pub(crate) use session::Query;
pub use session::{Reader, Session, Snapshot};
pub(crate) use sqlite::SqliteDatabase;
pub(crate) use value::{Value, args};
pub use writer::Writer;

/// Connections for whoever reads for minutes: the exports that are written at once, and as many who look at one.
const LONG_READERS: u32 = 8;
/// How long such a connection is kept for the next one.
const IDLE: Duration = Duration::from_secs(60);

/// Whose words a statement is in, where they differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// The database behind a store.
pub(crate) enum Database {
    Sqlite(SqliteDatabase),
    Postgres(PostgresDatabase),
}

/// The same call on whichever database it is.
macro_rules! on_database {
    ($database:expr, $call:ident) => {
        match $database {
            Database::Sqlite(database) => database.$call().await,
            Database::Postgres(database) => database.$call().await,
        }
    };
}

impl Database {
    pub(crate) async fn read(&self) -> Result<Reader, crate::StoreError> {
        on_database!(self, read)
    }

    pub(crate) async fn snapshot(&self) -> Result<Snapshot, crate::StoreError> {
        on_database!(self, snapshot)
    }

    pub(crate) async fn long_snapshot(&self) -> Result<Snapshot, crate::StoreError> {
        on_database!(self, long_snapshot)
    }

    pub(crate) async fn write(&self) -> Result<Writer, crate::StoreError> {
        on_database!(self, write)
    }

    pub(crate) async fn close(&self) {
        on_database!(self, close);
    }
}
