//! Photos that no row speaks of.

use chrono::TimeDelta;
use fieldproof_store::integrity;
use futures::TryStreamExt as _;

use super::{Check, Faults, Status};
use crate::{AppError, Fieldproof};

/// A younger photo may be one whose analysis is about to be committed.
const YOUNG: TimeDelta = TimeDelta::hours(1);

impl Fieldproof {
    pub(super) async fn examine_orphans(&self) -> Result<Check, AppError> {
        let (mut faults, mut bytes) = (Faults::default(), 0);
        let mut blobs = self.store.blobs().each("inputs");
        while let Some(blob) = blobs.try_next().await? {
            if self.ambient.now() - blob.modified < YOUNG
                || integrity::is_known(&mut self.store.read().await?, &blob.key).await?
                // Deleted and erased since it was listed.
                || !self.store.blobs().has(&blob.key).await?
            {
                continue;
            }
            bytes += blob.size;
            faults.add(format!("{}: {} bytes", blob.key, blob.size));
        }
        if faults.count == 0 {
            return Ok(Check::ok("orphans", "no photo lies about that no row speaks of".to_owned()));
        }
        Ok(Check {
            name: "orphans",
            status: Status::Warning,
            summary: format!("{} photos, {bytes} bytes, lie about that no row speaks of", faults.count),
            examples: faults.examples,
            advice: "They are left of analyses that were cut off, and take up room only: remove them from the blob \
                     store when you like.",
        })
    }
}
