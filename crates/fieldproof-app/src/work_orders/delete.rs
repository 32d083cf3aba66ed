//! Deleting a work order (contract section 2.3): its rows and photos go, and kept files of exports that may tell of it; an
//! audit row stays.

use fieldproof_domain::ids::WorkOrderId;
use fieldproof_store::{
    audit::{self, Entry},
    erasures, exports, windows, work_orders,
};
use serde_json::json;

use crate::{
    AppError, Fieldproof, Missing,
    jobs::Job,
    permit::{Permit, act},
};

impl Fieldproof {
    /// Deletes a work order of the caller's site.
    ///
    /// # Errors
    /// [`Missing::WorkOrder`].
    pub async fn delete_work_order(
        &self,
        caller: &Permit<act::DeleteWorkOrder>,
        id: WorkOrderId,
    ) -> Result<(), AppError> {
        let mut writer = self.store.write().await?;
        let now = windows::moment(&mut writer, caller.site, self.ambient.now()).await?;
        let order = work_orders::get_for_change(&mut writer, caller.site, id).await?;
        let order = order.ok_or(AppError::NotFound(Missing::WorkOrder))?;
        let photos = erasures::list_work_order(&mut writer, id, now).await?;
        exports::erase_of_work_order(&mut writer, &order, now).await?;
        work_orders::delete(&mut writer, id).await?;
        self.add_job(&mut writer, Job::ErasePhotos, now).await?;
        let details = json!({"name": order.name, "photos": photos.len()});
        let entry = Entry::new(now, "work_order.delete", id).by(caller.user).on(caller.site).with(details);
        audit::record(&mut writer, entry).await?;
        writer.commit().await?;
        // At once, since that is what the caller expects. A failure is not his: the job makes it good.
        if let Err(error) = self.erase_photos(&photos).await {
            tracing::warn!(%error, work_order = %id, "photos of a deleted work order are still there; trying again later");
        }
        Ok(())
    }
}
