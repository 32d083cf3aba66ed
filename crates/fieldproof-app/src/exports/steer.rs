//! Letting an export wait, go on, or end.

use fieldproof_domain::ids::ExportId;
use fieldproof_store::{
    Writer,
    audit::{self, Entry},
    exports::{self, Export, ExportSite},
};

use super::{ExportView, Manager, view::view};
use crate::{AppError, Fieldproof, Missing, jobs::Job, repeat::Keep};

impl Fieldproof {
    /// Lets the windows of an export wait.
    ///
    /// # Errors
    /// [`Missing::Export`].
    pub async fn pause_export(
        &self,
        by: Manager<'_>,
        id: ExportId,
        keep: &impl Keep<ExportView>,
    ) -> Result<ExportView, AppError> {
        self.set_paused(by, id, (true, "export.pause"), keep).await
    }

    /// Lets an export go on: with the windows that ended meanwhile, in their order.
    ///
    /// # Errors
    /// [`Missing::Export`].
    pub async fn resume_export(
        &self,
        by: Manager<'_>,
        id: ExportId,
        keep: &impl Keep<ExportView>,
    ) -> Result<ExportView, AppError> {
        self.set_paused(by, id, (false, "export.resume"), keep).await
    }

    /// Forgets an export. What it has delivered stays where it is.
    ///
    /// # Errors
    /// [`Missing::Export`].
    pub async fn delete_export(&self, by: Manager<'_>, id: ExportId) -> Result<(), AppError> {
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        let (export, _) = self.lock_managed(&mut writer, by, id).await?;
        if exports::erase_of_export(&mut writer, id, now).await? {
            self.add_job(&mut writer, Job::ErasePhotos, now).await?;
        }
        exports::delete(&mut writer, id).await?;
        let entry = Entry::new(now, "export.delete", id).with(export.settings.into());
        audit::record(&mut writer, by.sign(entry)).await?;
        Ok(writer.commit().await?)
    }

    async fn set_paused(
        &self,
        by: Manager<'_>,
        id: ExportId,
        (is_paused, action): (bool, &'static str),
        keep: &impl Keep<ExportView>,
    ) -> Result<ExportView, AppError> {
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        let (mut export, sites) = self.lock_managed(&mut writer, by, id).await?;
        if export.is_paused != is_paused {
            export.is_paused = is_paused;
            export.updated_at = now;
            exports::update(&mut writer, &export).await?;
            self.wake(&mut writer, id, &sites).await?;
            audit::record(&mut writer, by.sign(Entry::new(now, action, id))).await?;
        }
        let view = view(&mut writer, export, sites).await?;
        keep.keep(&mut writer, &view).await?;
        writer.commit().await?;
        Ok(view)
    }

    pub(super) async fn lock_managed(
        &self,
        writer: &mut Writer,
        by: Manager<'_>,
        id: ExportId,
    ) -> Result<(Export, Vec<ExportSite>), AppError> {
        self.managed_export(writer, by, id).await?;
        let locked = exports::get_for_change(writer, id).await?;
        let export = locked.ok_or(AppError::NotFound(Missing::Export))?;
        Ok((export, exports::sites_of(writer, id).await?))
    }
}
