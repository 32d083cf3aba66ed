//! What a batch is on the wire.

use fieldproof_app::batch::{BatchView, Failure};
use fieldproof_domain::batch;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{request::UploadLinks, timestamp::Timestamp};

/// An archive of work orders and what became of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Batch {
    /// UUID v4.
    batch_id: Uuid,
    /// Takes the archive, by Google's resumable protocol, without a token: whoever knows it may send.
    #[schema(example = "http://127.0.0.1:8080/uploads/6f9619ff-8b86-4d01-b42d-00cf4fc964ff?upload_id=…")]
    upload_url: String,
    /// Later, the address takes nothing more.
    upload_expiry_date: Timestamp,
    /// As the sender calls the archive.
    filename: Option<String>,
    /// What becomes of a work order for which there is one of the same name: skip, append or fail.
    #[schema(example = "skip")]
    on_existing: &'static str,
    /// created, uploading, queued, processing, done, done_with_errors, failed or cancelled.
    #[schema(example = "processing")]
    status: &'static str,
    /// Size of the archive, once the sender has said it.
    archive_bytes: Option<u64>,
    /// Of the whole archive, once it is there: CRC32C in Base64.
    crc32c: Option<String>,
    /// Of the whole archive, once it is there: MD5 in Base64. Only for senders who compare it: those who began with
    /// `X-Upload-Content-Type`, as Google's clients do, or sent it as `X-Goog-Hash`.
    #[serde(rename = "md5Hash")]
    md5_hash: Option<String>,
    /// 0..=100: the share of work orders and photos that have had their turn.
    progress: u8,
    /// Folders of the archive.
    work_orders: Counts,
    /// Their photos.
    photos: Counts,
    /// Why the archive as a whole could not be used.
    failure: Option<BatchFailure>,
    create_date: Timestamp,
    /// When work on it began.
    start_date: Option<Timestamp>,
    /// When it ended.
    end_date: Option<Timestamp>,
    /// When it will end if it goes on like this.
    estimated_end_date: Option<Timestamp>,
}

/// How many stand where; the rest is waiting.
#[derive(Serialize, ToSchema)]
pub(crate) struct Counts {
    total: u64,
    done: u64,
    /// The error file says why.
    failed: u64,
    /// A work order of that name was there already.
    skipped: u64,
    /// The batch was cancelled before their turn.
    cancelled: u64,
}

/// Why an archive could not be used.
#[derive(Serialize, ToSchema)]
pub(crate) struct BatchFailure {
    /// Stable, for programs.
    #[schema(example = "not_an_archive")]
    code: String,
    /// What is wrong and what to do.
    reason: String,
}

impl Batch {
    /// Of a batch as the use cases see it.
    pub(crate) fn of(view: &BatchView, links: &UploadLinks) -> Self {
        let batch = &view.batch;
        let failure = |Failure { code, reason }: &Failure| BatchFailure { code: code.clone(), reason: reason.clone() };
        Self {
            batch_id: batch.id.0,
            upload_url: links.to(batch.id),
            upload_expiry_date: batch.upload_until.into(),
            filename: batch.filename.clone(),
            on_existing: batch.on_existing.as_str(),
            status: batch.status.as_str(),
            archive_bytes: batch.archive_bytes,
            crc32c: batch.checksums.as_ref().map(|sums| sums.crc32c.clone()),
            md5_hash: batch.checksums.as_ref().and_then(|sums| sums.md5.clone()),
            progress: if batch.status == batch::Status::Done { 100 } else { view.progress.percent() },
            work_orders: view.progress.work_orders.into(),
            photos: view.progress.photos.into(),
            failure: batch.failure.as_ref().map(failure),
            create_date: batch.created_at.into(),
            start_date: batch.started_at.map(Into::into),
            end_date: batch.finished_at.map(Into::into),
            estimated_end_date: view.estimated_end.map(Into::into),
        }
    }
}

impl From<batch::Count> for Counts {
    fn from(count: batch::Count) -> Self {
        let batch::Count { total, done, failed, skipped, cancelled } = count;
        Self { total, done, failed, skipped, cancelled }
    }
}
