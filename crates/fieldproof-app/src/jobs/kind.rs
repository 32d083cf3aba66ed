//! Which jobs there are.

use chrono::{DateTime, TimeDelta, Utc};
use fieldproof_domain::ids::{BatchId, ExportId, SiteId};
use fieldproof_store::{
    Writer,
    jobs::{self, Leased, NewJob},
};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::{AppError, Fieldproof};

/// The kind of [`Job::Export`], which has workers of its own.
pub(super) const EXPORT: &str = "export";

/// Something to be done later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    /// Erase the photos that are listed for erasure, after their work orders were deleted.
    ErasePhotos,
    /// Erase photos that no row speaks of: their analyses were cut off before they were recorded.
    SweepOrphans,
    /// Forget the answers kept for requests that nobody repeats any more.
    ForgetAnswers,
    /// Give up batches whose archives did not come in time.
    ExpireUploads,
    /// Erase what was sent of a batch's archive.
    EraseUpload(BatchId),
    /// Unpack a batch's archive.
    UnpackBatch(BatchId),
    /// Make a work order of a batch, by its position, and analyse its photos.
    BatchWorkOrder(BatchId, u32),
    /// Deliver the windows of an export that have ended on a site, one after the other.
    Export(ExportId, SiteId),
    /// Erase bytes of exports that were kept long enough, and wake exports whose jobs were given up.
    KeepExports,
}

impl Job {
    /// Those that run again and again.
    pub(super) const RECURRING: [Self; 4] =
        [Self::SweepOrphans, Self::ForgetAnswers, Self::ExpireUploads, Self::KeepExports];

    /// The word in the database.
    fn kind(self) -> &'static str {
        match self {
            Self::ErasePhotos => "erase-photos",
            Self::SweepOrphans => "sweep-orphans",
            Self::ForgetAnswers => "forget-answers",
            Self::ExpireUploads => "expire-uploads",
            Self::EraseUpload(_) => "erase-upload",
            Self::UnpackBatch(_) => "unpack-batch",
            Self::BatchWorkOrder(..) => "batch-work-order",
            Self::Export(..) => EXPORT,
            Self::KeepExports => "keep-exports",
        }
    }

    /// What its kind needs to know.
    fn payload(self) -> Json {
        match self {
            Self::EraseUpload(batch) | Self::UnpackBatch(batch) => json!({"batch": batch}),
            Self::BatchWorkOrder(batch, position) => json!({"batch": batch, "work_order": position}),
            Self::Export(export, site) => json!({"export": export, "site": site}),
            _ => json!({}),
        }
    }

    /// What a worker has taken; a kind of a later version is left to workers of that version.
    pub(super) fn of(leased: &Leased) -> Result<Self, AppError> {
        let foreign = || AppError::Internal(format!("this program knows no job '{}': update it", leased.kind));
        let id = |name: &str| {
            let id = leased.payload[name].as_str().and_then(|text| Uuid::parse_str(text).ok());
            id.ok_or_else(foreign)
        };
        let batch = || id("batch").map(BatchId);
        Ok(match leased.kind.as_str() {
            "erase-photos" => Self::ErasePhotos,
            "sweep-orphans" => Self::SweepOrphans,
            "forget-answers" => Self::ForgetAnswers,
            "expire-uploads" => Self::ExpireUploads,
            "erase-upload" => Self::EraseUpload(batch()?),
            "unpack-batch" => Self::UnpackBatch(batch()?),
            "batch-work-order" => {
                let position = leased.payload["work_order"].as_u64().and_then(|number| u32::try_from(number).ok());
                Self::BatchWorkOrder(batch()?, position.ok_or_else(foreign)?)
            }
            EXPORT => Self::Export(ExportId(id("export")?), SiteId(id("site")?)),
            "keep-exports" => Self::KeepExports,
            _ => return Err(foreign()),
        })
    }

    /// How long after its end it runs again; `None`: only when asked for.
    pub(super) fn period(self) -> Option<TimeDelta> {
        match self {
            Self::SweepOrphans => Some(TimeDelta::hours(6)),
            Self::ForgetAnswers | Self::ExpireUploads | Self::KeepExports => Some(TimeDelta::minutes(30)),
            _ => None,
        }
    }

    /// At most one job with this key waits or runs at a time.
    pub(super) fn dedup_key(self) -> Option<String> {
        match self {
            // Each deletion asks for its own.
            Self::ErasePhotos => None,
            // Of those that recur there is one for all servers.
            Self::SweepOrphans | Self::ForgetAnswers | Self::ExpireUploads | Self::KeepExports => {
                Some(self.kind().to_owned())
            }
            Self::EraseUpload(batch) | Self::UnpackBatch(batch) => Some(format!("{}/{batch}", self.kind())),
            Self::BatchWorkOrder(batch, position) => Some(format!("{}/{batch}/{position}", self.kind())),
            Self::Export(export, site) => Some(format!("{}/{export}/{site}", self.kind())),
        }
    }

    /// Lower first: what others wait for before what nobody does.
    fn priority(self) -> u8 {
        match self {
            Self::ErasePhotos | Self::EraseUpload(_) => 50,
            Self::UnpackBatch(_) => 60,
            Self::Export(..) => 65,
            Self::BatchWorkOrder(..) => 70,
            Self::SweepOrphans | Self::ForgetAnswers | Self::ExpireUploads | Self::KeepExports => 90,
        }
    }
}

impl Fieldproof {
    /// Lists a job with the change that `writer` makes.
    pub(crate) async fn add_job(&self, writer: &mut Writer, job: Job, run_at: DateTime<Utc>) -> Result<(), AppError> {
        jobs::add(writer, &[self.new_job(job, run_at)], self.ambient.now()).await?;
        Ok(())
    }

    /// Lists a job that runs at once, also where it waits for a later time already.
    pub(crate) async fn add_job_now(&self, writer: &mut Writer, job: Job) -> Result<(), AppError> {
        let now = self.ambient.now();
        self.add_job(writer, job, now).await?;
        if let Some(key) = job.dedup_key() {
            jobs::hasten(writer, &key, now).await?;
        }
        Ok(())
    }

    /// A job as the list has it.
    pub(crate) fn new_job(&self, job: Job, run_at: DateTime<Utc>) -> NewJob {
        NewJob {
            id: self.ambient.new_id(),
            kind: job.kind(),
            dedup_key: job.dedup_key(),
            priority: job.priority(),
            payload: job.payload(),
            run_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_read_as_it_was_listed() {
        let batch = BatchId(Uuid::from_u128(7));
        let leased = |kind: &str, payload| Leased {
            id: Uuid::nil(),
            kind: kind.to_owned(),
            payload,
            attempts: 1,
            owner: Uuid::nil(),
        };
        for job in [
            Job::ErasePhotos,
            Job::SweepOrphans,
            Job::ForgetAnswers,
            Job::ExpireUploads,
            Job::EraseUpload(batch),
            Job::UnpackBatch(batch),
            Job::BatchWorkOrder(batch, 3),
            Job::Export(ExportId(Uuid::from_u128(8)), SiteId(Uuid::from_u128(9))),
            Job::KeepExports,
        ] {
            assert_eq!(Job::of(&leased(job.kind(), job.payload())).ok(), Some(job));
        }
        assert!(Job::of(&leased("report", json!({}))).is_err());
        assert!(Job::of(&leased("export", json!({"export": batch}))).is_err());
        assert!(Job::of(&leased("unpack-batch", json!({"batch": "x"}))).is_err());
    }
}
