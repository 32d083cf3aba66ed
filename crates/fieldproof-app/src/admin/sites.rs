//! Sites.

use fieldproof_domain::ids::{AppVersionId, SiteId};
use fieldproof_store::{audit, sites};
use serde_json::json;

use crate::{AppError, Fieldproof};

impl Fieldproof {
    /// Makes a site that runs an application version.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when the name is empty, too long or taken.
    pub async fn create_site(&self, name: &str, app_version: AppVersionId) -> Result<sites::Site, AppError> {
        if name.trim().is_empty() || name.len() > 128 || name.chars().any(char::is_control) {
            return Err(AppError::field("name", "A site's name has 1 to 128 printable characters."));
        }
        let site = sites::Site { id: SiteId(self.ambient.new_id()), name: name.to_owned(), app_version };
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        if sites::find(&mut writer, name).await?.is_some() {
            return Err(AppError::field("name", format!("There is a site called '{name}' already.")));
        }
        sites::insert(&mut writer, &site, now).await?;
        let entry = audit::Entry::new(now, "site.create", site.id)
            .on(site.id)
            .with(json!({"name": name, "app_version_id": app_version.0}));
        audit::record(&mut writer, entry).await?;
        writer.commit().await?;
        Ok(site)
    }

    /// The site that a person means by its name or id.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when there is none.
    pub async fn find_site(&self, name_or_id: &str) -> Result<sites::Site, AppError> {
        let mut reader = self.store.read().await?;
        sites::find(&mut reader, name_or_id).await?.ok_or_else(|| {
            let message = format!("There is no site with the name or id '{name_or_id}': 'site list' shows them.");
            AppError::field("site", message)
        })
    }

    /// Every site, by name.
    pub async fn sites(&self) -> Result<Vec<sites::Site>, AppError> {
        Ok(sites::list(&mut self.store.read().await?).await?)
    }
}
