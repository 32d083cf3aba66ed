//! Photos and application files, by key, behind `object_store`: in a folder or in a bucket.

use std::{
    fs::File,
    io::{self, Read as _},
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use futures::{
    StreamExt as _, TryStreamExt as _,
    stream::{self, BoxStream},
};
use object_store::{
    GetResult, GetResultPayload, ObjectMeta, ObjectStore, ObjectStoreExt as _, PutMode, PutPayload,
    aws::AmazonS3Builder, azure::MicrosoftAzureBuilder, gcp::GoogleCloudStorageBuilder, local::LocalFileSystem,
    path::Path as Key, signer::Signer,
};
use tokio::task::spawn_blocking;
use url::Url;

use crate::{BlobWriter, StoreError, page_cache};

/// No cloud signs links for longer than a week.
const LONGEST_LINK: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Of a file, in bytes.
const PIECE: u64 = 256 * 1024;

/// What keys begin with: application files, photos, files of exports.
pub const BLOB_FOLDERS: [&str; 3] = ["apps", "inputs", "exports"];

/// A blob store. Keys are relative, `/`-separated, and made by this program, never by a caller. Cheap to clone.
#[derive(Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    /// In front of every key: what the URL of the bucket names behind its host.
    prefix: Key,
    /// Makes links that lead straight to the bucket; a folder has none.
    signer: Option<Arc<dyn Signer>>,
    /// The folder, if it is one: says which file a key is.
    folder: Option<Arc<LocalFileSystem>>,
}

/// A blob that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredBlob {
    /// Its key.
    pub key: String,
    /// Its size in bytes.
    pub size: u64,
    /// When it was last written.
    pub modified: chrono::DateTime<chrono::Utc>,
}

/// A blob that was found and is not read yet.
pub struct FoundBlob(GetResult);

impl FoundBlob {
    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.0.meta.size
    }

    /// All of it.
    pub async fn bytes(self) -> Result<Bytes, StoreError> {
        Ok(self.0.bytes().await?)
    }

    /// Piece by piece, for blobs that need not be in memory.
    pub fn pieces(self) -> BoxStream<'static, Result<Bytes, StoreError>> {
        match self.0.payload {
            GetResultPayload::File(file, _) => stream::try_unfold(file, next_piece).boxed(),
            GetResultPayload::Stream(pieces) => pieces.map_err(StoreError::from).boxed(),
        }
    }
}

/// Some more of a file. Its pieces are larger than those of the library, which go to another thread for 8 KiB each.
async fn next_piece(mut file: File) -> Result<Option<(Bytes, File)>, StoreError> {
    let read = spawn_blocking(move || {
        let mut piece = Vec::new();
        file.by_ref().take(PIECE).read_to_end(&mut piece)?;
        Ok((piece, file))
    });
    let (piece, file) = read.await.map_err(io::Error::other).flatten().map_err(StoreError::folder)?;
    Ok((!piece.is_empty()).then(|| (piece.into(), file)))
}

