//! Signed, expiring links: whoever has one may see that one file until then, without a token (contract section 1.5).

use chrono::{DateTime, TimeDelta, Utc};
use fieldproof_domain::ids::BatchId;
pub use fieldproof_store::FoundBlob;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::{AppError, Fieldproof, Missing, secret::SecretKey};

/// Signs and checks links.
pub struct Links {
    key: SecretKey,
    lifetime: TimeDelta,
}

impl Links {
    pub(crate) fn new(key: SecretKey, lifetime: TimeDelta) -> Self {
        Self { key, lifetime }
    }

    /// Path and query, without scheme and host, of a link to a blob, good for the configured time.
    pub fn sign(&self, blob_key: &str, now: DateTime<Utc>) -> String {
        self.sign_until(blob_key, now + self.lifetime)
    }

    /// As [`Links::sign`], good until then.
    fn sign_until(&self, blob_key: &str, until: DateTime<Utc>) -> String {
        // Rounded up to the minute, so that answers given close together can be cached and compared.
        let expires = until.timestamp() / 60 * 60 + 60;
        format!("/files/{blob_key}?Expires={expires}&Signature={}", hex(&self.signature(blob_key, expires)))
    }

    /// Whether a link was signed here and is still good.
    pub fn verify(&self, blob_key: &str, expires: i64, signature: &str, now: DateTime<Utc>) -> bool {
        let expected = hex(&self.signature(blob_key, expires));
        let same: bool = subtle::ConstantTimeEq::ct_eq(expected.as_bytes(), signature.as_bytes()).into();
        same && now.timestamp() <= expires
    }

    /// What opens the address that takes a batch's archive: 256 bits in hexadecimal digits.
    pub(crate) fn upload_secret(&self, batch: BatchId) -> String {
        hex(&self.mac(&["upload", &batch.to_string()]))
    }

    /// Whether a text is what opens it.
    pub(crate) fn opens_upload(&self, batch: BatchId, secret: &str) -> bool {
        subtle::ConstantTimeEq::ct_eq(self.upload_secret(batch).as_bytes(), secret.as_bytes()).into()
    }

    /// A key for another purpose, which tells nothing of this one.
    pub(crate) fn derived_key(&self, purpose: &str) -> [u8; 32] {
        self.mac(&["key", purpose])
    }

    fn signature(&self, blob_key: &str, expires: i64) -> [u8; 32] {
        self.mac(&["link", blob_key, &expires.to_string()])
    }

    /// The first part says what for, so that what is signed for one purpose opens nothing else.
    fn mac(&self, parts: &[&str]) -> [u8; 32] {
        // HMAC pads a key with zeros to its block of 64 bytes; done here, it cannot have a wrong length.
        let mut block = [0; 64];
        block[..32].copy_from_slice(&self.key.0);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(parts.join("\n").as_bytes());
        mac.finalize().into_bytes().into()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Where a caller finds a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// A whole URL, of the bucket that the file is in.
    Bucket(String),
    /// Path and query on this server.
    Here(String),
}

impl Fieldproof {
    /// A link to a blob, good for the configured time.
    pub async fn link(&self, blob_key: &str) -> Result<Link, AppError> {
        self.link_for(blob_key, self.links.lifetime).await
    }

    /// As [`Fieldproof::link`], good for as long as this; one to a bucket for a week at most.
    pub(crate) async fn link_for(&self, blob_key: &str, lifetime: TimeDelta) -> Result<Link, AppError> {
        // Most blobs are in folders, and nothing has to be waited for.
        if self.store.blobs().are_linked()
            && let Some(link) = self.store.blobs().link(blob_key, lifetime.to_std().unwrap_or_default()).await?
        {
            return Ok(Link::Bucket(link));
        }
        Ok(Link::Here(self.links.sign_until(blob_key, self.ambient.now() + lifetime)))
    }

    /// The file behind a signed link. A wrong or expired signature looks like a file that does not exist.
    pub async fn open_link(&self, blob_key: &str, expires: i64, signature: &str) -> Result<FoundBlob, AppError> {
        if !self.links.verify(blob_key, expires, signature, self.ambient.now()) {
            return Err(AppError::NotFound(Missing::File));
        }
        self.store.blobs().find(blob_key).await?.ok_or(AppError::NotFound(Missing::File))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_its_own_file_until_it_expires() {
        let links = Links::new(SecretKey([7; 32]), TimeDelta::hours(1));
        let now = DateTime::from_timestamp(1_000_000, 0).unwrap();
        let link = links.sign("inputs/a.jpeg", now);
        let (path, query) = link.split_once('?').unwrap();
        assert_eq!(path, "/files/inputs/a.jpeg");
        let (expires, signature) = query.strip_prefix("Expires=").unwrap().split_once("&Signature=").unwrap();
        let expires: i64 = expires.parse().unwrap();
        assert!(links.verify("inputs/a.jpeg", expires, signature, now));
        assert!(!links.verify("inputs/b.jpeg", expires, signature, now));
        assert!(!links.verify("inputs/a.jpeg", expires + 1, signature, now));
        assert!(!links.verify("inputs/a.jpeg", expires, &signature.to_uppercase(), now));
        assert!(!links.verify("inputs/a.jpeg", expires, "", now));
        assert!(!links.verify("inputs/a.jpeg", expires, signature, now + TimeDelta::hours(2)));
        let other = Links::new(SecretKey([8; 32]), TimeDelta::hours(1));
        assert!(!other.verify("inputs/a.jpeg", expires, signature, now));
    }

    #[test]
    fn an_upload_is_opened_by_its_own_secret() {
        let links = Links::new(SecretKey([7; 32]), TimeDelta::hours(1));
        let (one, two) = (BatchId(uuid::Uuid::from_u128(1)), BatchId(uuid::Uuid::from_u128(2)));
        let secret = links.upload_secret(one);
        assert_eq!(secret.len(), 64);
        assert!(links.opens_upload(one, &secret));
        assert!(!links.opens_upload(two, &secret));
        assert!(!links.opens_upload(one, &secret[..63]));
        assert!(!links.opens_upload(one, ""));
        assert!(!Links::new(SecretKey([8; 32]), TimeDelta::hours(1)).opens_upload(one, &secret));
    }
}
