//! Rows of any table, out of one database and into another: what backup, restore, move and doctor stand on.
//!
//! Tables, columns, keys and references come from the database's own catalogue, so that a new table is copied without a
//! line of code here. Every row goes through its canonical line, a JSON object with its columns by name, which is the
//! same on every database: integers as numbers, texts as strings, ids and bytes as strings of hex digits. Lines are
//! read in the order of the table's key, compared byte by byte, so that the sha256 over all of them tells whether two
//! tables hold the same.
//!
//! Two things are conventions of the schema: a column `blob_key` names a blob of which the row speaks, and the tables
//! in [`NOT_DATA`] are about the database itself.

mod blob_keys;
mod catalogue;
mod import;
mod line;
mod lines;

pub use blob_keys::each_blob_key;
pub(crate) use catalogue::quoted;
pub use catalogue::{Catalogue, Reference, Table};
pub use import::Import;
pub use lines::{TableSum, TableSummer, is_empty, lines, sum};

/// Tables that say something of this database and of the programs that use it, not of field work.
pub const NOT_DATA: [&str; 2] = ["schema_version", "holds"];
