//! Archive bytes in, entries out: zip, tar, tar.gz and tar.zst, recognised by their content.
//!
//! ```no_run
//! use fieldproof_archive::{Archive, ArchiveError, Entry, Limits};
//!
//! fn unpack(file: std::fs::File) -> Result<(), ArchiveError> {
//!     let mut archive = Archive::open(file, Limits::default())?;
//!     let mut entries = archive.entries()?;
//!     while let Some(entry) = entries.next_entry()? {
//!         match entry {
//!             Entry::Bad(bad) => eprintln!("{}: {}", bad.name, bad.problem),
//!             Entry::File(file) => {
//!                 let path = file.path().clone();
//!                 match file.read()? {
//!                     Ok(bytes) => println!("{path}: {} bytes", bytes.len()),
//!                     Err(bad) => eprintln!("{}: {}", bad.name, bad.problem),
//!                 }
//!             }
//!         }
//!     }
//!     Ok(())
//! }
//! ```
//!
//! The archive may be hostile. A [`BadEntry`] is reported and the rest goes on; an [`ArchiveError`] ends the archive,
//! after everything that was whole before it. Nothing is written anywhere, no name is used as a path here, and the
//! memory taken is bounded by [`Limits`] whatever the bytes say.
//!
//! Reading blocks: an async caller gives it a thread of its own.

mod archive;
mod entry;
mod error;
mod limits;
mod path;
mod problem;
mod seen;
mod shown;
mod sniff;
mod source;
mod tar;
mod walk;
mod zip;

pub use archive::{Archive, Entries};
pub use entry::{BadEntry, Entry, FileEntry};
pub use error::ArchiveError;
pub use limits::{Limits, Ratio};
pub use path::EntryPath;
pub use problem::EntryProblem;
pub use sniff::Format;
