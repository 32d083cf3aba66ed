//! Looking through an archive without a server: what the error file of its batch would say. The walk is that of
//! `unpack`, the rules are those of the work orders and analyses themselves.

mod report;
mod rules;
#[cfg(test)]
mod tests;

use std::{
    io::{Read, Seek},
    num::NonZero,
    sync::Arc,
    thread::available_parallelism,
};

use fieldproof_archive::{Archive, ArchiveError, Limits, Ratio};
use fieldproof_domain::batch::Problem;
use fieldproof_store::batches::Failure;
use futures::{StreamExt as _, stream};
use tokio::{sync::mpsc, task::spawn_blocking};

pub use self::report::{ArchiveReport, Tally};
use self::{report::Reporter, rules::Rules};
use super::unpack::{
    READ_AHEAD, folder_of, limits,
    read::{Part, walk},
};
use crate::{AppError, Settings, applications::LoadedApplication};

/// More entries than any server takes, and few enough to look through.
const MOST_ENTRIES: u64 = 10_000_000;

/// What is told while an archive is looked through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// One more photo has been looked at.
    Photo,
    /// A line of the error file.
    Problem(Problem),
}

/// A part that has been judged.
enum Judged {
    /// A photo with what is wrong with it.
    Photo { work_order: String, problem: Option<Problem> },
    /// Anything else.
    Other(Part),
}

/// Says whether a file is an archive that can be opened, by its first bytes and, of a zip, its directory: "zip", "tar",
/// "tar.gz" or "tar.zst". Blocks. Servers have limits of their own, so none is judged here.
///
/// # Errors
/// Why no server could use it.
pub fn recognise(source: impl Read + Seek + Send + 'static) -> Result<String, Failure> {
    let any = Ratio { max: u64::MAX, from: u64::MAX };
    let limits = Limits {
        archive_bytes: u64::MAX,
        entries: MOST_ENTRIES,
        unpacked_bytes: u64::MAX,
        archive_ratio: any,
        ..Limits::default()
    };
    let archive = Archive::open(source, limits).map_err(|error| failure(&error))?;
    Ok(archive.format().to_string())
}

/// Looks through an archive as a server with the usual settings would, and tells `found` of every line that the error
/// file would have. Without an application nobody knows which task groups there are and which metadata is needed.
/// Whether there are work orders of the same names, only the server knows.
///
/// What is wrong with photos is told also where their work order would be refused and they would have no turn.
///
/// Photos are decoded on all cores; memory holds a few of them, and the names of the work orders.
///
/// # Errors
/// [`AppError::Internal`] when a thread has panicked.
pub async fn check_archive(
    source: impl Read + Seek + Send + 'static,
    application: Option<Arc<LoadedApplication>>,
    found: impl FnMut(Finding),
) -> Result<ArchiveReport, AppError> {
    let rules = Arc::new(Rules::new(application));
    let (parts, mut received) = mpsc::channel(READ_AHEAD);
    let reading = spawn_blocking(move || {
        let mut archive = Archive::open(source, limits(Settings::new("").batch_archive_limit))?;
        let format = archive.format().to_string();
        Ok((format, walk(&mut archive, |part| parts.blocking_send(part).is_ok())))
    });
    let mut reporter = Reporter::new(Arc::clone(&rules), found);
    let parts = stream::poll_fn(move |context| received.poll_recv(context));
    let mut judged =
        parts.map(|part| judge(Arc::clone(&rules), part)).buffered(available_parallelism().map_or(1, NonZero::get));
    while let Some(judged) = judged.next().await {
        reporter.add(judged?);
    }
    let read = reading.await.map_err(|panic| AppError::Internal(panic.to_string()))?;
    let (format, end) = match read {
        Ok((format, end)) => (Some(format), end),
        Err(error) => (None, Err(error)),
    };
    let unusable = end.err().and_then(|error| reporter.end(&error));
    Ok(reporter.into_report(format, unusable))
}

async fn judge(rules: Arc<Rules>, part: Part) -> Result<Judged, AppError> {
    let Part::Photo { work_order, file, bytes, .. } = part else { return Ok(Judged::Other(part)) };
    let looking = spawn_blocking(move || {
        let problem = rules.photo(&work_order, &file, &bytes);
        Judged::Photo { work_order, problem }
    });
    looking.await.map_err(|panic| AppError::Internal(panic.to_string()))
}

fn failure(error: &ArchiveError) -> Failure {
    Failure { code: error.code().to_owned(), reason: error.to_string() }
}

impl<F: FnMut(Finding)> Reporter<F> {
    /// The archive ends here, not well. Answers why it cannot be used at all; `None`: some of it is whole.
    fn end(&mut self, error: &ArchiveError) -> Option<Failure> {
        let failure = failure(error);
        if !matches!(error, ArchiveError::Truncated { .. } | ArchiveError::Damaged { .. }) {
            return Some(failure);
        }
        let name = error.cut().and_then(|path| folder_of(path.as_str())).or_else(|| self.last());
        if let Some(name) = name {
            self.cut(name);
        }
        if self.work_orders() <= 1 {
            return Some(failure);
        }
        let Failure { code, reason } = failure;
        self.tell(Problem { work_order: None, file: None, code, reason });
        None
    }
}
