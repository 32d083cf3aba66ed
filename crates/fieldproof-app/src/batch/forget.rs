//! Forgetting a batch and its archive (contract section 2.8). The work orders that it made stay.

use fieldproof_domain::ids::BatchId;
use fieldproof_store::{
    audit::{self, Entry},
    batches::{self, Erase},
};

use super::view::batch_of;
use crate::{
    AppError, Fieldproof, Missing,
    jobs::Job,
    permit::{Permit, act},
};

impl Fieldproof {
    /// Cancels a batch if it is under way, and forgets it with its archive.
    ///
    /// # Errors
    /// [`Missing::Batch`].
    pub async fn delete_batch(&self, caller: &Permit<act::SendBatch>, id: BatchId) -> Result<(), AppError> {
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        batch_of(&mut writer, caller.site, id).await?;
        batches::get_for_change(&mut writer, id).await?.ok_or(AppError::NotFound(Missing::Batch))?;
        batches::erase_photos(&mut writer, id, Erase::All, now).await?;
        batches::delete(&mut writer, id).await?;
        self.add_job(&mut writer, Job::ErasePhotos, now).await?;
        self.add_job(&mut writer, Job::EraseUpload(id), now).await?;
        let entry = Entry::new(now, "batch.delete", id).by(caller.user).on(caller.site);
        audit::record(&mut writer, entry).await?;
        Ok(writer.commit().await?)
    }
}
