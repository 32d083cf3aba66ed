//! Batches as callers see them.

use chrono::{DateTime, Utc};
use fieldproof_domain::{
    batch::{Progress, Status},
    ids::{BatchId, SiteId},
    paging::{Cursor, Neighbours},
};
use fieldproof_store::{
    Session,
    batches::{self, Batch},
};

use crate::{
    AppError, Fieldproof, Missing,
    permit::{Permit, act},
};

/// A batch and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchView {
    /// The batch.
    pub batch: Batch,
    /// Its work orders and photos, as far as its archive is unpacked.
    pub progress: Progress,
    /// When it will be done if it goes on like this; only while it is worked on.
    pub estimated_end: Option<DateTime<Utc>>,
}

/// A page of batches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchPage {
    /// Newest first.
    pub batches: Vec<BatchView>,
    /// Where the pages beside it begin.
    pub neighbours: Neighbours,
}

impl BatchView {
    /// Of a batch that was just made.
    pub(super) fn new(batch: Batch) -> Self {
        Self { batch, progress: Progress::default(), estimated_end: None }
    }
}

impl Fieldproof {
    /// A batch of the caller's site.
    ///
    /// # Errors
    /// [`Missing::Batch`].
    pub async fn batch(&self, caller: &Permit<act::SendBatch>, id: BatchId) -> Result<BatchView, AppError> {
        let mut snapshot = self.store.snapshot().await?;
        let batch = batch_of(&mut snapshot, caller.site, id).await?;
        self.batch_view(&mut snapshot, batch).await
    }

    /// Batches of the caller's site, newest first; `limit` at most.
    pub async fn list_batches(
        &self,
        caller: &Permit<act::SendBatch>,
        cursor: Option<Cursor>,
        limit: u32,
    ) -> Result<BatchPage, AppError> {
        let mut snapshot = self.store.snapshot().await?;
        let (found, neighbours) = batches::page(&mut snapshot, caller.site, cursor, limit).await?;
        let mut batches = Vec::with_capacity(found.len());
        for batch in found {
            batches.push(self.batch_view(&mut snapshot, batch).await?);
        }
        Ok(BatchPage { batches, neighbours })
    }

    pub(super) async fn batch_view(&self, session: &mut impl Session, batch: Batch) -> Result<BatchView, AppError> {
        if matches!(batch.status, Status::Created | Status::Uploading | Status::Queued) {
            return Ok(BatchView::new(batch));
        }
        let progress = batches::progress(session, batch.id).await?;
        let started = batch.started_at.filter(|_| batch.status == Status::Processing);
        let estimated_end = started.and_then(|started| progress.estimated_end(started, self.ambient.now()));
        Ok(BatchView { batch, progress, estimated_end })
    }
}

/// The batch of that id on that site; on another site it does not exist.
pub(super) async fn batch_of(session: &mut impl Session, site: SiteId, id: BatchId) -> Result<Batch, AppError> {
    let batch = batches::get(session, id).await?;
    batch.filter(|batch| batch.site == site).ok_or(AppError::NotFound(Missing::Batch))
}
