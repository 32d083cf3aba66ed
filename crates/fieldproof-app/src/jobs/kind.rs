//! Which jobs there are.

use chrono::{DateTime, TimeDelta, Utc};
use fieldproof_domain::ids::BatchId;
use fieldproof_store::{
    Writer,
    jobs::{self, Leased, NewJob},
};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::{AppError, Fieldproof};

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
}

impl Job {
    /// Those that run again and again.
    pub(super) const RECURRING: [Self; 3] = [Self::SweepOrphans, Self::ForgetAnswers, Self::ExpireUploads];

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
        }
    }

    /// What its kind needs to know.
    fn payload(self) -> Json {
        match self {
            Self::EraseUpload(batch) | Self::UnpackBatch(batch) => json!({"batch": batch}),
            Self::BatchWorkOrder(batch, position) => json!({"batch": batch, "work_order": position}),
            _ => json!({}),
        }
    }

    /// What a worker has taken; a kind of a later version is left to workers of that version.
    pub(super) fn of(leased: &Leased) -> Result<Self, AppError> {
        let foreign = || AppError::Internal(format!("this program knows no job '{}': update it", leased.kind));
        let batch = || {
            let id = leased.payload["batch"].as_str().and_then(|text| Uuid::parse_str(text).ok());
            id.map(BatchId).ok_or_else(foreign)
        };
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
            _ => return Err(foreign()),
        })
    }

    /// How long after its end it runs again; `None`: only when asked for.
    pub(super) fn period(self) -> Option<TimeDelta> {
        match self {
            Self::SweepOrphans => Some(TimeDelta::hours(6)),
            Self::ForgetAnswers | Self::ExpireUploads => Some(TimeDelta::minutes(30)),
            _ => None,
        }
    }

    /// At most one job with this key waits or runs at a time.
    fn dedup_key(self) -> Option<String> {
        match self {
            // Each deletion asks for its own.
            Self::ErasePhotos => None,
            // Of those that recur there is one for all servers.
            Self::SweepOrphans | Self::ForgetAnswers | Self::ExpireUploads => Some(self.kind().to_owned()),
            Self::EraseUpload(batch) | Self::UnpackBatch(batch) => Some(format!("{}/{batch}", self.kind())),
            Self::BatchWorkOrder(batch, position) => Some(format!("{}/{batch}/{position}", self.kind())),
        }
    }

    /// Lower first: what others wait for before what nobody does.
    fn priority(self) -> u8 {
        match self {
            Self::ErasePhotos | Self::EraseUpload(_) => 50,
            Self::UnpackBatch(_) => 60,
            Self::BatchWorkOrder(..) => 70,
            Self::SweepOrphans | Self::ForgetAnswers | Self::ExpireUploads => 90,
        }
    }
}

impl Fieldproof {
    /// Lists a job with the change that `writer` makes.
    pub(crate) async fn add_job(&self, writer: &mut Writer, job: Job, run_at: DateTime<Utc>) -> Result<(), AppError> {
        jobs::add(writer, &[self.new_job(job, run_at)], self.ambient.now()).await?;
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
        ] {
            assert_eq!(Job::of(&leased(job.kind(), job.payload())).ok(), Some(job));
        }
        assert!(Job::of(&leased("export", json!({}))).is_err());
        assert!(Job::of(&leased("unpack-batch", json!({"batch": "x"}))).is_err());
    }
}
