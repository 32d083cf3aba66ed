//! Unpacking a batch's archive: one pass from its first entry to its last. Photos go straight to where their analyses
//! will have them, so that no photo is written twice; what there is to do is noted in rows. Only when all of it is there
//! are the work orders listed as jobs.
//!
//! A pass that is killed starts anew: what it noted is forgotten first, and its photos go with the rows that name them.
//! `read` walks through the archive on a thread that may block, `collect` turns what it finds into rows.

mod collect;
pub(super) mod read;

use fieldproof_archive::{Archive, ArchiveError, Limits};
use fieldproof_domain::{
    batch::{Place, ProblemCode, Status, place},
    ids::BatchId,
};
use fieldproof_store::{
    Writer,
    batches::{self, Batch, Erase, Failure},
    jobs::Leased,
};
use tokio::{sync::mpsc, task::spawn_blocking};

use self::collect::Collector;
use crate::{
    AppError, Fieldproof,
    analyse::MAX_PHOTO_BYTES,
    jobs::{Job, finish},
};

/// Entries that are read ahead of those being stored. With as many being stored, this bounds memory: eight photos.
pub(super) const READ_AHEAD: usize = 4;

/// An archive that is still missing at this try, twenty minutes after the first, is not only out of reach.
const GONE_AFTER: u32 = 9;

/// What archives of batches are held to.
pub(super) fn limits(archive_bytes: u64) -> Limits {
    Limits { archive_bytes, entry_bytes: MAX_PHOTO_BYTES as u64, ..Limits::default() }
}

impl Fieldproof {
    /// Unpacks a batch's archive and lists its work orders as jobs.
    ///
    /// # Errors
    /// Failures of storage, which the job is tried again for. What is wrong with the archive ends the batch.
    pub(crate) async fn unpack_batch(&self, id: BatchId, leased: &Leased) -> Result<(), AppError> {
        let Some(batch) = self.begin_unpacking(id, leased).await? else { return Ok(()) };
        let Some(source) = self.open_archive(&batch).await? else { return self.miss_archive(id, leased).await };
        let limits = limits(self.batch_archive_limit);
        let (parts, received) = mpsc::channel(READ_AHEAD);
        let reading = spawn_blocking(move || {
            let mut archive = Archive::open(source, limits)?;
            read::walk(&mut archive, |part| parts.blocking_send(part).is_ok())
        });
        let mut collector = Collector::new(self, id, leased);
        collector.collect(received).await?;
        let end = reading.await.map_err(|panic| AppError::Internal(panic.to_string()))?;
        self.end_unpacking(collector, end).await
    }

    /// The archive is not there: a folder that was not mounted for a while, or a backup was restored, which has none.
    async fn miss_archive(&self, id: BatchId, leased: &Leased) -> Result<(), AppError> {
        let code = ProblemCode::ArchiveGone;
        if leased.attempts < GONE_AFTER {
            return Err(AppError::Internal(format!("batch {id}: {}", code.reason())));
        }
        let mut writer = self.store.write().await?;
        finish(&mut writer, leased).await?;
        self.fail_batch(&mut writer, id, code.into()).await?;
        Ok(writer.commit().await?)
    }

    /// Forgets what an earlier pass has left; `None`: there is nothing to do any more.
    async fn begin_unpacking(&self, id: BatchId, leased: &Leased) -> Result<Option<Batch>, AppError> {
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        let batch = batches::get_for_change(&mut writer, id).await?;
        let batch = batch.filter(|batch| matches!(batch.status, Status::Queued | Status::Processing));
        let Some(mut batch) = batch else {
            finish(&mut writer, leased).await?;
            writer.commit().await?;
            return Ok(None);
        };
        batches::erase_photos(&mut writer, id, Erase::All, now).await?;
        batches::forget_parts(&mut writer, id).await?;
        self.add_job(&mut writer, Job::ErasePhotos, now).await?;
        batch.status = Status::Processing;
        batch.started_at = batch.started_at.or(Some(now));
        batches::update(&mut writer, &batch).await?;
        writer.commit().await?;
        Ok(Some(batch))
    }

    async fn end_unpacking(&self, mut collector: Collector<'_>, end: Result<(), ArchiveError>) -> Result<(), AppError> {
        let (id, leased) = (collector.batch(), collector.leased());
        let failure = match end {
            Ok(()) => None,
            // The archive may be all right: its storage is not.
            Err(ArchiveError::Unreadable(error)) => {
                return Err(AppError::Internal(format!("the archive of batch {id} cannot be read: {error}")));
            }
            Err(error @ (ArchiveError::Truncated { .. } | ArchiveError::Damaged { .. })) => {
                let cut = error.cut().and_then(|path| folder_of(path.as_str()));
                let failure = Failure { code: error.code().to_owned(), reason: error.to_string() };
                // What was whole before goes on, if anything was.
                if collector.cut(cut, &failure) { None } else { Some(failure) }
            }
            Err(error) => Some(Failure { code: error.code().to_owned(), reason: error.to_string() }),
        };
        if failure.is_none() {
            collector.flush().await?;
        }
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        finish(&mut writer, leased).await?;
        match failure {
            Some(failure) => self.fail_batch(&mut writer, id, failure).await?,
            None => {
                self.add_work_order_jobs(&mut writer, id).await?;
                self.add_job(&mut writer, Job::EraseUpload(id), now).await?;
                self.conclude(&mut writer, id).await?;
            }
        }
        Ok(writer.commit().await?)
    }

    /// The job was given up: the batch has failed.
    pub(crate) async fn give_up_unpacking(&self, writer: &mut Writer, id: BatchId) -> Result<(), AppError> {
        self.fail_batch(writer, id, ProblemCode::GaveUp.into()).await
    }
}

/// The work order that a file belongs to.
pub(super) fn folder_of(path: &str) -> Option<String> {
    match place(path) {
        Place::Metadata { work_order } | Place::Parameters { work_order } | Place::Photo { work_order, .. } => {
            Some(work_order.to_owned())
        }
        Place::Unexpected { .. } | Place::Junk => None,
    }
}
