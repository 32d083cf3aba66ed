//! A folder of this machine.

use std::{
    io,
    path::{Component, Path, PathBuf},
};

use futures::StreamExt as _;
use tokio::{fs, io::AsyncWriteExt as _};

use super::{Content, DeliveryError, Trouble};

/// A file is synced each time when so many bytes have come: all of it at once would make the server's database, which may
/// be on the same disk, wait.
const SYNC_EVERY: usize = 512 * 1024;

/// A folder that lies in the one that an operator has set apart for exports.
pub struct Folder {
    root: PathBuf,
    folder: PathBuf,
}

impl Folder {
    /// A folder in `root`.
    ///
    /// # Errors
    /// One that is not in it, also by way of a link.
    pub fn open(root: &Path, folder: &Path) -> Result<Self, DeliveryError> {
        let root = root.canonicalize().map_err(|error| DeliveryError::io("Opening the folder for exports", &error))?;
        let found = Self { root, folder: folder.to_owned() };
        // What is there of it, links followed; what is not there yet is made without any.
        let there = folder.ancestors().find_map(|part| part.canonicalize().ok());
        let has_steps_back = folder.components().any(|part| part == Component::ParentDir);
        match there {
            Some(there) if !has_steps_back && there.starts_with(&found.root) => Ok(found),
            _ => Err(found.outside()),
        }
    }

    pub(super) fn identity(&self) -> String {
        format!("file {}", self.folder.display())
    }

    pub(super) async fn put(&self, key: &str, content: Content<'_>) -> Result<(), DeliveryError> {
        let (place, draft) = (self.folder.join(key), self.draft(key));
        let written = self.write(&place, &draft, content).await;
        if written.is_err() {
            // It may be the disk that fails; a draft looks like none of the files that people wait for.
            let _ = fs::remove_file(&draft).await;
        }
        written
    }

    async fn write(&self, place: &Path, draft: &Path, mut content: Content<'_>) -> Result<(), DeliveryError> {
        let failed = |error: io::Error| DeliveryError::io(&format!("Writing {}", place.display()), &error);
        let parent = place.parent().unwrap_or(&self.folder);
        fs::create_dir_all(parent).await.map_err(failed)?;
        if !fs::canonicalize(parent).await.map_err(failed)?.starts_with(&self.root) {
            return Err(self.outside());
        }
        let mut file = fs::File::create(draft).await.map_err(failed)?;
        let mut unsynced = 0;
        while let Some(bytes) = content.next().await {
            let bytes = bytes.map_err(|error| DeliveryError::source(&*error))?;
            file.write_all(&bytes).await.map_err(failed)?;
            unsynced += bytes.len();
            if unsynced >= SYNC_EVERY {
                file.flush().await.map_err(failed)?;
                file.sync_data().await.map_err(failed)?;
                unsynced = 0;
            }
        }
        file.flush().await.map_err(failed)?;
        file.sync_all().await.map_err(failed)?;
        fs::rename(draft, place).await.map_err(failed)?;
        // The name too is on the disk only when its folder is.
        fs::File::open(parent).await.map_err(failed)?.sync_all().await.map_err(failed)
    }

    pub(super) async fn size(&self, key: &str) -> Result<u64, DeliveryError> {
        let place = self.folder.join(key);
        let found = fs::metadata(&place).await;
        Ok(found.map_err(|error| DeliveryError::io(&format!("Reading {}", place.display()), &error))?.len())
    }

    pub(super) async fn remove(&self, key: &str) -> Result<(), DeliveryError> {
        let place = self.folder.join(key);
        let removed = fs::remove_file(&place).await;
        removed.map_err(|error| DeliveryError::io(&format!("Removing {}", place.display()), &error))
    }

    /// Always the same for a file, so that what was cut off is written over.
    fn draft(&self, key: &str) -> PathBuf {
        let (folders, name) = key.rsplit_once('/').unwrap_or(("", key));
        self.folder.join(folders).join(format!(".{name}.part"))
    }

    fn outside(&self) -> DeliveryError {
        let reason = format!(
            "{} is not in the folder that this server has for exports, {}: choose one in it, or ask the server's \
             operator for another --export-root.",
            self.folder.display(),
            self.root.display()
        );
        DeliveryError::new(Trouble::Settings, reason)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures::stream;

    use super::*;
    use crate::delivery::content;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[tokio::test]
    async fn a_file_is_there_whole_or_not_at_all() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::open(root.path(), &root.path().join("team")).unwrap();
        folder.put("site/data/a.json", content(Bytes::from_static(b"one\n"))).await.unwrap();
        assert_eq!(folder.size("site/data/a.json").await.unwrap(), 4);
        let broken = stream::iter([Ok(Bytes::from_static(b"two")), Err("the source is gone".into())]).boxed();
        let error = folder.put("site/data/b.json", broken).await.unwrap_err();
        assert_eq!(error.trouble, Trouble::Source);
        assert_eq!(names(&root.path().join("team/site/data")), ["a.json"]);
        folder.remove("site/data/a.json").await.unwrap();
        assert_eq!(folder.remove("site/data/a.json").await.unwrap_err().trouble, Trouble::Missing);
    }

    #[tokio::test]
    async fn nothing_leads_out_of_the_root() {
        let (root, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for outside in [other.path().to_owned(), root.path().join("../x"), "/".into(), root.path().join("a/../../b")] {
            let error = Folder::open(root.path(), &outside).err().unwrap();
            assert_eq!(error.trouble, Trouble::Settings, "{}", outside.display());
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(other.path(), root.path().join("link")).unwrap();
            assert!(Folder::open(root.path(), &root.path().join("link/team")).is_err());
            let folder = Folder::open(root.path(), root.path()).unwrap();
            let error = folder.put("link/a.json", content(Bytes::new())).await.unwrap_err();
            assert_eq!(error.trouble, Trouble::Settings);
            assert_eq!(names(other.path()), [""; 0]);
        }
    }
}
