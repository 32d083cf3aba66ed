//! Tidying up what nobody needs any more.

use chrono::TimeDelta;
use fieldproof_store::{batches, exports, idempotency, inputs};
use futures::{StreamExt as _, TryStreamExt as _};

use crate::{AppError, Fieldproof, repeat::KEPT};

/// A younger blob may be of something that is about to be recorded.
const MIN_AGE: TimeDelta = TimeDelta::hours(1);
/// Blobs looked up at once.
const PAGE: usize = 500;

impl Fieldproof {
    /// Erases photos and files of exports that no row speaks of; answers how many.
    pub(super) async fn sweep_orphans(&self) -> Result<usize, AppError> {
        let old = self.ambient.now() - MIN_AGE;
        let blobs = self.store.blobs();
        let listed = blobs
            .each("inputs")
            .chain(blobs.each("exports"))
            .try_filter_map(|blob| std::future::ready(Ok((blob.modified < old).then_some(blob.key))));
        let mut pages = listed.try_chunks(PAGE);
        let mut swept = 0;
        while let Some(keys) = pages.try_next().await.map_err(|error| error.1)? {
            let mut reader = self.store.read().await?;
            let mut known = inputs::known_blobs(&mut reader, &keys).await?;
            known.extend(batches::known_blobs(&mut reader, &keys).await?);
            known.extend(exports::known_blobs(&mut reader, &keys).await?);
            drop(reader);
            for key in keys.iter().filter(|key| !known.contains(*key)) {
                self.store.blobs().erase(key).await?;
                swept += 1;
            }
        }
        if swept > 0 {
            tracing::info!(blobs = swept, "erased photos and files of exports that no row speaks of");
        }
        Ok(swept)
    }

    /// Forgets the answers kept for repetitions once nobody repeats any more; answers how many.
    pub(super) async fn forget_answers(&self) -> Result<u64, AppError> {
        let mut writer = self.store.write().await?;
        let forgotten = idempotency::forget_before(&mut writer, self.ambient.now() - KEPT).await?;
        writer.commit().await?;
        Ok(forgotten)
    }
}
