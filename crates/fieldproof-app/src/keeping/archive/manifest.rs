//! What an archive says that it holds.

use chrono::{DateTime, Utc};
use fieldproof_store::copy::TableSum;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The format of archives that this program writes and reads.
pub(in crate::keeping) const FORMAT: u32 = 1;

/// What an archive says that it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// 1. Another number is another format.
    pub format: u32,
    /// The version of the program that made it.
    pub program: String,
    /// The version of the schema that its rows fit.
    pub schema: i64,
    /// When the rows were as they are here.
    pub created_at: DateTime<Utc>,
    /// By name, in an order in which they can be written.
    pub tables: IndexMap<String, TableSum>,
    /// Photos and application files.
    pub blobs: BlobSum,
    /// Blobs that rows speak of and that were not in the blob store.
    pub missing: Missing,
}

/// How many blobs, and what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobSum {
    /// Their number.
    pub count: u64,
    /// Their size.
    pub bytes: u64,
    /// sha256 over a line for each, in the order of the archive: its own sha256, two spaces, its key.
    pub sha256: String,
}

/// Blobs that rows speak of and that are not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// Their number.
    pub count: u64,
    /// Keys of some.
    pub examples: Vec<String>,
}

impl Manifest {
    /// All rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.values().map(|table| table.rows).sum()
    }
}

impl Missing {
    /// Keeps the first ten keys.
    pub(in crate::keeping) fn add(&mut self, key: &str) {
        self.count += 1;
        if self.examples.len() < 10 {
            self.examples.push(key.to_owned());
        }
    }
}

/// Adds up blobs.
#[derive(Default)]
pub(in crate::keeping) struct BlobSummer {
    count: u64,
    bytes: u64,
    hash: Sha256,
}

impl BlobSummer {
    pub(in crate::keeping) fn add(&mut self, key: &str, size: u64, sha256: &[u8]) {
        self.count += 1;
        self.bytes += size;
        self.hash.update(format!("{}  {key}\n", hex(sha256)));
    }

    pub(in crate::keeping) fn finish(self) -> BlobSum {
        BlobSum { count: self.count, bytes: self.bytes, sha256: hex(&self.hash.finalize()) }
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
