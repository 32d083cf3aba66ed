//! PostgreSQL: a pool of connections, shared by every server on the same database.

use std::{str::FromStr as _, time::Duration};

use sqlx::{
    ConnectOptions as _, Connection as _,
    postgres::{PgConnectOptions, PgPool, PgPoolOptions},
};

use super::{IDLE, LONG_READERS, Reader, Snapshot, Writer, handle::Handle, migrate};
use crate::StoreError;

/// Connections of one server. PostgreSQL has 100 by default, to be shared by servers and admin commands.
const CONNECTIONS: u32 = 16;
/// A caller waits no longer for a connection: a database that is gone is answered with a 503, not with silence.
const PATIENCE: Duration = Duration::from_secs(5);

const SNAPSHOT: &str = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// A database on a PostgreSQL server.
pub(crate) struct PostgresDatabase {
    pool: PgPool,
    /// Of their own, so that nobody waits for those who read for minutes.
    long_readers: PgPool,
}

impl PostgresDatabase {
    /// Connects and brings the schema up to date.
    pub(crate) async fn open(url: &str) -> Result<Self, StoreError> {
        let refuse = |reason: String| StoreError::DatabaseUrl { reason };
        if !["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
            return Err(refuse("it does not start with postgres://".to_owned()));
        }
        let options = PgConnectOptions::from_str(url)
            .map_err(|error| refuse(error.to_string()))?
            .application_name("fieldproof")
            .statement_cache_capacity(200)
            // What is acknowledged must survive a crash, whatever the server's own setting.
            .options([("synchronous_commit", "on"), ("idle_in_transaction_session_timeout", "300000")]);
        // Once without the pool, which would only say that it has waited in vain, and not why.
        options.connect().await?.close().await?;
        let of = |connections| {
            PgPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(PATIENCE)
                // Connections of before a restart of the database are noticed here and not by a caller.
                .test_before_acquire(true)
        };
        let pool = of(CONNECTIONS).connect_with(options.clone()).await?;
        migrate::postgres(&pool).await?;
        let long_readers = of(LONG_READERS).idle_timeout(IDLE).connect_lazy_with(options);
        Ok(Self { pool, long_readers })
    }

    pub(crate) async fn read(&self) -> Result<Reader, StoreError> {
        Ok(Reader(Handle::Postgres(self.pool.acquire().await?)))
    }

    pub(crate) async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        Ok(Snapshot(Handle::PostgresTransaction(self.pool.begin_with(SNAPSHOT).await?)))
    }

    pub(crate) async fn long_snapshot(&self) -> Result<Snapshot, StoreError> {
        Ok(Snapshot(Handle::PostgresTransaction(self.long_readers.begin_with(SNAPSHOT).await?)))
    }

    /// A transaction in which every statement sees what others have committed before it, as the one writer of SQLite
    /// does. Use cases that decide by what they read lock it first: see [`crate::locks`].
    pub(crate) async fn write(&self) -> Result<Writer, StoreError> {
        Ok(Writer::new(Handle::PostgresTransaction(self.pool.begin().await?)))
    }

    pub(crate) async fn close(&self) {
        self.long_readers.close().await;
        self.pool.close().await;
    }
}
