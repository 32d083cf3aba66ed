//! The databases that are compared: making them, tidying them up, their sizes.

use std::{fs::File, path::Path};

use anyhow::{Context as _, Result};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};

use super::backends::Backends;
use crate::place::Place;

/// Which database.
#[derive(Clone, Debug)]
pub(crate) enum Database {
    Sqlite,
    /// A server that this bench may make databases on.
    Postgres {
        /// Without the name of a database.
        server: String,
        /// Its first process.
        postmaster: u32,
    },
}

impl Database {
    /// What people call it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres { .. } => "PostgreSQL",
        }
    }

    /// How many connections can write at once to any purpose.
    pub(crate) fn writers(&self) -> u32 {
        match self {
            Self::Sqlite => 1,
            Self::Postgres { .. } => 2,
        }
    }

    /// The URL of an empty database of that name; `None`: it is a file of its data folder.
    pub(crate) async fn make(&self, name: &str) -> Result<Option<String>> {
        let Self::Postgres { server, .. } = self else { return Ok(None) };
        execute(&format!("{server}/postgres"), &format!("CREATE DATABASE {name}")).await?;
        Ok(Some(format!("{server}/{name}")))
    }

    /// What tells how much its processes work, where they are not the server's own.
    pub(crate) fn backends(&self, name: &str) -> Option<Backends> {
        match self {
            Self::Sqlite => None,
            Self::Postgres { postmaster, .. } => Some(Backends::new(*postmaster, name)),
        }
    }

    /// Does what PostgreSQL does by itself within minutes of a fill, so that it does not do it while others measure.
    pub(crate) async fn settle(&self, name: &str) -> Result<()> {
        let Self::Postgres { server, .. } = self else { return Ok(()) };
        for statement in ["VACUUM (ANALYZE)", "CHECKPOINT"] {
            execute(&format!("{server}/{name}"), statement).await?;
        }
        Ok(())
    }

    /// Reads the files through, so that the kernel has them in memory: what is compared is the work and not the disk. A
    /// virtual machine may take from it what was not read for minutes.
    pub(crate) fn warm(&self, place: &Place) {
        match self {
            Self::Sqlite => read_through(place.folder()),
            // The process lies in its data folder.
            Self::Postgres { postmaster, .. } => read_through(Path::new(&format!("/proc/{postmaster}/cwd/base"))),
        }
    }

    /// Bytes on the disk, without PostgreSQL's write-ahead log, which all its databases share.
    pub(crate) async fn bytes(&self, name: &str, place: &Place) -> Result<u64> {
        match self {
            Self::Sqlite => {
                let sizes = ["fieldproof.db", "fieldproof.db-wal"]
                    .map(|file| std::fs::metadata(place.folder().join(file)).map_or(0, |meta| meta.len()));
                Ok(sizes.iter().sum())
            }
            Self::Postgres { server, .. } => {
                let mut connection = PgConnection::connect(&format!("{server}/{name}")).await?;
                let row = sqlx::query("SELECT pg_database_size(current_database())").fetch_one(&mut connection).await?;
                connection.close().await?;
                Ok(row.try_get::<i64, _>(0)?.unsigned_abs())
            }
        }
    }

    /// Erases it, unless it is a file.
    pub(crate) async fn erase(&self, name: &str) -> Result<()> {
        let Self::Postgres { server, .. } = self else { return Ok(()) };
        execute(&format!("{server}/postgres"), &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await
    }
}

/// Reads all files of a folder, as far as they can be read.
fn read_through(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            read_through(&path);
        } else if let Ok(mut file) = File::open(&path) {
            drop(std::io::copy(&mut file, &mut std::io::sink()));
        }
    }
}

/// Runs one statement of this file.
async fn execute(url: &str, statement: &str) -> Result<()> {
    let mut connection = PgConnection::connect(url).await.context("cannot use the PostgreSQL server")?;
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut connection).await.context(statement.to_owned())?;
    Ok(connection.close().await?)
}
