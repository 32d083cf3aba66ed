//! Making a batch: an address that takes an archive (contract section 2.8).

use chrono::TimeDelta;
use fieldproof_domain::{
    batch::{OnExisting, Status},
    ids::BatchId,
};
use fieldproof_store::{
    audit::{self, Entry},
    batches::{self, Batch},
};
use serde_json::json;
use uuid::Builder;

use super::BatchView;
use crate::{
    AppError, FieldErrors, Fieldproof,
    permit::{Permit, act},
    repeat::Keep,
};

/// How long an archive may take to come.
const UPLOAD_TIME: TimeDelta = TimeDelta::days(7);
/// Longest name of an archive, in characters.
const MAX_FILENAME: usize = 255;

/// What a caller says of a batch to make.
#[derive(Clone, Debug, Default)]
pub struct NewBatch {
    /// What the sender calls the archive; for people.
    pub filename: Option<String>,
    /// `skip`, `append` or `fail`; the default is `skip`.
    pub on_existing: Option<String>,
    /// MD5 of the archive is to be computed.
    pub md5_wanted: bool,
}

impl Fieldproof {
    /// Makes a batch on the caller's site, in whose name its work orders will be made.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every wrong field.
    pub async fn create_batch(
        &self,
        caller: &Permit<act::SendBatch>,
        new: NewBatch,
        keep: &impl Keep<BatchView>,
    ) -> Result<BatchView, AppError> {
        let mut errors = FieldErrors::default();
        if let Some(name) = &new.filename
            && (name.chars().count() > MAX_FILENAME || name.chars().any(char::is_control))
        {
            let message = format!("Field 'filename' must have {MAX_FILENAME} characters at most, none for control.");
            errors.add("filename", message);
        }
        let on_existing = new.on_existing.map_or(Ok(OnExisting::Skip), |word| word.parse()).unwrap_or_else(|reason| {
            errors.add("on_existing", format!("Field 'on_existing': {reason}."));
            OnExisting::Skip
        });
        errors.into_result()?;

        let now = self.ambient.now();
        let batch = Batch {
            id: self.new_batch_id(),
            site: caller.site,
            user: caller.user,
            filename: new.filename.filter(|name| !name.is_empty()),
            on_existing,
            status: Status::Created,
            archive_bytes: None,
            checksums: None,
            md5_wanted: new.md5_wanted,
            failure: None,
            created_at: now,
            upload_until: now + UPLOAD_TIME,
            upload_attempt: 0,
            uploaded_at: None,
            started_at: None,
            finished_at: None,
        };
        let mut writer = self.store.write().await?;
        batches::insert(&mut writer, &batch).await?;
        let details = json!({"filename": batch.filename, "on_existing": on_existing.as_str()});
        let entry = Entry::new(now, "batch.create", batch.id).by(caller.user).on(caller.site).with(details);
        audit::record(&mut writer, entry).await?;
        let view = BatchView::new(batch);
        keep.keep(&mut writer, &view).await?;
        writer.commit().await?;
        Ok(view)
    }

    /// Clients demand ids of version 4 here (contract section 11).
    fn new_batch_id(&self) -> BatchId {
        let [random @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = self.ambient.secret();
        BatchId(Builder::from_random_bytes(random).into_uuid())
    }
}
