//! The archive of a batch, taken in pieces (contract section 4.3).
//!
//! What is held of an archive is what lies in the blob store, and no row is written for a piece: so a server that is
//! killed loses nothing that it has acknowledged, and any of several servers can take the next piece. A process keeps in
//! memory only what spares it from looking again.
//!
//! | file | what it does |
//! |---|---|
//! | `address` | where is it sent to? |
//! | `open` | who may send to this address, and until when? |
//! | `put` | one request, from its headers to its answer |
//! | `receive` | its body, in pieces of bounded size |
//! | `archive` | the pieces: added where the archive ends, and their checksums |
//! | `complete` | all of it is there: checked, noted, and listed to be unpacked |
//! | `cancel` | the sender gives up |
//! | `erase` | what nobody needs any more |
//! | `segments` | reading the archive from any place |

mod address;
mod archive;
mod cancel;
mod complete;
mod digest;
mod erase;
mod error;
mod open;
mod put;
mod receive;
mod segments;

use std::time::Duration;

use fieldproof_domain::ids::BatchId;
use fieldproof_store::batches::Batch;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

pub use error::UploadError;
pub use open::Upload;
pub use put::{UploadRequest, Uploaded};
pub use receive::BodyBreak;

/// Bodies taken at once. Each has two pieces in memory at most.
const AT_ONCE: usize = 16;
/// A body waits for its turn for no longer than this.
const PATIENCE: Duration = Duration::from_secs(10);
/// When trying again is worth it after that.
const RETRY_AFTER: Duration = Duration::from_secs(5);
/// Archives of which something is kept in memory: some hundred bytes each.
const KNOWN: u64 = 1000;

/// What uploads share in a process.
pub(crate) struct Uploads {
    places: Semaphore,
    known: archive::KnownArchives,
}

impl Uploads {
    pub(crate) fn new() -> Self {
        Self { places: Semaphore::new(AT_ONCE), known: archive::KnownArchives::new(KNOWN) }
    }

    /// A place for a body to be taken.
    async fn place(&self) -> Result<SemaphorePermit<'_>, UploadError> {
        match timeout(PATIENCE, self.places.acquire()).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(UploadError::Busy { retry_after: RETRY_AFTER }),
        }
    }
}

/// What the keys of all archives begin with in the blob store.
const UPLOADS: &str = "uploads";

/// What those of everything that was sent for a batch begin with.
fn folder(batch: BatchId) -> String {
    format!("{UPLOADS}/{batch}")
}

/// What those of its archive as it is meant now begin with.
fn current_folder(batch: &Batch) -> String {
    format!("{}/{}", folder(batch.id), batch.upload_attempt)
}
