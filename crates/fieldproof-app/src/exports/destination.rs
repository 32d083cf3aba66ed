//! From what an export is set to, to the place itself; and trying it.

use std::path::Path;

use fieldproof_domain::ids::ExportId;
use fieldproof_outbound::delivery::{
    Bucket, Credentials, DeliveryError, Destination, Folder, ProbeStep, Sftp, StorageUri, Trouble,
};
use fieldproof_store::exports;

use super::{ExportPlaces, Manager, Undelivered, place_settings::PlaceSettings, sftp_settings::SftpSettings};
use crate::{AppError, Fieldproof};

/// What became of trying a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probed {
    /// What was tried, in its order; with the first that failed it ends.
    pub steps: Vec<ProbeStep>,
}

impl Fieldproof {
    /// Tries whether an export can deliver: writes a small file to its place, looks at it and removes it. By mail, whether
    /// the mail server can be used.
    ///
    /// # Errors
    /// [`crate::Missing::Export`].
    pub async fn probe_export(&self, by: Manager<'_>, id: ExportId) -> Result<Probed, AppError> {
        let (export, sites) = self.managed_export(&mut self.store.read().await?, by, id).await?;
        let settings = self.settings_of(&export)?;
        let connected = match &settings.place {
            PlaceSettings::Email { .. } => self.probe_mail().await.map(|()| None),
            place => self.destination(id, place).await.map(Some),
        };
        let (destination, error) = match connected {
            Ok(destination) => (destination, None),
            Err(Undelivered::Place(error)) => (None, Some(error)),
            Err(Undelivered::Own(error)) => return Err(error),
        };
        let mut steps = vec![ProbeStep { name: "connect", error }];
        for site in sites.iter().filter(|_| destination.is_some()) {
            if let Some(destination) = &destination {
                let key = format!("{}/fieldproof-probe-{}.txt", site.site, self.ambient.new_id());
                steps.extend(destination.probe(&key).await);
            }
            if steps.iter().any(|step| step.error.is_some()) {
                break;
            }
        }
        Ok(Probed { steps })
    }

    /// The place, ready to be written to.
    pub(super) async fn destination(&self, id: ExportId, place: &PlaceSettings) -> Result<Destination, Undelivered> {
        let places = &self.exports;
        Ok(match place {
            PlaceSettings::Storage { parsed: StorageUri::Folder(folder), .. } => {
                Destination::Folder(Folder::open(places.export_root()?, folder)?)
            }
            PlaceSettings::Storage { parsed: StorageUri::Bucket(bucket), credentials, credentials_path, .. } => {
                let credentials = match (credentials, credentials_path) {
                    (Some(given), _) => given.clone(),
                    (None, Some(path)) => {
                        let text = places.credentials_text(path).await?;
                        let wrong = |error| settings(format!("The file '{path}' with credentials: {error}"));
                        Credentials::of_file(bucket.cloud, &text).map_err(wrong)?
                    }
                    (None, None) => Credentials::of_environment(bucket.cloud, |name| std::env::var(name).ok()),
                };
                Destination::Bucket(Bucket::open(bucket, &credentials, &self.guard)?)
            }
            PlaceSettings::Sftp(server) => Destination::Sftp(Box::new(self.sftp(id, server).await?)),
            PlaceSettings::Email { .. } => return Err(settings("Mail goes to no place.".to_owned()).into()),
        })
    }

    /// Connects to an SFTP server. One that was reached for the first time has to be the same from then on.
    async fn sftp(&self, id: ExportId, server: &SftpSettings) -> Result<Sftp, Undelivered> {
        let sftp = Sftp::open(&server.login(&self.exports).await?, &self.guard).await?;
        if server.host_key.is_some() {
            return Ok(sftp);
        }
        let mut writer = self.store.write().await?;
        if let Some(mut export) = exports::get_for_change(&mut writer, id).await? {
            let is_first = |name: &str| export.settings.get(name).is_none_or(serde_json::Value::is_null);
            // Not what was set meanwhile, and not for another server.
            if is_first("sftp_host_key") && export.settings.get("sftp_host") == Some(&server.host.clone().into()) {
                tracing::info!(export = %id, fingerprint = sftp.host_key().fingerprint(), "trusting an SFTP server from now on");
                export.settings.insert("sftp_host_key".to_owned(), sftp.host_key().to_string().into());
                exports::update(&mut writer, &export).await?;
                writer.commit().await?;
            }
        }
        Ok(sftp)
    }
}

impl ExportPlaces {
    fn export_root(&self) -> Result<&Path, DeliveryError> {
        let reason = "This server has no folder for exports any more: its operator has to name one with --export-root.";
        self.root.as_deref().ok_or_else(|| settings(reason.to_owned()))
    }

    /// The text of a file with credentials or a key.
    pub(super) async fn credentials_text(&self, path: &str) -> Result<String, DeliveryError> {
        let file = self.credentials_file(path).map_err(settings)?;
        // Where the folder is, is not for who names a file in it.
        let text = tokio::fs::read_to_string(&file).await;
        text.map_err(|error| {
            settings(format!("The file '{path}' of this server's folder for credentials cannot be read: {error}."))
        })
    }
}

fn settings(reason: String) -> DeliveryError {
    DeliveryError::new(Trouble::Settings, reason)
}
