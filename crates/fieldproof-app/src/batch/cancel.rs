//! Ending a batch early.

use fieldproof_domain::{batch::Status, ids::BatchId};
use fieldproof_store::{
    audit::{self, Entry},
    batches::{self, Erase},
};

use super::{BatchView, view::batch_of};
use crate::{
    AppError, Fieldproof,
    jobs::Job,
    permit::{Permit, act},
    repeat::Keep,
};

impl Fieldproof {
    /// Cancels a batch: nothing more of its archive is taken, no work order more is begun. What was made stays. A batch
    /// that has ended already is left as it is.
    ///
    /// # Errors
    /// [`crate::Missing::Batch`].
    pub async fn cancel_batch(
        &self,
        caller: &Permit<act::SendBatch>,
        id: BatchId,
        keep: &impl Keep<BatchView>,
    ) -> Result<BatchView, AppError> {
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        let mut batch = batch_of(&mut writer, caller.site, id).await?;
        if let Some(locked) = batches::get_for_change(&mut writer, id).await? {
            batch = locked;
        }
        if !batch.status.is_final() {
            batch.status = Status::Cancelled;
            batch.finished_at = Some(now);
            batches::update(&mut writer, &batch).await?;
            batches::cancel_waiting(&mut writer, id).await?;
            batches::erase_photos(&mut writer, id, Erase::All, now).await?;
            self.add_job(&mut writer, Job::ErasePhotos, now).await?;
            self.add_job(&mut writer, Job::EraseUpload(id), now).await?;
            let entry = Entry::new(now, "batch.cancel", id).by(caller.user).on(caller.site);
            audit::record(&mut writer, entry).await?;
        }
        let view = self.batch_view(&mut writer, batch).await?;
        keep.keep(&mut writer, &view).await?;
        writer.commit().await?;
        Ok(view)
    }
}
