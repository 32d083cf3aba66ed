//! The sender gives up.

use fieldproof_domain::batch::Status;
use fieldproof_store::{
    audit::{self, Entry},
    batches,
};

use super::{Upload, UploadError};
use crate::{Fieldproof, jobs::Job};

impl Fieldproof {
    /// Cancels a batch whose archive is not complete; one that was cancelled before stays so.
    ///
    /// # Errors
    /// [`UploadError::Complete`]: what becomes of the archive now is not for its sender to say, but for a user of the
    /// site. [`UploadError::Gone`] for a batch that has failed.
    pub async fn cancel_upload(&self, upload: Upload) -> Result<(), UploadError> {
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        let batch = batches::get_for_change(&mut writer, upload.batch.id).await?;
        let mut batch = batch.ok_or(UploadError::NotFound)?;
        if batch.status == Status::Cancelled {
            return Ok(());
        }
        self.check_open(&batch)?;
        if !batch.status.takes_bytes() {
            return Err(UploadError::Complete);
        }
        batch.status = Status::Cancelled;
        batch.finished_at = Some(now);
        batches::update(&mut writer, &batch).await?;
        self.add_job(&mut writer, Job::EraseUpload(batch.id), now).await?;
        let entry = Entry::new(now, "batch.cancel", batch.id).on(batch.site);
        audit::record(&mut writer, entry).await?;
        Ok(writer.commit().await?)
    }
}
