//! Trying again what failed of a batch.

use fieldproof_domain::{batch::Status, ids::BatchId};
use fieldproof_store::{
    audit::{self, Entry},
    batches,
};
use serde_json::json;

use super::{BatchView, view::batch_of};
use crate::{
    AppError, Fieldproof, Missing,
    permit::{Permit, act},
    repeat::Keep,
};

impl Fieldproof {
    /// Tries the work orders of a finished batch again that failed, and only those; their lines of the error file go.
    /// With none of them, nothing happens.
    ///
    /// # Errors
    /// [`Missing::Batch`]; [`AppError::Invalid`] for a batch that has not finished.
    pub async fn retry_batch(
        &self,
        caller: &Permit<act::SendBatch>,
        id: BatchId,
        keep: &impl Keep<BatchView>,
    ) -> Result<BatchView, AppError> {
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        batch_of(&mut writer, caller.site, id).await?;
        let batch = batches::get_for_change(&mut writer, id).await?;
        let mut batch = batch.ok_or(AppError::NotFound(Missing::Batch))?;
        if !matches!(batch.status, Status::Done | Status::DoneWithErrors) {
            let message = match batch.status {
                Status::Failed | Status::Cancelled => "it has no work orders to try again: send the archive anew",
                _ => "wait until it is done",
            };
            return Err(AppError::field("status", format!("The batch is {}: {message}.", batch.status)));
        }
        let again = batches::retry(&mut writer, id).await?;
        if again > 0 {
            batch.status = Status::Processing;
            batch.finished_at = None;
            batches::update(&mut writer, &batch).await?;
            self.add_work_order_jobs(&mut writer, id).await?;
            let details = json!({"work_orders": again});
            let entry = Entry::new(now, "batch.retry", id).by(caller.user).on(caller.site).with(details);
            audit::record(&mut writer, entry).await?;
        }
        let view = self.batch_view(&mut writer, batch).await?;
        keep.keep(&mut writer, &view).await?;
        writer.commit().await?;
        Ok(view)
    }
}
