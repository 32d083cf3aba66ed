//! Whether an archive is whole and as it was written, before anything is done with it.

use std::{
    io::{BufRead as _, BufReader, Read},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use fieldproof_store::{
    SCHEMA_VERSION,
    copy::{TableSum, TableSummer},
};
use indexmap::IndexMap;
use sha2::{Digest as _, Sha256};

use super::{BlobSummer, Entry, FORMAT, Manifest, each_entry, manifest::hex};
use crate::keeping::KeepingError;

/// An archive of which every byte is as it was written.
#[derive(Clone, Debug)]
pub struct CheckedArchive {
    path: PathBuf,
    /// sha256 of its manifest, in hex: no other backup has it.
    id: String,
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
            found.add(entry, content).map_err(|error| broken(&format!("it is damaged or cut off ({error})")))?;
            Ok(ControlFlow::Continue(()))
        })
        .await?;
        let manifest = found.manifest.ok_or_else(|| broken("it is cut off: it has no manifest at its end"))?;
        let id = hex(&Sha256::digest(&manifest));
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
        Ok(Self { path: path.to_owned(), id, manifest })
    }

    pub(in crate::keeping) fn path(&self) -> &Path {
        &self.path
    }

    pub(in crate::keeping) fn id(&self) -> &str {
        &self.id
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
