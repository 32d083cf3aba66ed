//! From what an export is set to, to the place itself; and trying it.

use fieldproof_domain::ids::ExportId;
use fieldproof_outbound::delivery::{
    Bucket, Cloud, Credentials, DeliveryError, Destination, Folder, ProbeStep, StorageUri, Trouble,
};

use super::{ExportPlaces, Manager, place_settings::PlaceSettings};
use crate::{AppError, Fieldproof};

/// What became of trying a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probed {
    /// What was tried, in its order; with the first that failed it ends.
    pub steps: Vec<ProbeStep>,
}

impl Fieldproof {
    /// Tries whether an export can deliver: writes a small file to its place, looks at it and removes it.
    ///
    /// # Errors
    /// [`crate::Missing::Export`].
    pub async fn probe_export(&self, by: Manager<'_>, id: ExportId) -> Result<Probed, AppError> {
        let (export, sites) = self.managed_export(&mut self.store.read().await?, by, id).await?;
        let settings = self.settings_of(&export)?;
        let refused = |error| Probed { steps: vec![ProbeStep { name: "connect", error: Some(error) }] };
        let destination = match self.destination(&settings.place).await {
            Ok(destination) => destination,
            Err(error) => return Ok(refused(error)),
        };
        let mut steps = vec![ProbeStep { name: "connect", error: None }];
        for site in sites {
            let key = format!("{}/fieldproof-probe-{}.txt", site.site, self.ambient.new_id());
            steps.extend(destination.probe(&key).await);
            if steps.iter().any(|step| step.error.is_some()) {
                break;
            }
        }
        Ok(Probed { steps })
    }

    /// The place, ready to be written to.
    pub(super) async fn destination(&self, place: &PlaceSettings) -> Result<Destination, DeliveryError> {
        match place {
            PlaceSettings::Storage { parsed: StorageUri::Folder(folder), .. } => {
                let closed = || {
                    let reason = "This server has no folder for exports any more: its operator has to name one with \
                                  --export-root.";
                    DeliveryError::new(Trouble::Settings, reason)
                };
                let root = self.exports.root.as_deref().ok_or_else(closed)?;
                Folder::open(root, folder).map(Destination::Folder)
            }
            PlaceSettings::Storage { parsed, credentials, credentials_path, .. } => {
                let StorageUri::Bucket { cloud, .. } = parsed else {
                    return Err(DeliveryError::new(Trouble::Settings, "This is no bucket."));
                };
                let credentials = match (credentials, credentials_path) {
                    (Some(given), _) => given.clone(),
                    (None, Some(path)) => self.exports.credentials_in(path, *cloud).await?,
                    (None, None) => Credentials::of_environment(*cloud, |name| std::env::var(name).ok()),
                };
                Bucket::open(parsed, &credentials, &self.guard).map(Destination::Bucket)
            }
            PlaceSettings::Email { .. } => {
                Err(DeliveryError::new(Trouble::Settings, "This server cannot send mail yet."))
            }
        }
    }
}

impl ExportPlaces {
    async fn credentials_in(&self, path: &str, cloud: Cloud) -> Result<Credentials, DeliveryError> {
        let wrong = |reason: String| DeliveryError::new(Trouble::Settings, reason);
        let file = self.credentials_file(path).map_err(wrong)?;
        let text = tokio::fs::read_to_string(&file).await;
        // The operator's folder is not for the eyes of who names a file in it.
        let text =
            text.map_err(|error| wrong(format!("The file '{path}' with credentials cannot be read: {error}.")))?;
        Credentials::of_file(cloud, &text).map_err(|error| wrong(format!("The file '{path}': {error}")))
    }
}
