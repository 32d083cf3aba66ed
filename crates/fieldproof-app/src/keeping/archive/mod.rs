//! The file of a backup: a tar, compressed as the ending of its name says.
//!
//! | entry | what it is |
//! |---|---|
//! | `blobs/<key>` | photos and application files, each as it is |
//! | `tables/<table>.jsonl` | rows, one canonical line each, in an order in which they can be written |
//! | `manifest.json` | what there should be, with checksums; the last entry, so an archive that has it is whole |
//!
//! Blobs come first, so that a restore writes rows when everything that they speak of is there.

mod check;
mod manifest;
mod pack;
mod packing;
mod unpack;

pub use check::CheckedArchive;
pub use manifest::{BlobSum, Manifest, Missing};
pub(super) use manifest::{BlobSummer, FORMAT};
pub(super) use pack::{Packer, folder_of};
pub(super) use packing::Packing;
pub(super) use unpack::{Entry, each_entry, read_all};

const MANIFEST: &str = "manifest.json";
const BLOBS: &str = "blobs/";
const TABLES: &str = "tables/";
const LINES: &str = ".jsonl";
