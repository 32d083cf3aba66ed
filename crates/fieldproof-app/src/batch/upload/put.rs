//! One request of an upload, from its headers to its answer.

use bytes::Bytes;
use fieldproof_domain::{
    batch::{ContentRange, Decision, Held, ObjectHash, Receive, Refusal, Status, decide},
    ids::BatchId,
};
use fieldproof_store::batches::{self, Batch};
use futures::Stream;

use super::{
    Upload, UploadError,
    archive::Archive,
    receive::{BodyBreak, End, discard, receive},
};
use crate::{AppError, Fieldproof, batch::BatchView};

/// How often a request is decided anew because others have changed the batch in the same moment.
const TRIES: u32 = 10;

/// What a request says before its body.
#[derive(Clone, Debug)]
pub struct UploadRequest {
    /// Which bytes of the archive the body is.
    pub range: ContentRange,
    /// How many bytes the body has, where it is announced.
    pub length: Option<u64>,
    /// What the whole archive's checksums are to be; looked at when it is complete.
    pub hash: ObjectHash,
}

/// How far an archive is.
#[derive(Clone, Debug, PartialEq)]
pub enum Uploaded {
    /// The first so many bytes are held; more is awaited. They survive a power cut.
    Held(u64),
    /// All of it is there; the batch has its size.
    Complete(Box<BatchView>),
}

impl Fieldproof {
    /// Takes what a request brings of a batch's archive, or says what is held. What came before a body broke off is kept.
    ///
    /// # Errors
    /// [`UploadError`]; the texts in it are for the sender.
    pub async fn put_upload(
        &self,
        upload: Upload,
        request: UploadRequest,
        body: impl Stream<Item = Result<Bytes, BodyBreak>>,
    ) -> Result<Uploaded, UploadError> {
        let id = upload.batch.id;
        let (batch, archive, decision) = self.decide_upload(upload, &request).await?;
        let (end, said) = match decision {
            Decision::Report => (End::Clean, None),
            Decision::Complete if !batch.status.takes_bytes() => {
                discard(body, batch.archive_bytes.unwrap_or_default()).await;
                return self.uploaded_before(batch).await;
            }
            Decision::Complete => (End::Clean, None),
            Decision::Receive(what) => {
                let place = self.uploads.place().await?;
                let (end, behind) = receive(&archive, what, body).await?;
                drop(place);
                // The archive ends where a body without any size ends.
                (end, (what.end.is_none() && end == End::Clean).then_some(behind))
            }
        };
        let held = archive.safe().await?;
        let Some(batch) = self.still_wanted(id, &batch, &archive).await? else { return Ok(Uploaded::Held(0)) };
        match (end, decision) {
            (End::Overrun, Decision::Receive(what)) => {
                return Err(UploadError::Refused { refusal: what.overrun(), held });
            }
            (End::Broken(BodyBreak::Silent), _) => return Err(UploadError::Silent { held }),
            _ => {}
        }
        if !batch.status.takes_bytes() {
            return self.uploaded_before(batch).await;
        }
        if let Some(said) = said.filter(|said| *said < held) {
            return Err(UploadError::Refused { refusal: Refusal::TotalBelowHeld { said, held }, held });
        }
        if batch.archive_bytes.or(said) == Some(held) {
            return self.complete_upload(&batch, &archive, held, &request.hash).await;
        }
        Ok(Uploaded::Held(held))
    }

    /// What to do with a request. The size that it says of the archive is noted, and that something comes.
    async fn decide_upload(
        &self,
        upload: Upload,
        request: &UploadRequest,
    ) -> Result<(Batch, Archive, Decision), UploadError> {
        let mut batch = upload.batch;
        for _ in 0..TRIES {
            self.check_open(&batch)?;
            let with_md5 = batch.md5_wanted || request.hash.needs_md5();
            let archive = self.uploads.known.of(&batch, with_md5, self.store.blobs()).await;
            let held = self.held(&batch, &archive, request.range).await?;
            let decision = decide(held, self.batch_archive_limit, request.range, request.length)
                .map_err(|refusal| UploadError::Refused { refusal, held: held.bytes })?;
            let total = batch.archive_bytes.or(match decision {
                Decision::Receive(Receive { end, .. }) if request.range == ContentRange::Whole => end,
                _ => request.range.total(),
            });
            let comes = matches!(decision, Decision::Receive(_)) && batch.status == Status::Created;
            if !batch.status.takes_bytes() || (batch.archive_bytes == total && !comes) {
                return Ok((batch, archive, decision));
            }
            if let Some(batch) = self.note_upload(&batch, total, comes).await? {
                return Ok((batch, archive, decision));
            }
            batch = self.reopen(batch.id).await?.batch;
        }
        Err(AppError::Internal("an upload was changed by others again and again".to_owned()).into())
    }

    /// What is held. Where a part fits on what this process knows nothing more is looked for: if others have added to it
    /// since, that is found out with the first piece.
    async fn held(&self, batch: &Batch, archive: &Archive, range: ContentRange) -> Result<Held, UploadError> {
        if !batch.status.takes_bytes() {
            return Ok(Held {
                bytes: batch.archive_bytes.unwrap_or_default(),
                total: batch.archive_bytes,
                is_complete: true,
            });
        }
        let known = archive.known().await;
        let bytes = match range {
            ContentRange::Part { first, .. } if first <= known => known,
            _ => archive.look().await?,
        };
        Ok(Held { bytes, total: batch.archive_bytes, is_complete: false })
    }

    /// Notes what was decided on; `None`: the batch has changed since, so that it has to be decided anew.
    async fn note_upload(&self, before: &Batch, total: Option<u64>, comes: bool) -> Result<Option<Batch>, UploadError> {
        let mut writer = self.store.write().await?;
        let batch = batches::get_for_change(&mut writer, before.id).await?;
        let Some(mut batch) = batch.filter(|batch| batch == before) else { return Ok(None) };
        batch.archive_bytes = total;
        if comes {
            batch.status = Status::Uploading;
        }
        batches::update(&mut writer, &batch).await?;
        writer.commit().await?;
        Ok(Some(batch))
    }

    /// The batch as it stands after a body was taken; `None`: the archive was thrown away meanwhile, so that nothing of it
    /// is held. Bytes that nobody wants any more are erased, since whoever ended the batch may have looked for them before
    /// they came.
    async fn still_wanted(&self, id: BatchId, before: &Batch, archive: &Archive) -> Result<Option<Batch>, UploadError> {
        let now = match self.reopen(id).await {
            Ok(now) => Some(now.batch),
            Err(UploadError::NotFound) => None,
            Err(error) => return Err(error),
        };
        let is_current = now.as_ref().is_some_and(|now| now.upload_attempt == before.upload_attempt);
        if !is_current || now.as_ref().is_some_and(|now| matches!(now.status, Status::Cancelled | Status::Failed)) {
            archive.erase().await?;
        }
        let now = now.ok_or(UploadError::NotFound)?;
        self.check_open(&now)?;
        Ok(is_current.then_some(now))
    }

    pub(super) async fn uploaded_before(&self, batch: Batch) -> Result<Uploaded, UploadError> {
        let view = self.batch_view(&mut self.store.read().await?, batch).await?;
        Ok(Uploaded::Complete(Box::new(view)))
    }
}
