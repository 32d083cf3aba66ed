//! Erasing the photos of deleted work orders.

use fieldproof_store::{erasures, holds};

use crate::{AppError, Fieldproof};

impl Fieldproof {
    /// Erases what is listed for erasure. What fails stays listed and is tried again by the next call, and so does
    /// everything while a backup is under way.
    pub async fn erase_listed_photos(&self) -> Result<usize, AppError> {
        let mut reader = self.store.read().await?;
        let keys = erasures::pending(&mut reader).await?;
        drop(reader);
        self.erase_photos(&keys).await
    }

    /// As [`Fieldproof::erase_listed_photos`], until none is listed.
    ///
    /// # Errors
    /// Also while a backup is under way: what asked for it has to ask again.
    pub(crate) async fn erase_all_listed_photos(&self) -> Result<(), AppError> {
        while self.erase_listed_photos().await? > 0 {}
        if erasures::pending(&mut self.store.read().await?).await?.is_empty() {
            return Ok(());
        }
        Err(AppError::Internal("a backup is under way: photos are erased after it".to_owned()))
    }

    /// Erases photos whose deletion is committed; none of them while a backup may still need them.
    pub(crate) async fn erase_photos(&self, keys: &[String]) -> Result<usize, AppError> {
        // Only now: see `holds` for why looking once, after the deletions are committed, is enough.
        if keys.is_empty() || holds::in_force(&mut self.store.read().await?, self.ambient.now()).await? {
            return Ok(0);
        }
        for key in keys {
            self.store.blobs().erase(key).await?;
            let mut writer = self.store.write().await?;
            erasures::done(&mut writer, key).await?;
            writer.commit().await?;
        }
        Ok(keys.len())
    }
}
