//! Writing an archive: under a name of its own, until it is whole and on the disk.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};

use super::{BLOBS, LINES, MANIFEST, Manifest, Packing, TABLES, packing::PackWriter};
use crate::keeping::KeepingError;

/// An archive that is being written. Dropped before [`Packer::finish`], it leaves nothing.
pub(in crate::keeping) struct Packer {
    tar: tar::Builder<PackWriter>,
    path: PathBuf,
    at: u64,
}

impl Packer {
    /// Begins the archive that shall be at `path`, which is not there yet.
    pub(in crate::keeping) fn begin(path: &Path, packing: Packing, at: DateTime<Utc>) -> Result<Self, KeepingError> {
        // Beside it, so that the whole file can be renamed; for its owner only, since password hashes are in it.
        let draft = tempfile::Builder::new().prefix(".fieldproof-backup-").tempfile_in(folder_of(path));
        let writer = draft.and_then(|draft| packing.writer(draft)).map_err(KeepingError::file(path))?;
        let at = u64::try_from(at.timestamp()).unwrap_or_default();
        Ok(Self { tar: tar::Builder::new(writer), path: path.to_owned(), at })
    }

    pub(in crate::keeping) fn blob(&mut self, key: &str, bytes: &[u8]) -> Result<(), KeepingError> {
        self.entry(&format!("{BLOBS}{key}"), bytes.len() as u64, bytes)
    }

    pub(in crate::keeping) fn table(&mut self, name: &str, size: u64, lines: impl Read) -> Result<(), KeepingError> {
        self.entry(&format!("{TABLES}{name}{LINES}"), size, lines)
    }

    /// Ends the archive, and gives it its name when all of it is on the disk.
    pub(in crate::keeping) fn finish(mut self, manifest: &Manifest) -> Result<(), KeepingError> {
        let text = serde_json::to_vec_pretty(manifest).map_err(io::Error::from);
        let text = text.map_err(KeepingError::file(&self.path))?;
        self.entry(MANIFEST, text.len() as u64, &text[..])?;
        let path = self.path;
        let write = || {
            let draft = self.tar.into_inner()?.finish()?;
            draft.as_file().sync_all()?;
            draft.persist_noclobber(&path).map_err(|error| error.error)?;
            // The name is in the folder, and that must be on the disk as well.
            if cfg!(unix) { File::open(folder_of(&path))?.sync_all() } else { Ok(()) }
        };
        write().map_err(KeepingError::file(&path))
    }

    fn entry(&mut self, name: &str, size: u64, content: impl Read) -> Result<(), KeepingError> {
        let mut header = tar::Header::new_gnu();
        header.set_size(size);
        header.set_mode(0o600);
        header.set_mtime(self.at);
        self.tar.append_data(&mut header, name, content).map_err(KeepingError::file(&self.path))
    }
}

/// The folder that a file is in.
pub(in crate::keeping) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
