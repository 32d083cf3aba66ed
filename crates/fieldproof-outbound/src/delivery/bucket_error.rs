//! What went wrong with a bucket, and what to do.

use super::{Bucket, Cloud, DeliveryError, Trouble, error::cause, guarded_http::Unencrypted};
use crate::{FetchError, error::connection_reason, resolver::Refusal};

/// What is done with a file.
#[derive(Clone, Copy)]
pub(super) enum Doing {
    Write,
    Read,
    Remove,
}

impl Doing {
    fn words(self) -> &'static str {
        match self {
            Self::Write => "Writing to",
            Self::Read => "Reading from",
            Self::Remove => "Removing from",
        }
    }

    /// What a cloud calls the right to do it.
    fn right(self, cloud: Cloud) -> &'static str {
        match (cloud, self) {
            (Cloud::S3, Self::Write) => "s3:PutObject",
            (Cloud::S3, Self::Read) => "s3:GetObject",
            (Cloud::S3, Self::Remove) => "s3:DeleteObject",
            (Cloud::Gcs, Self::Write) => "storage.objects.create",
            (Cloud::Gcs, Self::Read) => "storage.objects.get",
            (Cloud::Gcs, Self::Remove) => "storage.objects.delete",
            (Cloud::Azure, Self::Write) => "Microsoft.Storage/…/blobs/write",
            (Cloud::Azure, Self::Read) => "Microsoft.Storage/…/blobs/read",
            (Cloud::Azure, Self::Remove) => "Microsoft.Storage/…/blobs/delete",
        }
    }
}

impl Bucket {
    /// What went wrong with one of the three things that are done with a file.
    pub(super) fn explain(&self, doing: Doing, key: &str, error: &object_store::Error) -> DeliveryError {
        let place = &self.place;
        let done = doing.words();
        if let Some(refusal) = cause::<FetchError>(error) {
            let trouble = match refusal {
                FetchError::Forbidden { .. } => Trouble::Forbidden,
                _ => Trouble::Unreachable,
            };
            return DeliveryError::new(trouble, format!("{done} {place} failed. {}", forbidden(refusal)));
        }
        if let Some(refusal) = cause::<Refusal>(error) {
            return match refusal {
                Refusal::Forbidden => DeliveryError::new(
                    Trouble::Forbidden,
                    format!(
                        "{done} {place} failed. Its server has no public internet address: ask the operator to open \
                         the address with --allow-address."
                    ),
                ),
                Refusal::NoAddress => DeliveryError::new(
                    Trouble::Unreachable,
                    format!("{done} {place} failed. Its server was not found: check region and endpoint."),
                ),
            };
        }
        if let Some(unencrypted) = cause::<Unencrypted>(error) {
            return DeliveryError::new(Trouble::Settings, format!("{place} cannot be used: {unencrypted}."));
        }
        let text = error.to_string();
        match error {
            object_store::Error::PermissionDenied { .. } => DeliveryError::new(
                Trouble::Refused,
                format!(
                    "{done} {place} is refused: the credentials need the permission {} for {key}.",
                    doing.right(self.cloud)
                ),
            ),
            object_store::Error::Unauthenticated { .. } => {
                DeliveryError::new(Trouble::Identity, format!("{place} does not know the credentials: check them."))
            }
            object_store::Error::NotFound { .. } => {
                DeliveryError::new(Trouble::Missing, format!("{done} {place} failed: there is no such bucket or file."))
            }
            _ if text.contains("507") || text.contains("StorageFull") || text.contains("QuotaExceeded") => {
                DeliveryError::new(Trouble::Full, format!("{place} is full: make room there."))
            }
            _ if text.contains("InvalidAccessKeyId") || text.contains("SignatureDoesNotMatch") => {
                DeliveryError::new(Trouble::Identity, format!("{place} does not know the credentials: check them."))
            }
            _ => match cause::<reqwest::Error>(error) {
                Some(error) if error.is_timeout() => DeliveryError::new(
                    Trouble::Unreachable,
                    format!("{done} {place} took too long; it is tried again later."),
                ),
                Some(error) if error.is_connect() => DeliveryError::new(
                    Trouble::Unreachable,
                    format!("No connection to the server of {place}: {}.", connection_reason(error)),
                ),
                Some(_) => DeliveryError::new(Trouble::Interrupted, format!("{done} {place} broke off.")),
                None => DeliveryError::new(Trouble::Interrupted, format!("{done} {place} failed: {}.", short(&text))),
            },
        }
    }
}

fn forbidden(refusal: &FetchError) -> String {
    match refusal {
        FetchError::Forbidden { host } => {
            format!("{host} is not a public internet address: ask the operator to open it with --allow-address.")
        }
        other => other.to_string(),
    }
}

/// As much of what a stranger's server says as a person reads.
fn short(text: &str) -> String {
    text.chars().take(300).collect()
}
