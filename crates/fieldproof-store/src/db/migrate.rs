//! Brings an older schema up to date, once, after copying the file; refuses a newer one.

use std::path::Path;

use sqlx::{AssertSqlSafe, Row as _, SqliteConnection, SqlitePool};

use crate::StoreError;

/// The statements of each version, oldest first. Never edited once released: a change is a new file.
const MIGRATIONS: &[&str] = &[include_str!("../../migrations/sqlite/0001_first_light.sql")];

/// The schema version that this program writes.
fn newest() -> i64 {
    MIGRATIONS.len() as i64
}

/// Runs what is missing, each version in a transaction of its own.
pub(crate) async fn run(writer: &SqlitePool, file: &Path) -> Result<(), StoreError> {
    let mut connection = writer.acquire().await?;
    let found = version(&mut connection).await?;
    if found > newest() {
        return Err(StoreError::SchemaTooNew { path: file.to_owned(), found, known: newest() });
    }
    if found > 0 && found < newest() {
        copy_before(&mut connection, file, found).await?;
    }
    drop(connection);
    for (next, statements) in (1..).zip(MIGRATIONS) {
        let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
        // Read again under the lock: another process may have been first.
        if version(&mut transaction).await? < next {
            sqlx::raw_sql(*statements).execute(&mut *transaction).await?;
            // PRAGMA takes no parameters; the number is ours.
            sqlx::raw_sql(AssertSqlSafe(format!("PRAGMA user_version = {next}"))).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
    }
    Ok(())
}

async fn version(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    Ok(sqlx::query("PRAGMA user_version").fetch_one(connection).await?.try_get(0)?)
}

async fn copy_before(connection: &mut SqliteConnection, file: &Path, found: i64) -> Result<(), StoreError> {
    let copy = file.with_extension(format!("before-migration-from-{found}.db"));
    if copy.exists() {
        // Left by an earlier attempt at this same migration, so it holds what was there before it.
        return Ok(());
    }
    sqlx::query("VACUUM INTO $1").bind(copy.to_string_lossy().into_owned()).execute(connection).await?;
    tracing::info!(copy = %copy.display(), "copied the database before migrating it");
    Ok(())
}
