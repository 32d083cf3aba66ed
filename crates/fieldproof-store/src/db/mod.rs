//! A thin layer over sqlx, so that every statement of this crate is written once for every database.

mod migrate;
mod row;
mod session;
mod sqlite;
mod value;

pub(crate) use row::Row;
pub(crate) use session::Query;
pub use session::{Reader, Session, Snapshot, Writer};
pub(crate) use sqlite::Sqlite;
pub(crate) use value::{Value, args};
