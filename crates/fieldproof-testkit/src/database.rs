//! A database of its own for every test: a SQLite file by default, a PostgreSQL database where the environment names a
//! server. So the same tests run on both.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

/// Names a PostgreSQL server (`postgres://user@host:port`) that the tests may make databases on. `cargo xtask test`
/// starts one.
const SERVER: &str = "FIELDPROOF_TEST_POSTGRES";

/// A PostgreSQL database, dropped with this.
pub struct TestDatabase {
    server: String,
    name: String,
}

impl TestDatabase {
    /// A new, empty database, when the tests run on PostgreSQL; `None`: they run on SQLite.
    ///
    /// # Panics
    /// When the server that the environment names cannot be used.
    pub fn make() -> Option<Self> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var(SERVER).ok().filter(|server| !server.is_empty())?;
        let name = format!("test_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let database = Self { server, name };
        database.on_server(&format!("CREATE DATABASE {}", database.name)).expect("a database for the test");
        Some(database)
    }

    /// What `--database-url` takes.
    pub fn url(&self) -> String {
        format!("{}/{}", self.server, self.name)
    }

    /// Ends every connection and lets nobody in any more, as when the database server goes away.
    ///
    /// # Panics
    /// When the server does not do it.
    pub fn cut_off(&self) {
        self.on_server(&format!("ALTER DATABASE {} ALLOW_CONNECTIONS false", self.name)).expect("nobody gets in");
        let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'", self.name);
        self.on_server(&end).expect("connections end");
    }

    /// Lets everybody in again.
    ///
    /// # Panics
    /// When the server does not do it.
    pub fn let_in(&self) {
        self.on_server(&format!("ALTER DATABASE {} ALLOW_CONNECTIONS true", self.name)).expect("everybody gets in");
    }

    /// Runs statements in it.
    ///
    /// # Panics
    /// When the database refuses.
    pub fn execute(&self, sql: &str) {
        run(self.url(), sql).expect("the statement");
    }

    /// Runs a statement outside of the database.
    fn on_server(&self, sql: &str) -> Result<(), sqlx::Error> {
        run(format!("{}/postgres", self.server), sql)
    }
}

/// Runs statements on a thread of its own: tests call from inside a runtime.
fn run(url: String, sql: &str) -> Result<(), sqlx::Error> {
    let sql = sql.to_owned();
    let run = async move {
        let mut connection = PgConnection::connect(&url).await?;
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
        connection.close().await
    };
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    std::thread::spawn(move || runtime().block_on(run)).join().expect("the thread ends")
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // The server of the tests goes soon after anyway.
        if let Err(error) = self.on_server(&format!("DROP DATABASE {} WITH (FORCE)", self.name)) {
            eprintln!("the test's database {} is still there: {error}", self.name);
        }
    }
}
