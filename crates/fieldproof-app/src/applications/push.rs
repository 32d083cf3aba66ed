//! Making an immutable version of a checked folder.

use fieldproof_domain::{application::Application, ids::AppVersionId};
use fieldproof_store::{
    app_versions::{self, AppVersion},
    audit, sites,
};
use serde_json::json;

use super::Bundle;
use crate::{AppError, Fieldproof};

/// A version that is in the data folder now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// Its id.
    pub id: AppVersionId,
    /// Whether exactly this content was there before.
    pub was_there: bool,
}

impl Fieldproof {
    /// Stores a version. The same content again changes nothing.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when other content has the same name and version.
    pub async fn store_application(&self, application: &Application, bundle: &Bundle) -> Result<Pushed, AppError> {
        let id = bundle.id();
        let found = app_versions::find(&mut self.store.read().await?, &application.name, &application.version).await?;
        if let Some(found) = found {
            return if found.id == id { Ok(Pushed { id, was_there: true }) } else { Err(taken(application)) };
        }
        // Files first: a row must never promise a file that is not there.
        for (path, bytes) in &bundle.files {
            self.store.blobs().put(&AppVersion::blob_key(id, path), bytes.clone()).await?;
        }
        let version = AppVersion {
            id,
            name: application.name.clone(),
            version: application.version.clone(),
            digest: bundle.digest(),
            files: bundle.files.keys().cloned().collect(),
        };
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        if let Err(error) = app_versions::insert(&mut writer, &version, now).await {
            return Err(if error.is_unique_violation() { taken(application) } else { error.into() });
        }
        let details = json!({"name": version.name, "version": version.version, "digest": version.digest});
        audit::record(&mut writer, audit::Entry::new(now, "app_version.create", id).with(details)).await?;
        writer.commit().await?;
        Ok(Pushed { id, was_there: false })
    }

    /// Deploys a stored version on a site: new work orders get it, existing ones stay on theirs.
    pub async fn deploy_application(&self, site: &sites::Site, version: AppVersionId) -> Result<(), AppError> {
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        sites::set_app_version(&mut writer, site.id, version).await?;
        let details = json!({"from": site.app_version.0, "to": version.0});
        audit::record(&mut writer, audit::Entry::new(now, "site.deploy", site.id).on(site.id).with(details)).await?;
        writer.commit().await?;
        Ok(())
    }
}

fn taken(application: &Application) -> AppError {
    AppError::field(
        "version",
        format!(
            "Other content was pushed as {} {} before, and a version never changes: raise 'version' in \
             application.yaml.",
            application.name, application.version
        ),
    )
}
