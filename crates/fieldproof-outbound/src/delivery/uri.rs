//! `storage_uri`: where files go.

use std::{fmt, path::PathBuf, str::FromStr};

use url::Url;

/// Whose bucket it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cloud {
    /// Amazon's, or what speaks like it.
    S3,
    /// Google's.
    Gcs,
    /// Microsoft's.
    Azure,
}

/// A place for files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorageUri {
    /// `file:///folder`
    Folder(PathBuf),
    /// `s3://bucket/prefix`, `gs://…`, `az://…`
    Bucket(BucketUri),
}

/// A place in a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketUri {
    /// Whose.
    pub cloud: Cloud,
    /// Its name.
    pub bucket: String,
    /// In front of every key; without slashes at its ends.
    pub prefix: String,
}

/// Not a place for files. The text is for whoever wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} Write gs://bucket/folder, s3://bucket/folder, az://container/folder, or file:///folder.")]
pub struct StorageUriError(String);

impl FromStr for StorageUri {
    type Err = StorageUriError;

    fn from_str(text: &str) -> Result<Self, StorageUriError> {
        let wrong = |reason: &str| StorageUriError(reason.to_owned());
        let url = Url::parse(text).map_err(|_| wrong("It is no address of a storage."))?;
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("It must hold nothing but bucket and folder: keys belong into credentials."));
        }
        let cloud = match url.scheme() {
            "file" => {
                return match url.to_file_path() {
                    Ok(folder) if url.host_str().is_none_or(str::is_empty) => Ok(Self::Folder(folder)),
                    _ => Err(wrong("It names no folder of this machine.")),
                };
            }
            "s3" => Cloud::S3,
            "gs" => Cloud::Gcs,
            "az" => Cloud::Azure,
            other => return Err(wrong(&format!("'{}' is none of gs, s3, az and file.", shown(other)))),
        };
        let bucket = url.host_str().filter(|bucket| is_bucket(bucket)).ok_or_else(|| wrong("It names no bucket."))?;
        if url.port().is_some() {
            return Err(wrong("A bucket has no port: an endpoint of your own belongs into credentials."));
        }
        let prefix = url.path().trim_matches('/');
        // What would have to be escaped in a key means something else to each cloud.
        if let Some(unfit) = prefix.chars().find(|c| !c.is_ascii_alphanumeric() && !"-_.=/+,@".contains(*c)) {
            return Err(wrong(&format!("'{unfit}' must not be in its folder: letters, digits and -_.=/+,@ may.")));
        }
        if !prefix.is_empty() && prefix.split('/').any(|part| part.is_empty() || part == "." || part == "..") {
            return Err(wrong("Its folder has an empty part."));
        }
        Ok(Self::Bucket(BucketUri { cloud, bucket: bucket.to_owned(), prefix: prefix.to_owned() }))
    }
}

impl fmt::Display for BucketUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.cloud {
            Cloud::S3 => "s3",
            Cloud::Gcs => "gs",
            Cloud::Azure => "az",
        };
        write!(f, "{scheme}://{}", self.bucket)
    }
}

fn is_bucket(name: &str) -> bool {
    (1..=222).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

fn shown(text: &str) -> String {
    text.chars().take(20).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_and_folders_are_read() {
        let bucket =
            |cloud, prefix: &str| StorageUri::Bucket(BucketUri { cloud, bucket: "data".into(), prefix: prefix.into() });
        for (text, expected) in [
            ("s3://data", bucket(Cloud::S3, "")),
            ("gs://data/fieldproof/", bucket(Cloud::Gcs, "fieldproof")),
            ("az://data/a/b=1", bucket(Cloud::Azure, "a/b=1")),
            ("file:///srv/exports/team%20a", StorageUri::Folder("/srv/exports/team a".into())),
            ("file:///srv/exports/../../etc", StorageUri::Folder("/etc".into())),
        ] {
            assert_eq!(text.parse::<StorageUri>().as_ref(), Ok(&expected), "{text}");
        }
    }

    #[test]
    fn what_is_none_is_told_why() {
        for (text, expected) in [
            ("", "no address"),
            ("data/folder", "no address"),
            ("https://data.s3.amazonaws.com", "'https' is none of"),
            ("s3://key:secret@data", "keys belong into credentials"),
            ("s3://data?region=eu", "keys belong into credentials"),
            ("s3://", "no bucket"),
            ("s3://data:9000/x", "no port"),
            ("s3://data/a//b", "empty part"),
            ("gs://data/über", "must not be in its folder"),
            ("file://host/folder", "no folder of this machine"),
        ] {
            let error = text.parse::<StorageUri>().unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
