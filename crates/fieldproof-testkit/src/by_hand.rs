//! Changes of the database that no command makes, to see whether they are found.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use crate::TestServer;

impl TestServer {
    /// Runs a statement as somebody with a database shell would who switches off what holds references.
    ///
    /// # Panics
    /// When it fails.
    pub fn change_by_hand(&self, sql: &str) {
        let postgres = self.database().map(crate::TestDatabase::url);
        let sqlite = format!("sqlite://{}", self.data().join("fieldproof.db").display());
        let sql = sql.to_owned();
        let run = async move {
            if let Some(url) = postgres {
                let mut connection = PgConnection::connect(&url).await?;
                let sql = format!("SET session_replication_role = replica; {sql}");
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
                connection.close().await
            } else {
                let mut connection = SqliteConnection::connect(&sqlite).await?;
                let sql = format!("PRAGMA foreign_keys = OFF; {sql}");
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
                connection.close().await
            }
        };
        let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let done: Result<(), sqlx::Error> =
            std::thread::spawn(move || runtime().block_on(run)).join().expect("the thread ends");
        done.expect("the statement runs");
    }
}
