//! Connections to read from.

use std::future::Future;

use futures::{
    StreamExt as _, TryStreamExt as _,
    stream::{self, BoxStream},
};
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use super::{Dialect, Row, Value, handle::Handle};
use crate::StoreError;

/// A connection that can be read from: a [`Reader`], a [`Snapshot`], or a
/// [`Writer`](super::Writer) that sees what it has written itself.
pub trait Session: Send + private::Connected {}

/// A connection for reading.
pub struct Reader(pub(super) Handle);

/// A connection for reading several things as they were at one moment.
pub struct Snapshot(pub(super) Handle);

impl Session for Reader {}
impl Session for Snapshot {}

#[allow(private_interfaces, private_bounds, reason = "the trait cannot be named outside this crate")]
pub(super) mod private {
    use crate::{
        StoreError,
        db::{Dialect, handle::Handle},
    };

    /// Seals [`super::Session`], and keeps sqlx out of this crate's interface.
    pub trait Connected {
        /// The connection, once what was put off is done.
        fn handle(&mut self) -> impl Future<Output = Result<&mut Handle, StoreError>> + Send;

        fn dialect(&self) -> Dialect;
    }

    macro_rules! connected {
        ($($session:ident),*) => {$(
                    impl Connected for super::$session {
                async fn handle(&mut self) -> Result<&mut Handle, StoreError> {
                    Ok(&mut self.0)
                }

                fn dialect(&self) -> Dialect {
                    self.0.dialect()
                }
            }
        )*};
    }
    connected!(Reader, Snapshot);
}

/// Reading, inside this crate.
pub(crate) trait Query: Session {
    /// Every row of the answer.
    fn all(
        &mut self,
        sql: &'static str,
        args: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<Row>, StoreError>> + Send {
        async move { self.handle().await?.all(sql.into_sql_str(), args).await }
    }

    /// Every row of the answer to a statement that was put together here, from texts of this crate alone.
    fn all_of(&mut self, sql: String, args: Vec<Value>) -> impl Future<Output = Result<Vec<Row>, StoreError>> + Send {
        async move { self.handle().await?.all(built(sql), args).await }
    }

    /// The first row of the answer, if there is one.
    fn first(
        &mut self,
        sql: &'static str,
        args: Vec<Value>,
    ) -> impl Future<Output = Result<Option<Row>, StoreError>> + Send {
        async move { self.handle().await?.first(sql.into_sql_str(), args).await }
    }

    /// The rows of an answer one after another, for answers that may be larger than memory. The statement was put
    /// together here, from texts of this crate and names of the schema.
    fn stream_of(&mut self, sql: String) -> BoxStream<'_, Result<Row, StoreError>> {
        stream::once(async move { Ok::<_, StoreError>(self.handle().await?.stream(built(sql))) }).try_flatten().boxed()
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
        private::Connected::dialect(self)
    }
}

impl<S: Session> Query for S {}

/// A statement that was put together here.
pub(super) fn built(sql: String) -> Sql {
    AssertSqlSafe(sql).into_sql_str()
}

/// The text of a statement.
pub(super) type Sql = SqlStr;
