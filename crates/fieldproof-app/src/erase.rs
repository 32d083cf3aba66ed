//! Erasing the photos of deleted work orders.

use fieldproof_store::erasures;

use crate::{AppError, Fieldproof};

impl Fieldproof {
    /// Erases what is listed for erasure. What fails stays listed and is tried again by the next call.
    pub async fn erase_listed_photos(&self) -> Result<usize, AppError> {
        let mut reader = self.store.read().await?;
        let keys = erasures::pending(&mut reader).await?;
        drop(reader);
        self.erase_photos(&keys).await
    }

    pub(crate) async fn erase_photos(&self, keys: &[String]) -> Result<usize, AppError> {
        for key in keys {
            self.store.blobs().erase(key).await?;
            let mut writer = self.store.write().await?;
            erasures::done(&mut writer, key).await?;
            writer.commit().await?;
        }
        Ok(keys.len())
    }
}
