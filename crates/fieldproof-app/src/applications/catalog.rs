//! Application versions that are loaded and ready to judge photos.

use std::sync::Arc;

use fieldproof_domain::ids::AppVersionId;
use fieldproof_store::{app_versions, sites};
use moka::future::Cache;

use super::{Bundle, LoadedApplication};
use crate::{
    AppError, Fieldproof,
    permit::{Permit, act},
};

/// Versions kept loaded at once; the one not used for longest goes first.
const CAPACITY: u64 = 64;

/// Loaded versions by id. A version never changes, so nothing here ever goes stale.
pub(crate) struct Catalog(Cache<AppVersionId, Arc<LoadedApplication>>);

impl Catalog {
    pub(crate) fn new() -> Self {
        Self(Cache::new(CAPACITY))
    }
}

impl Fieldproof {
    /// The application that the caller's site is on now, with its task groups.
    pub async fn deployed_application(
        &self,
        caller: &Permit<act::ReadTaskGroups>,
    ) -> Result<Arc<LoadedApplication>, AppError> {
        self.application(caller.app_version).await
    }

    /// The version of that id, loaded now if it was not; several callers at once load it once.
    pub async fn application(&self, id: AppVersionId) -> Result<Arc<LoadedApplication>, AppError> {
        if let Some(loaded) = self.catalog.0.get(&id).await {
            return Ok(loaded);
        }
        let loading = self.catalog.0.try_get_with(id, self.load_application(id));
        loading.await.map_err(|error: Arc<AppError>| AppError::Internal(error.to_string()))
    }

    /// Loads what the sites are on, so that no worker waits for it.
    pub async fn load_deployed_applications(&self) -> Result<(), AppError> {
        let versions = sites::app_versions(&mut self.store.read().await?).await?;
        for id in versions {
            self.application(id).await?;
        }
        Ok(())
    }

    async fn load_application(&self, id: AppVersionId) -> Result<Arc<LoadedApplication>, AppError> {
        let row = app_versions::get(&mut self.store.read().await?, id).await?;
        let row = row.ok_or_else(|| AppError::Internal(format!("there is no application version {id}")))?;
        let mut bundle = Bundle::default();
        for path in row.files {
            let bytes = self.store.blobs().get(&app_versions::AppVersion::blob_key(id, &path)).await?;
            let bytes =
                bytes.ok_or_else(|| AppError::Internal(format!("application version {id}: {path} is missing")))?;
            bundle.files.insert(path, bytes);
        }
        if bundle.id() != id {
            return Err(AppError::Internal(format!("application version {id}: its files have changed on the disk")));
        }
        let engine = Arc::clone(self.engine.get().map_err(AppError::Internal)?);
        let loaded = tokio::task::spawn_blocking(move || LoadedApplication::from_bundle(engine.as_ref(), &bundle))
            .await
            .map_err(|error| AppError::Internal(format!("loading application version {id}: {error}")))?;
        if let Ok(loaded) = &loaded {
            loaded.notes().iter().for_each(|note| tracing::warn!(application = %id, "{note}"));
        }
        loaded.map(Arc::new).map_err(|problems| {
            let texts: Vec<_> = problems.iter().map(ToString::to_string).collect();
            AppError::Internal(format!("application version {id}: {}", texts.join("; ")))
        })
    }
}
