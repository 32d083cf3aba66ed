//! Batches: an archive of work orders in, every photo analysed, and a file that says what went wrong where (contract
//! sections 2.8 and 4).
//!
//! The walk of a batch: `create` gives out the address that takes the archive, `upload` takes it in pieces, the job in
//! `unpack` puts its photos into the blob store and notes which work orders there are, and one job for each of them, in
//! `process`, makes the work order and analyses its photos. `finish` sees when all is done. `check` looks through an
//! archive before it is sent.

mod cancel;
mod check;
mod create;
mod finish;
mod forget;
mod make;
mod problems;
mod process;
mod retry;
mod unpack;
mod upload;
mod view;

pub use check::{ArchiveReport, Finding, Tally, check_archive, recognise};
pub use create::NewBatch;
pub use fieldproof_store::batches::{Batch, Checksums, Failure};
pub use problems::ProblemPage;
pub(crate) use upload::Uploads;
pub use upload::{BodyBreak, Upload, UploadError, UploadRequest, Uploaded};
pub use view::{BatchPage, BatchView};
