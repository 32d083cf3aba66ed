//! A backup into an empty place.
//!
//! The archive is read twice: to check every byte of it, before anything is touched ([`CheckedArchive`]), and to write.
//! Blobs are written first, then all rows in one transaction, which is committed when the tables have the sums that the
//! manifest says. A restore that was cut off has left no row, and blobs that no row speaks of: the next one of the same
//! archive goes on with them ([`super::left`]).

use std::{
    io::{BufRead as _, BufReader, Read},
    ops::ControlFlow,
};

use fieldproof_store::{
    Store,
    copy::{self, Catalogue, Import},
};
use sha2::{Digest as _, Sha256};

pub use super::archive::CheckedArchive;
use super::{
    KeepingError,
    archive::{BlobSummer, Entry, each_entry, read_all},
    beside::Beside,
    left::{self, Left},
};
use crate::Fieldproof;

/// Why a blob store is no empty place.
pub(super) const OCCUPIED: &str = "there are photos or application files in it, perhaps of a copy that was cut off";

impl Fieldproof {
    /// Writes a checked archive into this system, which is empty, or has what an earlier restore of the same archive has
    /// left. Answers how many blobs were there already.
    ///
    /// # Errors
    /// [`KeepingError::NotEmpty`]; after any other, no row is there, and blobs may be, for the next restore to go on with.
    pub async fn restore(&self, archive: &CheckedArchive) -> Result<u64, KeepingError> {
        refuse_rows(&self.store).await?;
        let left = Left::by_earlier(&self.store, archive).await?;
        self.write_archive(archive, left).await.map_err(|error| KeepingError::Undone {
            source: Box::new(error),
            left: format!(
                "; what is left are blobs in {}: run it again with the same file, and it goes on with them",
                self.store.places().blob_place()
            ),
        })?;
        left::forget(&self.store).await;
        Ok(left.blobs)
    }

    async fn write_archive(&self, archive: &CheckedArchive, left: Left) -> Result<(), KeepingError> {
        left::note(&self.store, archive).await?;
        let (path, manifest) = (archive.path(), archive.manifest());
        let changed = || KeepingError::Changed { place: path.display().to_string() };
        let catalogue = Catalogue::read(&mut self.store.read().await?).await?;
        if catalogue.tables().iter().any(|table| !manifest.tables.contains_key(&table.name)) {
            return Err(KeepingError::broken(path, "it does not have all tables"));
        }
        let (mut blobs, mut writing, mut passed) = (BlobSummer::default(), Beside::default(), 0);
        // Begun with the first table: a transaction that waits for photos would be ended by the database.
        let mut writer = None;
        each_entry(path, async |entry, content: &mut dyn Read| {
            match entry {
                Entry::Blob(key) => {
                    let bytes = read_all(content).map_err(KeepingError::file(path))?;
                    let size = bytes.len() as u64;
                    blobs.add(&key, size, &Sha256::digest(&bytes));
                    let to = self.store.blobs().clone();
                    // In a folder it is written again: whoever was killed may not have synced it. Buckets have what they
                    // show.
                    let may_be_there = passed < left.reach && to.are_linked();
                    passed += 1;
                    let write = async move {
                        if !(may_be_there && to.has(&key).await?) {
                            to.put(&key, bytes).await?;
                        }
                        Ok(1)
                    };
                    writing.start(size, write).await?;
                }
                Entry::Table(name) => {
                    writing.finish().await?;
                    let table = catalogue.table(&name).ok_or_else(changed)?;
                    if writer.is_none() {
                        writer = Some(self.store.write().await?);
                    }
                    let Some(writer) = &mut writer else { return Err(changed()) };
                    let mut import = Import::new(writer, table);
                    let (mut lines, mut line) = (BufReader::with_capacity(64 * 1024, content), Vec::new());
                    while lines.read_until(b'\n', &mut line).map_err(KeepingError::file(path))? > 0 {
                        import.add(&line).await?;
                        line.clear();
                    }
                    import.finish().await?;
                    if Some(&copy::sum(writer, table).await?) != manifest.tables.get(&name) {
                        return Err(KeepingError::Differs { table: name });
                    }
                }
                Entry::Manifest => {}
            }
            Ok(ControlFlow::Continue(()))
        })
        .await?;
        let whole = blobs.finish() == manifest.blobs;
        let Some(writer) = writer.filter(|_| whole) else { return Err(changed()) };
        Ok(writer.commit().await?)
    }
}

/// Refuses a database that holds anything.
pub(super) async fn refuse_rows(store: &Store) -> Result<(), KeepingError> {
    let mut reader = store.read().await?;
    let catalogue = Catalogue::read(&mut reader).await?;
    if copy::is_empty(&mut reader, &catalogue).await? {
        return Ok(());
    }
    Err(KeepingError::NotEmpty { place: store.places().database_place(), what: "there are rows in it" })
}

/// Refuses a blob store that holds anything.
pub(super) async fn refuse_blobs(store: &Store) -> Result<(), KeepingError> {
    if store.blobs().is_empty().await? {
        return Ok(());
    }
    Err(KeepingError::NotEmpty { place: store.places().blob_place(), what: OCCUPIED })
}
