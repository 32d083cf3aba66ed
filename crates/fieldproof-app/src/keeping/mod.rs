//! Keeping what was entrusted to Fieldproof: [`backup`], [`restore`], [`doctor`], [`move_to`].
//!
//! Each works on any database and blob store, through the generic copy of rows in `fieldproof_store::copy`. A backup and
//! the doctor work beside serving servers. They write to files and read from them on the thread that they are called on:
//! they are for commands, not for servers.

mod ahead;
mod archive;
pub mod backup;
mod beside;
pub mod doctor;
mod error;
mod hold;
mod left;
pub mod move_to;
pub mod restore;
mod spool;

pub use archive::{BlobSum, Manifest, Missing as MissingBlobs};
pub use error::KeepingError;
