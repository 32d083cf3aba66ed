//! Whether everything is there and as it was written.
//!
//! It works beside serving servers: what changes while it looks is looked at again before it is called a fault. It reads
//! every photo, piece by piece, so it takes as long as a backup.

mod orphans;
mod photos;
mod rows;
mod versions;

use fieldproof_store::StoreError;
use fieldproof_vision::JPEG_DECODER;
use futures::TryStreamExt as _;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::{AppError, Fieldproof};

/// Examples shown of each fault.
const EXAMPLES: usize = 10;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Nothing is wrong.
    Ok,
    /// Something takes up room and hurts nobody.
    Warning,
    /// Something that was answered with a 2xx is not there, or not as it was.
    Error,
}

/// What one check has found.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// How it ended.
    pub status: Status,
    /// In one line.
    pub summary: String,
    /// Some of what is wrong, each with its name.
    pub examples: Vec<String>,
    /// What to do about it; empty when nothing is wrong.
    pub advice: &'static str,
}

impl Check {
    fn ok(name: &'static str, summary: String) -> Self {
        Self { name, status: Status::Ok, summary, examples: Vec::new(), advice: "" }
    }
}

/// Counts faults and keeps some of them.
#[derive(Default)]
struct Faults {
    count: u64,
    examples: Vec<String>,
}

impl Faults {
    fn add(&mut self, what: String) {
        self.count += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(what);
        }
    }
}

impl Fieldproof {
    /// Looks at everything; one answer for each check.
    pub async fn examine(&self) -> Result<Vec<Check>, AppError> {
        Ok(vec![
            self.examine_database().await?,
            self.examine_references().await?,
            self.examine_versions().await?,
            self.examine_photos().await?,
            self.examine_orphans().await?,
            self.examine_engine(),
        ])
    }

    fn examine_engine(&self) -> Check {
        match self.engine_description() {
            Ok(engine) => Check::ok("engine", format!("models run on {engine}; {JPEG_DECODER} decodes JPEG photos")),
            Err(reason) => Check {
                name: "engine",
                status: Status::Error,
                summary: reason,
                examples: Vec::new(),
                advice: "Correct --onnxruntime, or leave it out: models run on the built-in engine then, slower.",
            },
        }
    }

    /// What a blob hashes to; `None` when it is not there.
    async fn blob_sha256(&self, key: &str) -> Result<Option<[u8; 32]>, StoreError> {
        let Some(found) = self.store.blobs().find(key).await? else { return Ok(None) };
        let (mut pieces, mut hash) = (found.pieces(), Sha256::new());
        while let Some(piece) = pieces.try_next().await? {
            hash.update(&piece);
        }
        Ok(Some(hash.finalize().into()))
    }
}
