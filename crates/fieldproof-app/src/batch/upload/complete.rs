//! All of an archive is there: its checksums are compared with the sender's, and it is listed to be unpacked.

use fieldproof_domain::batch::{HashMismatch, ObjectHash, Refusal, Status};
use fieldproof_store::{
    Writer,
    audit::{self, Entry},
    batches::{self, Batch, Checksums},
};
use serde_json::json;

use super::{UploadError, Uploaded, archive::Archive};
use crate::{Fieldproof, batch::BatchView, jobs::Job};

impl Fieldproof {
    /// Completes an archive of which all is on the disk; what the 200 speaks of is one transaction.
    pub(super) async fn complete_upload(
        &self,
        before: &Batch,
        archive: &Archive,
        size: u64,
        hash: &ObjectHash,
    ) -> Result<Uploaded, UploadError> {
        let checksums = archive.checksums(size).await?;
        if let Err(mismatch) = hash.check(&checksums.crc32c, checksums.md5.as_deref()) {
            self.throw_away(before, archive, &mismatch).await?;
            return Err(mismatch.into());
        }
        let mut writer = self.store.write().await?;
        let batch = batches::get_for_change(&mut writer, before.id).await?.ok_or(UploadError::NotFound)?;
        self.check_open(&batch)?;
        if batch.upload_attempt != before.upload_attempt {
            return Ok(Uploaded::Held(0));
        }
        if let Some(other) = batch.archive_bytes.filter(|other| *other != size) {
            let refusal = Refusal::OtherTotal { said: size, before: other };
            return Err(UploadError::Refused { refusal, held: size });
        }
        if !batch.status.takes_bytes() {
            drop(writer);
            return self.uploaded_before(batch).await;
        }
        let batch = self.queue(&mut writer, batch, size, checksums).await?;
        writer.commit().await?;
        tracing::info!(batch = %batch.id, bytes = size, "the archive of a batch is complete");
        Ok(Uploaded::Complete(Box::new(BatchView::new(batch))))
    }

    async fn queue(
        &self,
        writer: &mut Writer,
        mut batch: Batch,
        size: u64,
        checksums: Checksums,
    ) -> Result<Batch, UploadError> {
        let now = self.ambient.now();
        let details = json!({"bytes": size, "crc32c": checksums.crc32c, "md5": checksums.md5});
        batch.status = Status::Queued;
        batch.archive_bytes = Some(size);
        batch.checksums = Some(checksums);
        batch.uploaded_at = Some(now);
        batches::update(writer, &batch).await?;
        // Whoever sends has no name: the batch was made in its user's.
        let entry = Entry::new(now, "batch.upload", batch.id).by(batch.user).on(batch.site).with(details);
        audit::record(writer, entry).await?;
        self.add_job(writer, Job::UnpackBatch(batch.id), now).await?;
        Ok(batch)
    }

    /// Throws away an archive that is not the one that was meant: which of its bytes are wrong nobody can say, so its
    /// sender begins anew. A server that is killed before the erasure leaves it to the sweep.
    async fn throw_away(&self, before: &Batch, archive: &Archive, why: &HashMismatch) -> Result<(), UploadError> {
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        let batch = batches::get_for_change(&mut writer, before.id).await?;
        let Some(mut batch) = batch.filter(|batch| batch == before) else { return Ok(()) };
        batch.upload_attempt += 1;
        batch.status = Status::Created;
        batch.archive_bytes = None;
        batches::update(&mut writer, &batch).await?;
        let details = json!({"checksum": why.name, "expected": why.expected, "found": why.found});
        let entry = Entry::new(now, "batch.upload_refused", batch.id).by(batch.user).on(batch.site).with(details);
        audit::record(&mut writer, entry).await?;
        writer.commit().await?;
        Ok(archive.erase().await?)
    }
}
