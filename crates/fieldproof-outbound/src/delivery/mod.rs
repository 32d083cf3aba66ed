//! Handing files over to where other people keep their data: a folder, a bucket, an SFTP server.
//!
//! A file is there under its name when it is whole, and not before, whatever is cut off when. Each step says in words for who
//! set it up what went wrong, and which right is missing.

mod bucket;
mod bucket_error;
mod credentials;
mod error;
mod folder;
mod guarded_http;
mod probe;
mod sftp;
mod uri;

use std::error::Error;

use bytes::Bytes;
use futures::{
    StreamExt as _,
    stream::{self, BoxStream},
};

pub use bucket::Bucket;
pub use credentials::{Credentials, CredentialsError};
pub use error::{DeliveryError, Trouble};
pub use folder::Folder;
pub use probe::ProbeStep;
pub use sftp::{HostKey, HostKeyError, Sftp, SftpLogin};
pub use uri::{BucketUri, Cloud, StorageUri, StorageUriError};

/// The bytes of a file on their way. An error of theirs ends the delivery.
pub type Content<'a> = BoxStream<'a, Result<Bytes, Box<dyn Error + Send + Sync>>>;

/// Bytes that are in memory already.
pub fn content(bytes: Bytes) -> Content<'static> {
    stream::once(async { Ok(bytes) }).boxed()
}

/// Where files go. Keys are relative and `/`-separated.
pub enum Destination {
    /// Of this machine, or mounted on it.
    Folder(Folder),
    /// Of a cloud, or what speaks like one.
    Bucket(Bucket),
    /// Of a server.
    Sftp(Box<Sftp>),
}

impl Destination {
    /// What tells it from every other place, without secrets: what was put there is found there again.
    pub fn identity(&self) -> String {
        match self {
            Self::Folder(folder) => folder.identity(),
            Self::Bucket(bucket) => bucket.identity(),
            Self::Sftp(server) => server.identity(),
        }
    }

    /// Writes a file, in the place of one of the same name.
    ///
    /// # Errors
    /// Nothing that looks whole is left then.
    pub async fn put(&self, key: &str, content: Content<'_>) -> Result<(), DeliveryError> {
        match self {
            Self::Folder(folder) => folder.put(key, content).await,
            Self::Bucket(bucket) => bucket.put(key, content).await,
            Self::Sftp(server) => server.put(key, content).await,
        }
    }

    /// How many bytes a file has.
    pub(crate) async fn size(&self, key: &str) -> Result<u64, DeliveryError> {
        match self {
            Self::Folder(folder) => folder.size(key).await,
            Self::Bucket(bucket) => bucket.size(key).await,
            Self::Sftp(server) => server.size(key).await,
        }
    }

    /// Removes a file.
    pub(crate) async fn remove(&self, key: &str) -> Result<(), DeliveryError> {
        match self {
            Self::Folder(folder) => folder.remove(key).await,
            Self::Bucket(bucket) => bucket.remove(key).await,
            Self::Sftp(server) => server.remove(key).await,
        }
    }

    /// How many files may be on their way at once.
    pub fn lanes(&self) -> usize {
        match self {
            Self::Folder(_) => 1,
            Self::Bucket(_) => 8,
            // Each has many pieces on their way already.
            Self::Sftp(_) => 2,
        }
    }
}
