//! Everything into one file, beside serving servers.
//!
//! Rows and photos are of one moment. The rows are: they are read in one snapshot, put aside, and the snapshot ends
//! before the first photo is copied, so that no database has to keep old rows for long. A photo is stored before the
//! row that names it is committed, so it is there when the snapshot begins. It stays there because a hold is taken before
//! the snapshot, and while it is in force nobody erases: `fieldproof_store::holds` says why no photo slips through.
//! When a named photo is missing all the same, it was lost before; the backup goes on without it and says so.

use std::path::Path;

use fieldproof_store::{
    SCHEMA_VERSION,
    copy::{self, Catalogue, TableSum, TableSummer},
};
use futures::TryStreamExt as _;

use super::{
    KeepingError, ahead,
    archive::{BlobSummer, FORMAT, Manifest, Missing, Packer, Packing, folder_of},
    hold::Hold,
    spool::Spool,
};
use crate::Fieldproof;

/// Rows of one moment, put aside.
struct Rows {
    tables: Vec<(String, TableSum, Spool)>,
    blob_keys: Spool,
}

impl Fieldproof {
    /// Writes everything into the file at `path`, which must not be there yet; answers what is in it.
    ///
    /// # Errors
    /// A [`KeepingError`]; there is no file then.
    pub async fn backup(&self, path: &Path) -> Result<Manifest, KeepingError> {
        let packing = Packing::of(path)?;
        if path.exists() {
            return Err(KeepingError::Taken(path.to_owned()));
        }
        let mut packer = Packer::begin(path, packing, self.ambient.now())?;
        let mut hold = Hold::take(self, "backup").await?;
        let manifest = match self.pack(&mut packer, &mut hold, path).await {
            Ok(manifest) => manifest,
            Err(error) => {
                hold.give_up().await;
                return Err(error);
            }
        };
        hold.release().await?;
        packer.finish(&manifest)?;
        Ok(manifest)
    }

    async fn pack(&self, packer: &mut Packer, hold: &mut Hold<'_>, path: &Path) -> Result<Manifest, KeepingError> {
        let created_at = self.ambient.now();
        let rows = self.put_rows_aside(hold, path).await?;
        let (mut blobs, mut missing) = (BlobSummer::default(), Missing::default());
        let keys = rows.blob_keys.lines().map_err(KeepingError::file(path))?;
        let mut read = std::pin::pin!(ahead::blobs_in_order(self.store.blobs(), keys, path));
        while let Some((key, blob)) = read.try_next().await? {
            match blob {
                Some(blob) => {
                    blobs.add(&key, blob.bytes.len() as u64, &blob.sha256);
                    packer.blob(&key, &blob.bytes)?;
                }
                None => missing.add(&key),
            }
            hold.keep().await?;
        }
        let mut tables = indexmap::IndexMap::new();
        for (name, sum, lines) in rows.tables {
            let (size, lines) = lines.read().map_err(KeepingError::file(path))?;
            packer.table(&name, size, lines)?;
            tables.insert(name, sum);
        }
        let program = env!("CARGO_PKG_VERSION").to_owned();
        let blobs = blobs.finish();
        Ok(Manifest { format: FORMAT, program, schema: SCHEMA_VERSION, created_at, tables, blobs, missing })
    }

    async fn put_rows_aside(&self, hold: &mut Hold<'_>, path: &Path) -> Result<Rows, KeepingError> {
        let spool = || Spool::in_folder(folder_of(path)).map_err(KeepingError::file(path));
        let mut snapshot = self.store.snapshot().await?;
        let catalogue = Catalogue::read(&mut snapshot).await?;
        let mut tables = Vec::with_capacity(catalogue.tables().len());
        for table in catalogue.tables() {
            let (mut summer, mut spool) = (TableSummer::default(), spool()?);
            let mut lines = copy::lines(&mut snapshot, table);
            while let Some(line) = lines.try_next().await? {
                summer.add(&line);
                spool.add(&line).map_err(KeepingError::file(path))?;
                hold.keep().await?;
            }
            drop(lines);
            tables.push((table.name.clone(), summer.finish(), spool));
        }
        let mut blob_keys = spool()?;
        copy::each_blob_key(&mut snapshot, &catalogue, |key| blob_keys.add_line(key)).await?;
        Ok(Rows { tables, blob_keys })
    }
}
