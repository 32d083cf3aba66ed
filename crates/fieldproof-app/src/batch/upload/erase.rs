//! Erasing what was sent of an archive, once nobody needs it.

use std::collections::HashMap;

use fieldproof_domain::{
    batch::{ProblemCode, Status},
    ids::BatchId,
};
use fieldproof_store::batches;
use futures::TryStreamExt as _;
use uuid::Uuid;

use super::{UPLOADS, folder};
use crate::{AppError, Fieldproof};

/// Batches given up with one look at the list.
const AT_ONCE: u32 = 100;

impl Fieldproof {
    /// Erases every piece of a batch's archive.
    pub(crate) async fn erase_upload(&self, batch: BatchId) -> Result<(), AppError> {
        Ok(self.store.blobs().erase_all(&folder(batch)).await?)
    }

    /// Erases pieces of archives that no batch needs: those that were thrown away, or came when their batch had ended, by
    /// a server that was killed before it could erase them itself. Answers how many.
    pub(crate) async fn sweep_uploads(&self) -> Result<usize, AppError> {
        let mut pieces = self.store.blobs().each(UPLOADS);
        let mut needed = HashMap::new();
        let mut swept = 0;
        while let Some(piece) = pieces.try_next().await? {
            let Some((batch, attempt)) = owner(&piece.key) else { continue };
            let is_needed = match needed.get(&(batch, attempt)) {
                Some(is_needed) => *is_needed,
                None => {
                    let is_needed = self.is_upload_needed(batch, attempt).await?;
                    needed.insert((batch, attempt), is_needed);
                    is_needed
                }
            };
            if !is_needed {
                self.store.blobs().erase(&piece.key).await?;
                swept += 1;
            }
        }
        Ok(swept)
    }

    async fn is_upload_needed(&self, batch: BatchId, attempt: u32) -> Result<bool, AppError> {
        let batch = batches::get(&mut self.store.read().await?, batch).await?;
        // An attempt may have begun since the batch was looked at, but never ends in being wanted again.
        Ok(batch.is_some_and(|batch| {
            attempt >= batch.upload_attempt && (batch.status.takes_bytes() || is_awaited(batch.status))
        }))
    }

    /// Gives up the batches whose archives did not come in time.
    pub(crate) async fn expire_uploads(&self) -> Result<(), AppError> {
        let overdue = batches::overdue(&mut self.store.read().await?, self.ambient.now(), AT_ONCE).await?;
        for id in overdue {
            let mut writer = self.store.write().await?;
            // The last piece may have come since.
            let batch = batches::get_for_change(&mut writer, id).await?;
            if batch.is_some_and(|batch| batch.status.takes_bytes()) {
                self.fail_batch(&mut writer, id, ProblemCode::UploadExpired.into()).await?;
            }
            writer.commit().await?;
        }
        Ok(())
    }
}

/// Whether the archive is still to be unpacked, or may be.
fn is_awaited(status: Status) -> bool {
    matches!(status, Status::Queued | Status::Processing)
}

/// Whose a piece is, by its key.
fn owner(key: &str) -> Option<(BatchId, u32)> {
    let mut parts = key.strip_prefix(UPLOADS)?.strip_prefix('/')?.split('/');
    let batch = Uuid::parse_str(parts.next()?).ok()?;
    Some((BatchId(batch), parts.next()?.parse().ok()?))
}
