//! Where an export goes, as it is set: one kind of place for each `connector_type`.

use std::path::{Component, Path, PathBuf};

use fieldproof_outbound::{
    delivery::{Cloud, Credentials, StorageUri},
    mail::is_address,
};
use serde_json::{Map, Value as Json, json};

use super::{ExportPlaces, sftp_settings::SftpSettings};
use crate::Fields;

/// Addresses that a mail goes to, at most.
const MOST_EMAILS: usize = 50;

/// The fields that are never shown.
pub const SECRET: [&str; 3] = ["storage_credentials", "sftp_private_key", "sftp_private_key_passphrase"];

/// The fields that belong to one kind of place or another.
pub(super) const OF_PLACES: [&str; 12] = [
    "emails",
    "storage_uri",
    "storage_credentials",
    "storage_credentials_path",
    "sftp_host",
    "sftp_port",
    "sftp_username",
    "sftp_private_key_path",
    "sftp_private_key",
    "sftp_private_key_passphrase",
    "sftp_host_key",
    "sftp_remote_path",
];

/// Where an export goes.
#[derive(Clone, Debug)]
pub(crate) enum PlaceSettings {
    /// Links to files that this server keeps.
    Email { emails: Vec<String> },
    /// A bucket or a folder.
    Storage {
        uri: String,
        parsed: StorageUri,
        /// Given with the settings.
        credentials: Option<Credentials>,
        /// In a file below the operator's folder.
        credentials_path: Option<String>,
    },
    /// An SFTP server.
    Sftp(SftpSettings),
}

/// The words of `connector_type`.
#[derive(Clone, Copy)]
enum Connector {
    Email,
    Storage,
    Sftp,
}

impl PlaceSettings {
    pub(super) fn read(fields: &mut Fields, places: &ExportPlaces) -> Option<Self> {
        if !fields.has("connector_type") {
            fields.missing("connector_type");
            return None;
        }
        let known = [("cloud_storage", Connector::Storage), ("sftp", Connector::Sftp), ("email", Connector::Email)];
        match fields.word("connector_type", &known)? {
            Connector::Storage => Self::storage(fields, places),
            Connector::Sftp => SftpSettings::read(fields, places).map(Self::Sftp),
            Connector::Email => Self::email(fields, places),
        }
    }

    fn storage(fields: &mut Fields, places: &ExportPlaces) -> Option<Self> {
        let uri = fields.required_text("storage_uri");
        let parsed = match uri.parse::<StorageUri>() {
            Ok(parsed) => parsed,
            Err(error) => {
                // A text that is not there is noted already.
                if fields.is_right("storage_uri") {
                    fields.add("storage_uri", error.to_string());
                }
                return None;
            }
        };
        let (credentials, credentials_path) = match &parsed {
            StorageUri::Folder(folder) => {
                if let Err(reason) = places.check_folder(folder) {
                    fields.add("storage_uri", reason);
                }
                (None, None)
            }
            StorageUri::Bucket(bucket) => {
                (credentials(fields, bucket.cloud), path(fields, "storage_credentials_path", places))
            }
        };
        Some(Self::Storage { uri, parsed, credentials, credentials_path })
    }

    fn email(fields: &mut Fields, places: &ExportPlaces) -> Option<Self> {
        if places.mailer().is_none() {
            let message =
                "This server cannot send mail: its operator has to set --smtp-url, --mail-from and --public-url.";
            fields.add("connector_type", message);
        }
        let Some(emails) = fields.texts("emails") else {
            if fields.is_right("emails") {
                fields.missing("emails");
            }
            return None;
        };
        if emails.is_empty() || emails.len() > MOST_EMAILS {
            fields.add("emails", format!("Field 'emails' must have 1 to {MOST_EMAILS} addresses."));
        }
        for email in emails.iter().filter(|email| !is_address(email)) {
            let shown: String = email.chars().take(80).collect();
            fields.add("emails", format!("'{shown}' is not an e-mail address."));
        }
        Some(Self::Email { emails })
    }

    /// Those of [`SECRET`] that this place takes.
    pub(super) fn secrets(&self) -> &'static [&'static str] {
        match self {
            Self::Storage { parsed: StorageUri::Bucket(_), .. } => &["storage_credentials"],
            Self::Sftp(_) => &["sftp_private_key", "sftp_private_key_passphrase"],
            Self::Storage { .. } | Self::Email { .. } => &[],
        }
    }

    pub(super) fn shown(&self) -> Map<String, Json> {
        let shown = match self {
            Self::Email { emails } => json!({"connector_type": "email", "emails": emails}),
            Self::Storage { uri, credentials_path, .. } => json!({
                "connector_type": "cloud_storage",
                "storage_uri": uri,
                "storage_credentials_path": credentials_path,
            }),
            Self::Sftp(server) => server.shown(),
        };
        match shown {
            Json::Object(shown) => shown,
            _ => Map::new(),
        }
    }
}

fn credentials(fields: &mut Fields, cloud: Cloud) -> Option<Credentials> {
    let given = fields.object("storage_credentials")?;
    let mut texts = Vec::new();
    for (name, value) in given {
        match value {
            Json::String(text) => texts.push((name, text)),
            Json::Bool(value) => texts.push((name, value.to_string())),
            // The key of a Google service account, as it is downloaded.
            Json::Object(_) => texts.push((name, value.to_string())),
            _ => fields.add("storage_credentials", format!("The value of '{name}' must be a text.")),
        }
    }
    Credentials::new(cloud, texts).map_err(|error| fields.add("storage_credentials", error.to_string())).ok()
}

/// A file below the operator's folder for credentials.
pub(super) fn path(fields: &mut Fields, field: &str, places: &ExportPlaces) -> Option<String> {
    let text = fields.text(field).filter(|text| !text.is_empty())?;
    if let Err(reason) = places.credentials_file(&text) {
        fields.add(field, reason);
    }
    Some(text)
}

impl ExportPlaces {
    /// Whether an export may go to this folder.
    fn check_folder(&self, folder: &Path) -> Result<(), String> {
        let Some(root) = &self.root else {
            return Err(
                "This server has no folder for exports: its operator has to name one with --export-root.".into()
            );
        };
        if folder.starts_with(root) {
            return Ok(());
        }
        Err(format!("{} is not in this server's folder for exports, {}.", folder.display(), root.display()))
    }

    /// The file that a path below the folder for credentials means.
    pub(super) fn credentials_file(&self, path: &str) -> Result<PathBuf, String> {
        let Some(folder) = &self.credentials else {
            return Err("This server has no folder for credentials: its operator has to name one with \
                        --export-credentials."
                .into());
        };
        let path = Path::new(path);
        let inside = path.strip_prefix(folder).unwrap_or(path);
        if inside.components().all(|part| matches!(part, Component::Normal(_))) {
            return Ok(folder.join(inside));
        }
        Err("It must be the path of a file in the server's folder for credentials, without '..'.".into())
    }
}
