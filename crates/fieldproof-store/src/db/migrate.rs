//! Brings an older schema up to date, once; refuses a newer one. A SQLite file is copied before.

use std::path::Path;

use sqlx::{AssertSqlSafe, PgConnection, PgPool, Row as _, SqliteConnection, SqlitePool};

use crate::StoreError;

/// The statements of each version, oldest first, for either database. Never edited once released: a change is a new
/// pair of files.
macro_rules! migrations {
    ($($name:literal),* $(,)?) => {
        const SQLITE: &[&str] = &[$(include_str!(concat!("../../migrations/sqlite/", $name, ".sql"))),*];
        const POSTGRES: &[&str] = &[$(include_str!(concat!("../../migrations/postgres/", $name, ".sql"))),*];
    };
}
migrations![
    "0001_first_light",
    "0002_listing",
    "0003_jobs",
    "0004_holds",
    "0005_batches",
    "0006_scores",
    "0007_md5",
    "0008_windows",
    "0009_exports",
    "0010_deliveries",
    "0011_refused_mail",
    "0012_thumbnails",
    "0013_middles",
];

/// The version of the schema that this program works with: that of every database it has opened.
pub const SCHEMA_VERSION: i64 = SQLITE.len() as i64;
const _: () = assert!(SQLITE.len() == POSTGRES.len(), "both databases have one schema");

/// What servers that start at once on one PostgreSQL wait for; any number will do that nobody else uses.
const MIGRATION_LOCK: i64 = 0x0066_6965_6c64_7066;

/// Runs what is missing, each version in a transaction of its own.
pub(crate) async fn sqlite(writer: &SqlitePool, file: &Path) -> Result<(), StoreError> {
    run_sqlite(SQLITE, writer, file).await
}

/// Runs what is missing, each version in a transaction of its own.
pub(crate) async fn postgres(pool: &PgPool) -> Result<(), StoreError> {
    let newest = POSTGRES.len() as i64;
    for (next, statements) in (1..).zip(POSTGRES) {
        let mut transaction = pool.begin().await?;
        sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(MIGRATION_LOCK).execute(&mut *transaction).await?;
        let found = postgres_version(&mut transaction).await?;
        if found > newest {
            return Err(StoreError::SchemaTooNew { what: "the PostgreSQL database".to_owned(), found, known: newest });
        }
        if found < next {
            sqlx::raw_sql(*statements).execute(&mut *transaction).await?;
            sqlx::query("UPDATE schema_version SET version = $1").bind(next).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
    }
    Ok(())
}

async fn postgres_version(connection: &mut PgConnection) -> Result<i64, StoreError> {
    sqlx::raw_sql(
        "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL);
         INSERT INTO schema_version SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM schema_version)",
    )
    .execute(&mut *connection)
    .await?;
    Ok(sqlx::query("SELECT version FROM schema_version").fetch_one(connection).await?.try_get(0)?)
}

async fn run_sqlite(migrations: &[&'static str], writer: &SqlitePool, file: &Path) -> Result<(), StoreError> {
    let newest = migrations.len() as i64;
    let mut connection = writer.acquire().await?;
    let found = version(&mut connection).await?;
    if found > newest {
        return Err(StoreError::SchemaTooNew { what: file.display().to_string(), found, known: newest });
    }
    if found > 0 && found < newest {
        copy_before(&mut connection, file, found).await?;
    }
    drop(connection);
    for (next, statements) in (1..).zip(migrations) {
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

#[cfg(test)]
mod tests {
    use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

    use super::*;

    const SECOND: &str = "ALTER TABLE sites ADD COLUMN region TEXT";

    async fn open(file: &Path) -> SqlitePool {
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
        SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap()
    }

    fn copies(folder: &Path) -> usize {
        let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter(|name| name.to_string_lossy().contains("before-migration")).count()
    }

    #[test]
    fn no_file_is_forgotten() {
        for (database, known) in [("sqlite", SQLITE), ("postgres", POSTGRES)] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(database);
            assert_eq!(std::fs::read_dir(folder).unwrap().count(), known.len(), "{database}");
        }
    }

    #[tokio::test]
    async fn an_old_file_is_copied_then_migrated_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("fieldproof.db");
        let pool = open(&file).await;
        run_sqlite(&SQLITE[..1], &pool, &file).await.unwrap();
        assert_eq!(copies(folder.path()), 0, "there was nothing to lose");
        sqlx::query("INSERT INTO users (id, email, created_at) VALUES (x'01', 'jane.doe@example.com', 0)")
            .execute(&pool)
            .await
            .unwrap();
        for _ in 0..2 {
            run_sqlite(&[SQLITE[0], SECOND], &pool, &file).await.unwrap();
        }
        assert_eq!(version(&mut pool.acquire().await.unwrap()).await.unwrap(), 2);
        sqlx::query("SELECT region FROM sites").fetch_all(&pool).await.unwrap();
        let copy = open(&folder.path().join("fieldproof.before-migration-from-1.db")).await;
        let users = sqlx::query("SELECT email FROM users").fetch_all(&copy).await.unwrap();
        assert_eq!(users.len(), 1);
        assert!(sqlx::query("SELECT region FROM sites").fetch_all(&copy).await.is_err(), "the copy is the old one");
    }

    #[tokio::test]
    async fn a_failed_migration_leaves_the_version_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("fieldproof.db");
        let pool = open(&file).await;
        run_sqlite(&SQLITE[..1], &pool, &file).await.unwrap();
        let broken = "ALTER TABLE sites ADD COLUMN region TEXT; SELECT nonsense";
        assert!(run_sqlite(&[SQLITE[0], broken], &pool, &file).await.is_err());
        assert_eq!(version(&mut pool.acquire().await.unwrap()).await.unwrap(), 1);
        assert!(sqlx::query("SELECT region FROM sites").fetch_all(&pool).await.is_err());
        run_sqlite(&[SQLITE[0], SECOND], &pool, &file).await.unwrap();
    }

    #[tokio::test]
    async fn a_newer_schema_is_refused_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("fieldproof.db");
        let pool = open(&file).await;
        run_sqlite(&[SQLITE[0], SECOND], &pool, &file).await.unwrap();
        let error = run_sqlite(&SQLITE[..1], &pool, &file).await.unwrap_err();
        assert!(matches!(error, StoreError::SchemaTooNew { found: 2, known: 1, .. }));
        assert!(error.to_string().contains("newer fieldproof"), "{error}");
    }
}
