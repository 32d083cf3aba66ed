//! A backup into an empty place.
//!
//! The archive is read twice: to check every byte of it, before anything is touched, and to write. Blobs are written
//! first, then all rows in one transaction, which is committed when the tables have the sums that the manifest says. A
//! restore that was cut off has left no row, and blobs that no row speaks of.

use std::{
    io::{BufRead as _, BufReader, Read},
    path::{Path, PathBuf},
};

use fieldproof_store::{
    SCHEMA_VERSION, Store,
    copy::{self, Catalogue, Import, TableSum, TableSummer},
};
use indexmap::IndexMap;
use sha2::{Digest as _, Sha256};

use super::{
    KeepingError,
    archive::{BlobSum, BlobSummer, Entry, FORMAT, Manifest, each_entry},
};
use crate::Fieldproof;

/// An archive of which every byte is as it was written.
#[derive(Clone, Debug)]
pub struct CheckedArchive {
    path: PathBuf,
    manifest: Manifest,
}

/// What was found in an archive.
#[derive(Default)]
struct Found {
    tables: IndexMap<String, TableSum>,
    blobs: BlobSummer,
    manifest: Option<Vec<u8>>,
}

impl CheckedArchive {
    /// Reads an archive to its end and compares it with what it says of itself.
    ///
    /// # Errors
    /// [`KeepingError::Broken`], [`KeepingError::OtherSchema`].
    pub async fn check(path: &Path) -> Result<Self, KeepingError> {
        let broken = |reason: &str| KeepingError::broken(path, reason);
        let mut found = Found::default();
        each_entry(path, async |entry, content| {
            if found.manifest.is_some() {
                return Err(broken("something follows its manifest"));
            }
            found.add(entry, content).map_err(|error| broken(&format!("it is damaged or cut off ({error})")))
        })
        .await?;
        let manifest = found.manifest.ok_or_else(|| broken("it is cut off: it has no manifest at its end"))?;
        let (format, manifest) = read_manifest(&manifest).map_err(|error| broken(&error))?;
        if format != FORMAT {
            return Err(broken(&format!("it has the format {format}; this program reads the format {FORMAT}")));
        }
        let manifest: Manifest = manifest.map_err(|error| broken(&format!("its manifest is damaged ({error})")))?;
        if manifest.schema != SCHEMA_VERSION {
            let (found, program) = (manifest.schema, manifest.program);
            return Err(KeepingError::OtherSchema { path: path.to_owned(), found, known: SCHEMA_VERSION, program });
        }
        for (name, sum) in &manifest.tables {
            if found.tables.get(name) != Some(sum) {
                return Err(broken(&format!("the rows of the table {name} are not those that its manifest says")));
            }
        }
        if let Some(name) = found.tables.keys().find(|name| !manifest.tables.contains_key(*name)) {
            return Err(broken(&format!("its manifest does not speak of the table {name}")));
        }
        if found.blobs.finish() != manifest.blobs {
            return Err(broken("its photos or application files are not those that its manifest says"));
        }
        Ok(Self { path: path.to_owned(), manifest })
    }

    /// What is in it.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }
}

/// The format, and the rest, which only this format need have.
fn read_manifest(text: &[u8]) -> Result<(u32, Result<Manifest, serde_json::Error>), String> {
    let json: serde_json::Value = serde_json::from_slice(text).map_err(|error| format!("its manifest: {error}"))?;
    let format = json["format"].as_u64().and_then(|format| u32::try_from(format).ok());
    Ok((format.ok_or("its manifest says no format")?, serde_json::from_value(json)))
}

impl Found {
    fn add(&mut self, entry: Entry, content: &mut dyn Read) -> std::io::Result<()> {
        match entry {
            Entry::Blob(key) => {
                let (mut hash, mut size) = (Sha256::new(), 0);
                in_pieces(content, |piece| {
                    size += piece.len() as u64;
                    hash.update(piece);
                })?;
                self.blobs.add(&key, size, &hash.finalize());
            }
            Entry::Table(name) => {
                let mut summer = TableSummer::default();
                in_pieces(content, |piece| summer.add(piece))?;
                self.tables.insert(name, summer.finish());
            }
            Entry::Manifest => {
                let mut text = Vec::new();
                content.read_to_end(&mut text)?;
                self.manifest = Some(text);
            }
        }
        Ok(())
    }
}

fn in_pieces(content: &mut dyn Read, mut take: impl FnMut(&[u8])) -> std::io::Result<()> {
    let mut content = BufReader::with_capacity(64 * 1024, content);
    loop {
        let piece = content.fill_buf()?;
        if piece.is_empty() {
            return Ok(());
        }
        take(piece);
        let taken = piece.len();
        content.consume(taken);
    }
}

impl Fieldproof {
    /// Writes a checked archive into this system, which is empty.
    ///
    /// # Errors
    /// [`KeepingError::NotEmpty`]; after any other, no row is there, and blobs may be.
    pub async fn restore(&self, archive: &CheckedArchive) -> Result<(), KeepingError> {
        refuse_rows(&self.store).await?;
        refuse_blobs(&self.store).await?;
        self.write_archive(archive)
            .await
            .map_err(|error| KeepingError::Undone { source: Box::new(error), left: left_blobs(&self.store) })
    }

    async fn write_archive(&self, archive: &CheckedArchive) -> Result<(), KeepingError> {
        let (path, manifest) = (&archive.path, &archive.manifest);
        let changed = || KeepingError::Changed { place: path.display().to_string() };
        let catalogue = Catalogue::read(&mut self.store.read().await?).await?;
        if catalogue.tables().iter().any(|table| !manifest.tables.contains_key(&table.name)) {
            return Err(KeepingError::broken(path, "it does not have all tables"));
        }
        let mut blobs = BlobSummer::default();
        // Begun with the first table: a transaction that waits for photos would be ended by the database.
        let mut writer = None;
        each_entry(path, async |entry, content: &mut dyn Read| {
            match entry {
                Entry::Blob(key) => {
                    let mut bytes = Vec::new();
                    content.read_to_end(&mut bytes).map_err(KeepingError::file(path))?;
                    blobs.add(&key, bytes.len() as u64, &Sha256::digest(&bytes));
                    self.store.blobs().put(&key, bytes.into()).await?;
                }
                Entry::Table(name) => {
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
            Ok(())
        })
        .await?;
        let blobs: BlobSum = blobs.finish();
        let Some(writer) = writer.filter(|_| blobs == manifest.blobs) else { return Err(changed()) };
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
    let what = "there are photos or application files in it, perhaps of a restore that was cut off";
    Err(KeepingError::NotEmpty { place: store.places().blob_place(), what })
}

/// What a copy that failed leaves, as the end of a sentence.
pub(super) fn left_blobs(store: &Store) -> String {
    format!("; what is left are blobs in {}: remove them before you try again", store.places().blob_place())
}
