//! Where Fieldproof keeps things: rows in a database, photos and application files in a blob store.
//!
//! The only place with SQL. One module per aggregate; its functions take a [`Reader`] or a [`Writer`], so that what
//! is written together is committed together: a use case begins, calls, adds its audit row, commits.
//!
//! SQL is written once, in the words that SQLite and PostgreSQL share (`$1` parameters, `ON CONFLICT`, microsecond
//! integers for time), behind the types of [`db`].

pub mod analyses;
pub mod app_versions;
pub mod audit;
pub mod batches;
mod blob_writer;
mod blobs;
pub mod copy;
pub mod corrections;
mod db;
pub mod erasures;
mod error;
pub mod exports;
mod growing;
pub mod holds;
pub mod idempotency;
pub mod inputs;
pub mod integrity;
pub mod jobs;
pub mod listing;
pub mod locks;
mod page_cache;
mod pages;
pub mod photo_hashes;
pub mod sites;
mod store;
pub mod task_states;
pub mod terms;
pub mod thumbnails;
pub mod tokens;
pub mod users;
pub mod windows;
pub mod work_orders;

pub use blob_writer::BlobWriter;
pub use blobs::{BLOB_FOLDERS, Blobs, FoundBlob, StoredBlob};
pub use db::{Reader, SCHEMA_VERSION, Session, Snapshot, Writer};
pub use error::{Condition, StoreError};
pub use growing::{Growing, Segment};
pub use store::{Places, Store};
