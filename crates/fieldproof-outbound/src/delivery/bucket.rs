//! A bucket.

use std::{sync::Arc, time::Duration};

use fieldproof_domain::media::media_type;
use futures::StreamExt as _;
use object_store::{
    Attribute, Attributes, ObjectStore, ObjectStoreExt as _, RetryConfig,
    aws::{AmazonS3Builder, AmazonS3ConfigKey},
    azure::{AzureConfigKey, MicrosoftAzureBuilder},
    buffered::BufWriter,
    gcp::{GoogleCloudStorageBuilder, GoogleConfigKey},
    path::Path,
};
use tokio::io::AsyncWriteExt as _;

use super::{
    Cloud, Content, Credentials, DeliveryError, Trouble, bucket_error::Doing, error::cause,
    guarded_http::GuardedConnector, uri::BucketUri,
};
use crate::AddressGuard;

/// A file goes in parts of so many bytes; with the most parts that clouds take, it may have 80 GB.
const PART: usize = 8 * 1024 * 1024;

/// A bucket of a cloud, or of what speaks like it.
pub struct Bucket {
    store: Arc<dyn ObjectStore>,
    pub(super) cloud: Cloud,
    /// In words, for errors.
    pub(super) place: String,
    prefix: Path,
    /// Whose bucket of that name it is.
    host: String,
}

impl Bucket {
    /// The bucket at an address, opened with these credentials alone: nothing is taken from the environment or from a
    /// cloud's metadata.
    pub fn open(uri: &BucketUri, credentials: &Credentials, guard: &AddressGuard) -> Result<Self, DeliveryError> {
        let BucketUri { cloud, bucket, prefix } = uri;
        // The buckets' clients take the process' provider. One that is there already is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let place = uri.to_string();
        let missing = |what: &str| {
            let reason = format!(
                "There are no credentials for {place}: give {what} in 'storage_credentials', or ask the server's \
                 operator to put them into a file or into its environment."
            );
            DeliveryError::new(Trouble::Settings, reason)
        };
        let connector = GuardedConnector { guard: guard.clone() };
        let retry = RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(120), ..Default::default() };
        let built: object_store::Result<Arc<dyn ObjectStore>> = match cloud {
            Cloud::S3 => {
                if !credentials.has("aws_access_key_id") || !credentials.has("aws_secret_access_key") {
                    return Err(missing("aws_access_key_id and aws_secret_access_key"));
                }
                let mut builder = AmazonS3Builder::new().with_bucket_name(bucket).with_retry(retry);
                for (name, value) in credentials.iter() {
                    builder = builder.with_config(key::<AmazonS3ConfigKey>(name)?, value);
                }
                builder.with_http_connector(connector).build().map(|store| Arc::new(store) as _)
            }
            Cloud::Gcs => {
                if !credentials.has("google_service_account_key") {
                    return Err(missing("google_service_account_key"));
                }
                let mut builder = GoogleCloudStorageBuilder::new().with_bucket_name(bucket).with_retry(retry);
                for (name, value) in credentials.iter() {
                    builder = builder.with_config(key::<GoogleConfigKey>(name)?, value);
                }
                builder.with_http_connector(connector).build().map(|store| Arc::new(store) as _)
            }
            Cloud::Azure => {
                let has_key = ["azure_storage_account_key", "azure_storage_sas_token", "azure_storage_client_secret"]
                    .iter()
                    .any(|name| credentials.has(name));
                if !credentials.has("azure_storage_account_name") || !has_key {
                    return Err(missing("azure_storage_account_name and azure_storage_account_key"));
                }
                let mut builder = MicrosoftAzureBuilder::new().with_container_name(bucket).with_retry(retry);
                for (name, value) in credentials.iter() {
                    builder = builder.with_config(key::<AzureConfigKey>(name)?, value);
                }
                builder.with_http_connector(connector).build().map(|store| Arc::new(store) as _)
            }
        };
        // Some of these texts repeat what they cannot read, which may be a secret.
        let store = built.map_err(|_| {
            let reason = format!("The credentials for {place} cannot be used: one of them is not what its name says.");
            DeliveryError::new(Trouble::Settings, reason)
        })?;
        let prefix = Path::from(prefix.as_str());
        Ok(Self { store, cloud: *cloud, place, prefix, host: credentials.host() })
    }

    pub(super) fn identity(&self) -> String {
        format!("{}/{} {}", self.place, self.prefix, self.host)
    }

    pub(super) async fn put(&self, key: &str, mut content: Content<'_>) -> Result<(), DeliveryError> {
        let attributes: Attributes = [(Attribute::ContentType, media_type(key))].into_iter().collect();
        let mut object = BufWriter::with_capacity(Arc::clone(&self.store), self.key(key), PART)
            .with_attributes(attributes)
            .with_max_concurrency(2);
        while let Some(bytes) = content.next().await {
            let put = match bytes {
                Ok(bytes) => object.put(bytes).await.map_err(|error| self.explain(Doing::Write, key, &error)),
                Err(error) => Err(DeliveryError::source(&*error)),
            };
            if let Err(error) = put {
                // Parts of a file are no file, and a bucket can be told to forget them by itself.
                let _ = object.abort().await;
                return Err(error);
            }
        }
        object.shutdown().await.map_err(|error| match cause::<object_store::Error>(&error) {
            Some(error) => self.explain(Doing::Write, key, error),
            None => DeliveryError::io(&format!("Writing {key} to {}", self.place), &error),
        })
    }

    pub(super) async fn size(&self, key: &str) -> Result<u64, DeliveryError> {
        let found = self.store.head(&self.key(key)).await;
        Ok(found.map_err(|error| self.explain(Doing::Read, key, &error))?.size)
    }

    pub(super) async fn remove(&self, key: &str) -> Result<(), DeliveryError> {
        self.store.delete(&self.key(key)).await.map_err(|error| self.explain(Doing::Remove, key, &error))
    }

    fn key(&self, key: &str) -> Path {
        self.prefix.parts().chain(Path::from(key).parts()).collect()
    }
}

fn key<K: std::str::FromStr>(name: &str) -> Result<K, DeliveryError> {
    let unknown = || DeliveryError::new(Trouble::Settings, format!("'{name}' is no name of a credential."));
    name.parse().map_err(|_| unknown())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(uri: &str, credentials: &[(&str, &str)]) -> String {
        let Ok(crate::delivery::StorageUri::Bucket(uri)) = uri.parse() else { panic!("{uri}") };
        let given = credentials.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let credentials = Credentials::new(uri.cloud, given).unwrap();
        Bucket::open(&uri, &credentials, &AddressGuard::default()).unwrap().identity()
    }

    #[test]
    fn a_place_is_the_same_with_another_key_and_not_with_another_host() {
        let s3 = |uri, key, endpoint| {
            let key = [("aws_access_key_id", key), ("aws_secret_access_key", key)];
            identity(uri, &[&key[..], endpoint].concat())
        };
        let own = &[("aws_endpoint_url", "https://s3.example.com")][..];
        let first = s3("s3://lake/x", "a", &[]);
        assert_eq!(first, s3("s3://lake/x/", "b", &[]));
        for other in [s3("s3://lake/y", "a", &[]), s3("s3://sea/x", "a", &[]), s3("s3://lake/x", "a", own)] {
            assert_ne!(first, other);
        }
        let azure = |account, key| {
            identity("az://lake", &[("azure_storage_account_name", account), ("azure_storage_account_key", key)])
        };
        assert_eq!(azure("one", "a2V5"), azure("one", "a2V6"));
        assert_ne!(azure("one", "a2V5"), azure("two", "a2V5"));
    }
}