impl Blobs {
    /// A folder. A put that returned is on the disk: bytes and directory entry are synced.
    pub(crate) fn local(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder).map_err(|source| StoreError::Folder { path: folder.to_owned(), source })?;
        let store = Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true));
        Ok(Self {
            store: Arc::clone(&store) as Arc<dyn ObjectStore>,
            prefix: Key::default(),
            signer: None,
            folder: Some(store),
        })
    }

    /// What a URL names: `file:///folder`, `s3://bucket/prefix`, `gs://…`, `az://…`. Credentials, regions and
    /// endpoints come from the environment, by the names that the clouds' own tools use (`AWS_…`, `GOOGLE_…`,
    /// `AZURE_…`).
    pub(crate) fn at(url: &str) -> Result<Self, StoreError> {
        // The buckets' clients take the process' provider. One that is there already is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let refuse = |reason: String| StoreError::BlobUrl { url: url.to_owned(), reason };
        let parsed = Url::parse(url).map_err(|error| refuse(error.to_string()))?;
        let refused = |error: object_store::Error| refuse(error.to_string());
        let (store, signer): (Arc<dyn ObjectStore>, Arc<dyn Signer>) = match parsed.scheme() {
            "file" => {
                let folder = parsed.to_file_path().map_err(|()| refuse("it names no folder of this machine".into()))?;
                return Self::local(&folder);
            }
            "s3" => both(AmazonS3Builder::from_env().with_url(bucket_of(&parsed)).build().map_err(refused)?),
            "gs" => both(GoogleCloudStorageBuilder::from_env().with_url(bucket_of(&parsed)).build().map_err(refused)?),
            "az" => both(MicrosoftAzureBuilder::from_env().with_url(bucket_of(&parsed)).build().map_err(refused)?),
            other => return Err(refuse(format!("'{other}' is none of file, s3, gs and az"))),
        };
        let prefix = Key::from_url_path(parsed.path()).map_err(|error| refuse(error.to_string()))?;
        Ok(Self { store, prefix, signer: Some(signer), folder: None })
    }

    /// Objects anywhere, behind a prefix.
    #[cfg(test)]
    pub(crate) fn of_objects(store: Arc<dyn ObjectStore>, prefix: Key) -> Self {
        Self { store, prefix, signer: None, folder: None }
    }

    /// Stores `bytes` under `key`, whole or not at all.
    pub async fn put(&self, key: &str, bytes: Bytes) -> Result<(), StoreError> {
        self.store.put(&self.place(key), PutPayload::from(bytes)).await?;
        Ok(())
    }

    /// Lets the system's memory go of a blob in a folder, which nobody reads soon: the next one is written into the same
    /// memory, and what others read often stays there. Returns at once.
    pub fn let_go(&self, key: &str) {
        if let Ok(Some(file)) = self.file(key) {
            // Nobody waits for it: it fails only where it is of no use.
            drop(spawn_blocking(move || page_cache::let_go(&file)));
        }
    }

    /// Stores `bytes` under `key` if there is nothing; `false`: somebody else was first, and nothing was changed.
    pub async fn put_new(&self, key: &str, bytes: Bytes) -> Result<bool, StoreError> {
        match self.store.put_opts(&self.place(key), PutPayload::from(bytes), PutMode::Create.into()).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::AlreadyExists { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// A blob that is written piece by piece. `draft`, new for each, is part of a file's name until it is whole.
    pub async fn writer(&self, key: &str, draft: uuid::Uuid) -> Result<BlobWriter, StoreError> {
        match (self.file(key)?, self.file(&format!("{key}.{draft}.part"))?) {
            (Some(place), Some(draft)) => BlobWriter::file(place, draft).await,
            _ => Ok(BlobWriter::object(Arc::clone(&self.store), self.place(key))),
        }
    }

    /// Some of the bytes under `key`, fewer where they end before; `None` when there are none.
    pub async fn get_range(&self, key: &str, range: Range<u64>) -> Result<Option<Bytes>, StoreError> {
        match self.store.get_range(&self.place(key), range).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// What is under `key`, before it is read; `None` when there is nothing.
    pub async fn find(&self, key: &str) -> Result<Option<FoundBlob>, StoreError> {
        match self.store.get(&self.place(key)).await {
            Ok(found) => Ok(Some(FoundBlob(found))),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The bytes under `key`; `None` when there are none.
    pub async fn get(&self, key: &str) -> Result<Option<Bytes>, StoreError> {
        match self.find(key).await? {
            Some(found) => Ok(Some(found.bytes().await?)),
            None => Ok(None),
        }
    }

    /// Whether there is something under `key`.
    pub async fn has(&self, key: &str) -> Result<bool, StoreError> {
        match self.store.head(&self.place(key)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Erases what is under `key`; nothing there is no error.
    pub async fn erase(&self, key: &str) -> Result<(), StoreError> {
        match self.store.delete(&self.place(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Erases everything under `prefix`; in a folder, with its folders.
    pub async fn erase_all(&self, prefix: &str) -> Result<(), StoreError> {
        if let Some(folder) = self.file(prefix)? {
            return match tokio::fs::remove_dir_all(folder).await {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(StoreError::folder(error)),
                _ => Ok(()),
            };
        }
        let mut blobs = self.each(prefix);
        while let Some(blob) = blobs.try_next().await? {
            self.erase(&blob.key).await?;
        }
        Ok(())
    }

    /// A link that leads straight to a blob of a bucket, for as long as wanted, a week at most; `None` for a folder,
    /// whose blobs the server itself has to hand out.
    pub async fn link(&self, key: &str, lifetime: Duration) -> Result<Option<String>, StoreError> {
        let Some(signer) = &self.signer else { return Ok(None) };
        let link = signer.signed_url(http::Method::GET, &self.place(key), lifetime.min(LONGEST_LINK)).await?;
        Ok(Some(link.into()))
    }

    /// Whether blobs are in a bucket that gives out links of its own.
    pub fn are_linked(&self) -> bool {
        self.signer.is_some()
    }

    /// Whether a blob can be written, read and erased.
    pub async fn probe(&self) -> Result<(), StoreError> {
        // A name of its own for every process: servers that share a bucket must not erase each other's.
        let key = format!("probe/{}", std::process::id());
        self.put(&key, Bytes::from_static(b"ready")).await?;
        self.get(&key).await?;
        self.erase(&key).await
    }

    /// Every blob under `prefix`, in no order.
    pub async fn list(&self, prefix: &str) -> Result<Vec<StoredBlob>, StoreError> {
        self.each(prefix).try_collect().await
    }

    /// Every blob under `prefix` one after another, in no order: there may be more than fit into memory.
    pub fn each(&self, prefix: &str) -> BoxStream<'static, Result<StoredBlob, StoreError>> {
        self.stored(self.store.list(Some(&self.place(prefix))))
    }

    /// As [`Blobs::each`], those alone whose keys come after `key`.
    pub fn each_after(&self, prefix: &str, key: &str) -> BoxStream<'static, Result<StoredBlob, StoreError>> {
        self.stored(self.store.list_with_offset(Some(&self.place(prefix)), &self.place(key)))
    }

    fn stored(
        &self,
        listed: BoxStream<'static, object_store::Result<ObjectMeta>>,
    ) -> BoxStream<'static, Result<StoredBlob, StoreError>> {
        let own = self.prefix.clone();
        let blob = move |meta: ObjectMeta| {
            let key = meta.location.prefix_match(&own).map(|parts| parts.collect::<Key>().to_string());
            StoredBlob { key: key.unwrap_or_default(), size: meta.size, modified: meta.last_modified }
        };
        listed.map_ok(blob).map_err(StoreError::from).boxed()
    }

    /// The file that a key is; `None`: blobs are in a bucket.
    pub(crate) fn file(&self, key: &str) -> Result<Option<PathBuf>, StoreError> {
        Ok(self.folder.as_ref().map(|folder| folder.path_to_filesystem(&self.place(key))).transpose()?)
    }

    /// Whether there is nothing, apart from what [`Blobs::probe`] leaves.
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        for folder in BLOB_FOLDERS {
            if self.each(folder).try_next().await?.is_some() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn place(&self, key: &str) -> Key {
        self.prefix.parts().chain(Key::from(key).parts()).collect()
    }
}

fn both<S: ObjectStore + Signer>(store: S) -> (Arc<dyn ObjectStore>, Arc<dyn Signer>) {
    let store = Arc::new(store);
    (Arc::clone(&store) as Arc<dyn ObjectStore>, store)
}

/// The URL without what is behind the bucket's name: `object_store` takes no prefix.
fn bucket_of(url: &Url) -> String {
    format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default())
}
