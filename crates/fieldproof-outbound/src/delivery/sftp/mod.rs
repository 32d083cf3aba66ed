//! An SFTP server.

mod connect;
mod host_key;

use std::time::Duration;

use futures::StreamExt as _;
use russh_sftp::{
    client::{SftpSession, error::Error as SftpError},
    protocol::{OpenFlags, StatusCode},
};
use tokio::{
    io::AsyncWriteExt as _,
    time::{sleep, timeout},
};

use super::{Content, DeliveryError, Trouble};

pub use host_key::{HostKey, HostKeyError};

/// For one piece of a file, or one question: a server that takes longer has gone away.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often it is looked whether the connection is still there.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// What an SFTP server is reached with.
#[derive(Clone)]
pub struct SftpLogin {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Who logs in.
    pub username: String,
    /// With which key, as OpenSSH writes it.
    pub private_key: String,
    /// What the key is encrypted with.
    pub passphrase: Option<String>,
    /// Who the server must be; `None`: whoever answers.
    pub host_key: Option<HostKey>,
    /// Where files go.
    pub remote_path: String,
}

/// A connection to an SFTP server, for as long as it lives.
pub struct Sftp {
    session: SftpSession,
    /// The session lives on it.
    connection: russh::client::Handle<connect::Handler>,
    place: String,
    username: String,
    folder: String,
    host_key: HostKey,
}

impl Sftp {
    /// Who the server is.
    pub fn host_key(&self) -> &HostKey {
        &self.host_key
    }

    pub(super) fn identity(&self) -> String {
        // Where a path begins that does not begin with a slash is the user's own.
        let user = if self.folder.is_empty() || self.folder.starts_with('/') { "" } else { &self.username };
        format!("sftp {user} {} {}", self.place, self.folder)
    }

    pub(super) async fn put(&self, key: &str, content: Content<'_>) -> Result<(), DeliveryError> {
        let place = self.path(key);
        let (folder, name) = place.rsplit_once('/').unwrap_or((".", &place));
        // Always the same for a file, so that what was cut off is written over.
        let draft = format!("{folder}/.{name}.part");
        self.make_folders(folder).await?;
        let written = self.write(&draft, content).await;
        if written.is_err() {
            // The connection may be what fails; a draft looks like none of the files that people wait for.
            let _ = self.patient(self.session.remove_file(draft.as_str())).await;
            return written;
        }
        let renamed = self.patient(self.session.rename(draft.as_str(), place.as_str())).await;
        if renamed.is_err() && self.exists(&place).await? {
            // The protocol's own renaming puts nothing in the place of what is there.
            let removed = self.patient(self.session.remove_file(place.as_str())).await;
            removed.map_err(|error| self.explain("replace the file", &place, &error))?;
            let renamed = self.patient(self.session.rename(draft.as_str(), place.as_str())).await;
            return renamed.map_err(|error| self.explain("rename the file", &place, &error));
        }
        renamed.map_err(|error| self.explain("rename the file", &place, &error))
    }

    async fn write(&self, draft: &str, mut content: Content<'_>) -> Result<(), DeliveryError> {
        let flags = OpenFlags::CREATE | OpenFlags::TRUNCATE | OpenFlags::WRITE;
        let opened = self.patient(self.session.open_with_flags(draft, flags)).await;
        let mut file = opened.map_err(|error| self.explain("write the file", draft, &error))?;
        while let Some(bytes) = content.next().await {
            let bytes = bytes.map_err(|error| DeliveryError::source(&*error))?;
            self.patient_io(file.write_all(&bytes), draft).await?;
        }
        self.patient_io(file.flush(), draft).await?;
        let synced = self.patient(file.sync_all()).await;
        synced.map_err(|error| self.explain("write the file", draft, &error))?;
        self.patient_io(file.shutdown(), draft).await
    }

