//! Which jobs there are.

use chrono::{DateTime, TimeDelta, Utc};
use fieldproof_store::{
    Writer,
    jobs::{self, Leased, NewJob},
};
use serde_json::json;

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
}

impl Job {
    /// Those that run again and again.
    pub(super) const RECURRING: [Self; 2] = [Self::SweepOrphans, Self::ForgetAnswers];

    /// The word in the database.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::ErasePhotos => "erase-photos",
            Self::SweepOrphans => "sweep-orphans",
            Self::ForgetAnswers => "forget-answers",
        }
    }

    /// What a worker has taken; a kind of a later version is left to workers of that version.
    pub(super) fn of(leased: &Leased) -> Result<Self, AppError> {
        let all = [Self::ErasePhotos, Self::SweepOrphans, Self::ForgetAnswers];
        all.into_iter()
            .find(|job| job.kind() == leased.kind)
            .ok_or_else(|| AppError::Internal(format!("this program knows no job '{}': update it", leased.kind)))
    }

    /// How long after its end it runs again; `None`: only when asked for.
    pub(super) fn period(self) -> Option<TimeDelta> {
        match self {
            Self::ErasePhotos => None,
            Self::SweepOrphans => Some(TimeDelta::hours(6)),
            Self::ForgetAnswers => Some(TimeDelta::minutes(30)),
        }
    }

    /// Lower first.
    fn priority(self) -> u8 {
        match self {
            Self::ErasePhotos => 50,
            Self::SweepOrphans | Self::ForgetAnswers => 90,
        }
    }
}

impl Fieldproof {
    /// Lists a job with the change that `writer` makes.
    pub(crate) async fn add_job(&self, writer: &mut Writer, job: Job, run_at: DateTime<Utc>) -> Result<(), AppError> {
        let new = NewJob {
            id: self.ambient.new_id(),
            kind: job.kind(),
            // Of those that recur there is one for all servers.
            dedup_key: job.period().map(|_| job.kind().to_owned()),
            priority: job.priority(),
            payload: json!({}),
            run_at,
        };
        jobs::add(writer, &new, self.ambient.now()).await?;
        Ok(())
    }
}
