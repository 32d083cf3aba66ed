//! An SFTP server, as it is set (contract section 5).

use fieldproof_outbound::delivery::{DeliveryError, HostKey, SftpLogin, Trouble};
use serde_json::{Value as Json, json};

use super::{ExportPlaces, place_settings::path};
use crate::Fields;

/// The port unless another is given.
const PORT: u32 = 22;
/// Longest text of each field, in characters.
const LONGEST: usize = 1000;

/// An SFTP server.
#[derive(Clone, Debug)]
pub(crate) struct SftpSettings {
    pub(super) host: String,
    port: u16,
    username: String,
    /// Given with the settings; never shown.
    private_key: Option<Secret>,
    /// In a file below the operator's folder.
    private_key_path: Option<String>,
    passphrase: Option<Secret>,
    /// `None`: that of the server when it is first reached, which is then set.
    pub(super) host_key: Option<HostKey>,
    remote_path: String,
}

/// A text that is not logged.
#[derive(Clone)]
pub(super) struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl SftpSettings {
    pub(super) fn read(fields: &mut Fields, places: &ExportPlaces) -> Option<Self> {
        let mut text = |name: &str| {
            let text = fields.required_text(name);
            let is_fit =
                !text.trim().is_empty() && text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
            if fields.is_right(name) && !is_fit {
                fields.add(name, format!("Field '{name}' must have 1 to {LONGEST} characters, none for control."));
            }
            text
        };
        let (host, username) = (text("sftp_host"), text("sftp_username"));
        if host.contains(['/', '@', ' ']) || (host.contains(':') && host.parse::<std::net::Ipv6Addr>().is_err()) {
            fields.add(
                "sftp_host",
                "Field 'sftp_host' must be a name or an address alone: others have fields of their own.",
            );
        }
        let port = fields.number("sftp_port", 1..=65535).unwrap_or(PORT) as u16;
        let remote_path = fields.text("sftp_remote_path").unwrap_or_default();
        if remote_path.chars().any(char::is_control) || remote_path.split('/').any(|part| part == "..") {
            fields.add("sftp_remote_path", "Field 'sftp_remote_path' must be the path of a folder, without '..'.");
        }
        let private_key = fields.text("sftp_private_key").filter(|key| !key.is_empty()).map(Secret);
        let private_key_path = path(fields, "sftp_private_key_path", places);
        if private_key.is_none()
            && private_key_path.is_none()
            && fields.is_right("sftp_private_key")
            && fields.is_right("sftp_private_key_path")
        {
            let message = "There is no key to log in with: give 'sftp_private_key_path' or 'sftp_private_key'.";
            fields.add("sftp_private_key_path", message);
        }
        let passphrase = fields.text("sftp_private_key_passphrase").filter(|text| !text.is_empty()).map(Secret);
        let host_key = fields.text("sftp_host_key").filter(|key| !key.is_empty());
        let host_key = host_key.and_then(|key| match key.parse::<HostKey>() {
            Ok(key) => Some(key),
            Err(error) => {
                fields.add("sftp_host_key", error.to_string());
                None
            }
        });
        Some(Self { host, port, username, private_key, private_key_path, passphrase, host_key, remote_path })
    }

    pub(super) fn shown(&self) -> Json {
        json!({
            "connector_type": "sftp",
            "sftp_host": self.host,
            "sftp_port": self.port,
            "sftp_username": self.username,
            "sftp_private_key_path": self.private_key_path,
            "sftp_host_key": self.host_key.as_ref().map(ToString::to_string),
            "sftp_remote_path": self.remote_path,
        })
    }

    /// What the server is reached with; a key given with the settings wins over one in a file.
    pub(super) async fn login(&self, places: &ExportPlaces) -> Result<SftpLogin, DeliveryError> {
        let private_key = match (&self.private_key, &self.private_key_path) {
            (Some(Secret(key)), _) => key.clone(),
            (None, Some(path)) => places.credentials_text(path).await?,
            (None, None) => return Err(DeliveryError::new(Trouble::Settings, "There is no key to log in with.")),
        };
        Ok(SftpLogin {
            host: self.host.clone(),
            port: self.port,
            username: self.username.clone(),
            private_key,
            passphrase: self.passphrase.as_ref().map(|Secret(text)| text.clone()),
            host_key: self.host_key.clone(),
            remote_path: self.remote_path.clone(),
        })
    }
}
