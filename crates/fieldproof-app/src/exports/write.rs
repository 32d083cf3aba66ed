//! Writing the file of a window: closed first, so that nothing can be added to it, then read in one moment.

use fieldproof_domain::export::{Moment, SCHEMA_VERSION, data_key};
use fieldproof_store::{
    BlobWriter, exports,
    exports::{Run, Written},
    windows,
};
use serde_json::json;

use super::{lines::Lines, pack::Packer};
use crate::{AppError, Fieldproof};

/// How often a file is begun anew before the window waits for its next try.
const ATTEMPTS: usize = 5;

/// What the keys of kept files begin with.
pub const KEPT: &str = "exports/";

impl Fieldproof {
    /// Writes the file of a window into the blob store, and notes it with the window.
    pub(super) async fn write_file(&self, run: &mut Run) -> Result<(String, Written), AppError> {
        for _ in 0..ATTEMPTS {
            if let Some(found) = self.try_to_write(run).await? {
                return Ok(found);
            }
        }
        Err(AppError::Internal(
            "each time that a window was written, a work order in it was deleted meanwhile".to_owned(),
        ))
    }

    /// As `write_file`; `None`: a work order was deleted meanwhile that the file may tell of.
    async fn try_to_write(&self, run: &mut Run) -> Result<Option<(String, Written)>, AppError> {
        let attempt = self.ambient.new_id();
        let blob_key = blob_key(run, attempt);
        // Noted before a line is read: whoever deletes a work order from here on takes it away.
        (run.blob_key, run.written) = (Some(blob_key.clone()), None);
        // The link of before leads nowhere.
        run.mailed.clear();
        run.refused.clear();
        let mut writer = self.store.write().await?;
        windows::close(&mut writer, run.site, run.window.to).await?;
        exports::get_for_change(&mut writer, run.export).await?;
        exports::update_run(&mut writer, run).await?;
        writer.commit().await?;

        let mut blob = self.store.blobs().writer(&blob_key, attempt).await?;
        let written = match self.write_lines(run, &mut blob).await {
            Ok(written) => {
                blob.finish().await?;
                written
            }
            Err(error) => {
                // What it leaves is swept up later.
                let _ = blob.abort().await;
                return Err(error);
            }
        };
        let mut writer = self.store.write().await?;
        exports::get_for_change(&mut writer, run.export).await?;
        let noted = exports::run_for_change(&mut writer, run.id).await?;
        let is_wanted = noted.as_ref().is_some_and(|noted| noted.blob_key.as_ref() == Some(&blob_key));
        if !is_wanted {
            drop(writer);
            self.store.blobs().erase(&blob_key).await?;
            let gone = || AppError::Internal("the export was deleted while a window was written".to_owned());
            return noted.map(|_| None).ok_or_else(gone);
        }
        run.written = Some(written.clone());
        exports::update_run(&mut writer, run).await?;
        writer.commit().await?;
        Ok(Some((blob_key, written)))
    }

    async fn write_lines(&self, run: &Run, blob: &mut BlobWriter) -> Result<Written, AppError> {
        let snapshot = self.store.long_snapshot().await?;
        let mut lines = Lines::new(snapshot, run.site, run.window, run.export_type);
        let mut packer = Packer::new(run.compression)?;
        while let Some(text) = lines.next(self).await? {
            let (next, packed) = packer.pack(text).await?;
            packer = next;
            blob.write(packed).await?;
        }
        let (packed, bytes, sha256) = packer.finish()?;
        blob.write(packed).await?;
        let file = data_key(run.site, run.export_type, &run.name, run.compression);
        let file = file.rsplit_once('/').map_or(file.as_str(), |(_, name)| name);
        let manifest = json!({
            "file": file,
            "rows": lines.count(),
            "bytes": bytes,
            "sha256": sha256,
            "schema_version": SCHEMA_VERSION,
            "export_type": run.export_type.as_str(),
            "site_id": run.site,
            "from": Moment(run.window.from),
            "to": Moment(run.window.to),
            "application_versions": self.application_versions(&lines).await?,
        });
        Ok(Written { manifest: format!("{manifest:#}\n"), lines: lines.count(), bytes, sha256 })
    }

    /// The versions that the lines are told by.
    async fn application_versions(&self, lines: &Lines) -> Result<Vec<serde_json::Value>, AppError> {
        let mut versions = Vec::new();
        for id in lines.versions() {
            let application = self.application(*id).await?;
            let application = &application.application;
            versions.push(json!({"id": id, "name": application.name, "version": application.version}));
        }
        Ok(versions)
    }
}

/// Another one each time, so that who writes a window once more does not write over what others read. It ends as the file
/// does: a browser that opens a mailed link calls it so.
fn blob_key(run: &Run, attempt: uuid::Uuid) -> String {
    let name = run.name.replace(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c), "-");
    format!("{KEPT}{attempt}-{name}.json{}", run.compression.ending())
}