    pub(super) async fn size(&self, key: &str) -> Result<u64, DeliveryError> {
        let place = self.path(key);
        let found = self.patient(self.session.metadata(place.as_str())).await;
        Ok(found.map_err(|error| self.explain("read the file", &place, &error))?.size.unwrap_or_default())
    }

    pub(super) async fn remove(&self, key: &str) -> Result<(), DeliveryError> {
        let place = self.path(key);
        let removed = self.patient(self.session.remove_file(place.as_str())).await;
        removed.map_err(|error| self.explain("remove the file", &place, &error))
    }

    /// Makes a folder and those above it, as far as they are missing. That to which everything goes has to be there.
    async fn make_folders(&self, folder: &str) -> Result<(), DeliveryError> {
        // Of `/` nothing is left, and the root of a server is always there.
        if folder.is_empty() || self.exists(folder).await? {
            return Ok(());
        }
        if folder.len() <= self.folder.len() {
            let reason = format!("There is no folder {} on {}: make it first.", self.folder, self.place);
            return Err(DeliveryError::new(Trouble::Missing, reason));
        }
        if let Some((above, _)) = folder.rsplit_once('/') {
            Box::pin(self.make_folders(above)).await?;
        }
        match self.patient(self.session.create_dir(folder)).await {
            // Others may have been faster.
            Err(error) if !self.exists(folder).await? => Err(self.explain("make the folder", folder, &error)),
            _ => Ok(()),
        }
    }

    async fn exists(&self, path: &str) -> Result<bool, DeliveryError> {
        match self.patient(self.session.metadata(path)).await {
            Ok(_) => Ok(true),
            Err(SftpError::Status(status)) if status.status_code == StatusCode::NoSuchFile => Ok(false),
            Err(error) => Err(self.explain("look at", path, &error)),
        }
    }

    fn path(&self, key: &str) -> String {
        format!("{}/{key}", self.folder)
    }

    async fn patient<T>(&self, asked: impl Future<Output = Result<T, SftpError>>) -> Result<T, SftpError> {
        tokio::select! {
            answered = timeout(PATIENCE, asked) => answered.unwrap_or(Err(SftpError::Timeout)),
            () = self.is_cut() => Err(SftpError::IO("the connection was cut".to_owned())),
        }
    }

    /// Completes when the connection ends: what was asked on it gets no answer then, and no word of that either.
    async fn is_cut(&self) {
        while !self.connection.is_closed() {
            sleep(LOOK_EVERY).await;
        }
    }

    async fn patient_io(
        &self,
        done: impl Future<Output = std::io::Result<()>>,
        path: &str,
    ) -> Result<(), DeliveryError> {
        let done = self.patient(async { Ok(done.await?) }).await;
        done.map_err(|error| self.explain("write the file", path, &error))
    }

    /// What the server says to something that was to be done.
    fn explain(&self, what: &str, path: &str, error: &SftpError) -> DeliveryError {
        let place = &self.place;
        match error {
            SftpError::Status(status) if status.status_code == StatusCode::PermissionDenied => DeliveryError::new(
                Trouble::Refused,
                format!("{place} does not let its user {what} {path}: give the user the right to do so."),
            ),
            SftpError::Status(status) if status.status_code == StatusCode::NoSuchFile => {
                DeliveryError::new(Trouble::Missing, format!("{place} cannot {what} {path}: it is not there."))
            }
            // The protocol has no word for a full disk: most servers say 'Failure' and no more.
            SftpError::Status(status) if status.status_code == StatusCode::Failure && what == "write the file" => {
                DeliveryError::new(
                    Trouble::Full,
                    format!("{place} could not {what} {path}: look whether its disk or the user's quota is full."),
                )
            }
            SftpError::Timeout => {
                DeliveryError::new(Trouble::Interrupted, format!("{place} did not answer in time; it is tried again."))
            }
            error => DeliveryError::new(
                Trouble::Interrupted,
                format!("{place} could not {what} {path} ({error}); it is tried again."),
            ),
        }
    }
}
