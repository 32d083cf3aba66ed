//! Whether every application version has its files, with the content that it is named for.

use std::collections::BTreeMap;

use fieldproof_domain::ids::AppVersionId;
use fieldproof_store::app_versions::{self, AppVersion};

use super::{Check, Faults, Status};
use crate::{AppError, Fieldproof, applications::digest_of};

impl Fieldproof {
    pub(super) async fn examine_versions(&self) -> Result<Check, AppError> {
        let versions = app_versions::all(&mut self.store.read().await?).await?;
        let mut faults = Faults::default();
        for version in &versions {
            if let Some(fault) = self.fault_of_version(version).await {
                faults.add(format!("{} {} ({}): {fault}", version.name, version.version, version.id));
            }
        }
        if faults.count == 0 {
            let summary = format!("{} application versions have their files, as they were pushed", versions.len());
            return Ok(Check::ok("applications", summary));
        }
        Ok(Check {
            name: "applications",
            status: Status::Error,
            summary: format!("{} of {} application versions are not as they were pushed", faults.count, versions.len()),
            examples: faults.examples,
            advice: "Copy the files from a backup (entries blobs/apps/<id>/…) into the blob store under the same keys, \
                     or from the application's folder if that has not changed since.",
        })
    }

    async fn fault_of_version(&self, version: &AppVersion) -> Option<String> {
        let mut files = BTreeMap::new();
        for path in &version.files {
            match self.blob_sha256(&AppVersion::blob_key(version.id, path)).await {
                Ok(Some(sha256)) => drop(files.insert(path.clone(), sha256)),
                Ok(None) => return Some(format!("{path} is not in the blob store")),
                Err(error) => return Some(format!("{path} cannot be read: {error}")),
            }
        }
        let digest = digest_of(&files);
        (digest != version.digest || AppVersionId::from_digest(&digest) != version.id)
            .then(|| "its files have changed".to_owned())
    }
}
