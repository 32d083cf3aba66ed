//! Everything to another database, and to another blob store when it is to be another.
//!
//! Servers on the source must be stopped before: what they would still answer with a 2xx would not be at the target.
//! Nobody can know from here whether one runs; but every change adds an audit row, so a change while the rows were
//! copied is seen, and nothing is moved then. The source stays as it is.

use std::path::{Path, PathBuf};

use fieldproof_store::{
    Places, Store, Writer,
    copy::{self, Catalogue, Import, Table, TableSum, TableSummer},
    integrity,
};
use futures::TryStreamExt as _;
use indexmap::IndexMap;

use super::{
    KeepingError, MissingBlobs, ahead,
    beside::Beside,
    restore::{refuse_blobs, refuse_rows},
    spool::Spool,
};
use crate::{AppError, Fieldproof};

/// Where to move to, as an operator says it.
#[derive(Clone, Debug, Default)]
pub struct Destination {
    /// `postgres://…`, or a data folder with a SQLite file in it.
    pub to: String,
    /// The data folder of servers on `postgres://…`; `None`: the one of now.
    pub data: Option<PathBuf>,
    /// The blob store; `None`: the one of now if it has a URL, else the folder in the data folder.
    pub blob_url: Option<String>,
}

/// What is at the target now, and the same as at the source.
#[derive(Clone, Debug)]
pub struct Moved {
    /// Rows of each table.
    pub tables: IndexMap<String, TableSum>,
    /// Blobs copied; `None`: they stay where they are.
    pub blobs: Option<u64>,
    /// Blobs that rows speak of and that were not at the source.
    pub missing: MissingBlobs,
}

impl Destination {
    /// The places that it means, seen from those of now.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a URL that is none of PostgreSQL, and for two data folders.
    pub fn places(&self, now: &Places) -> Result<Places, AppError> {
        let blob_url = self.blob_url.clone().or_else(|| now.blob_url.clone());
        if ["postgres://", "postgresql://"].iter().any(|scheme| self.to.starts_with(scheme)) {
            let folder = self.data.clone().unwrap_or_else(|| now.folder.clone());
            return Ok(Places { folder, database_url: Some(self.to.clone()), blob_url });
        }
        if self.to.contains("://") {
            let message = "--to takes postgres://user:password@host:5432/database, or a data folder for SQLite.";
            return Err(AppError::field("to", message));
        }
        if self.data.is_some() {
            return Err(AppError::field("to_data", "--to names the data folder already: leave --to-data out."));
        }
        Ok(Places { folder: Path::new(&self.to).to_owned(), database_url: None, blob_url })
    }
}

impl Fieldproof {
    /// Copies everything to an empty target and compares what is there then.
    ///
    /// # Errors
    /// [`KeepingError::NotEmpty`]; [`KeepingError::Changed`] when a server was at work; after any other than the first,
    /// no row is at the target, and blobs may be.
    pub async fn move_to(&self, to: &Places) -> Result<Moved, KeepingError> {
        let target = Store::open(to).await?;
        let apart = !self.store.places().share_blobs_with(to);
        let moving = async {
            refuse_rows(&target).await?;
            if apart {
                refuse_blobs(&target).await?;
            }
            self.move_into(&target, apart).await.map_err(|error| KeepingError::Undone {
                source: Box::new(error),
                left: if apart { left_blobs(&target) } else { String::new() },
            })
        };
        let moved = moving.await;
        target.close().await;
        moved
    }

    async fn move_into(&self, target: &Store, apart: bool) -> Result<Moved, KeepingError> {
        let mut snapshot = self.store.snapshot().await?;
        let before = integrity::newest_change(&mut snapshot).await?;
        let catalogue = Catalogue::read(&mut snapshot).await?;
        let mut missing = MissingBlobs::default();
        let mut blobs = None;
        if apart {
            let mut keys = Spool::new().map_err(KeepingError::file(&std::env::temp_dir()))?;
            copy::each_blob_key(&mut snapshot, &catalogue, |key| keys.add_line(key)).await?;
            // Copying photos may take longer than a database lets a snapshot wait.
            drop(snapshot);
            blobs = Some(self.copy_blobs(keys, target, &mut missing).await?);
            snapshot = self.store.snapshot().await?;
        }
        let mut writer = target.write().await?;
        let into = Catalogue::read(&mut writer).await?;
        let mut tables = IndexMap::new();
        for table in catalogue.tables() {
            let differs = || KeepingError::Differs { table: table.name.clone() };
            let target_table = into.table(&table.name).ok_or_else(differs)?;
            let sum = {
                let mut lines = copy::lines(&mut snapshot, table);
                write_rows(&mut lines, &mut writer, target_table).await?
            };
            if copy::sum(&mut writer, target_table).await? != sum {
                return Err(differs());
            }
            tables.insert(table.name.clone(), sum);
        }
        drop(snapshot);
        if integrity::newest_change(&mut self.store.read().await?).await? != before {
            return Err(KeepingError::Changed { place: self.store.places().database_place() });
        }
        writer.commit().await?;
        Ok(Moved { tables, blobs, missing })
    }

    async fn copy_blobs(&self, keys: Spool, to: &Store, missing: &mut MissingBlobs) -> Result<u64, KeepingError> {
        let file = std::env::temp_dir();
        let keys = keys.lines().map_err(KeepingError::file(&file))?;
        let mut read = std::pin::pin!(ahead::blobs_in_order(self.store.blobs(), keys, &file));
        let mut writing = Beside::default();
        while let Some((key, blob)) = read.try_next().await? {
            let Some(blob) = blob else {
                missing.add(&key);
                continue;
            };
            let (size, to) = (blob.bytes.len() as u64, to.blobs().clone());
            writing.start(size, async move { to.put(&key, blob.bytes).await.map(|()| 1) }).await?;
        }
        writing.finish().await
    }
}

async fn write_rows(
    lines: &mut futures::stream::BoxStream<'_, Result<Vec<u8>, fieldproof_store::StoreError>>,
    writer: &mut Writer,
    table: &Table,
) -> Result<TableSum, KeepingError> {
    let mut summer = TableSummer::default();
    let mut import = Import::new(writer, table);
    while let Some(line) = lines.try_next().await? {
        summer.add(&line);
        import.add(&line).await?;
    }
    import.finish().await?;
    Ok(summer.finish())
}

/// What a move that failed leaves, as the end of a sentence.
fn left_blobs(store: &Store) -> String {
    format!("; what is left are blobs in {}: remove them before you try again", store.places().blob_place())
}
