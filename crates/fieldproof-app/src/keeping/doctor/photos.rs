//! Whether every photo is there, with the bytes that were sent.

use fieldproof_store::integrity::{self, NamedPhoto};

use super::{Check, Faults, Status};
use crate::{AppError, Fieldproof};

/// Rows read at once.
const PAGE: u32 = 500;

impl Fieldproof {
    pub(super) async fn examine_photos(&self) -> Result<Check, AppError> {
        let (mut count, mut last, mut faults) = (0_u64, None, Faults::default());
        // Page by page, since a long look must not keep the database from tidying up.
        loop {
            let page = integrity::photos(&mut self.store.read().await?, last, PAGE).await?;
            let Some(end) = page.last() else { break };
            last = Some(end.id);
            for photo in page {
                count += 1;
                if let Some(fault) = self.fault_of(&photo).await
                    // A work order that was deleted meanwhile has taken its photos with it.
                    && integrity::is_wanted(&mut self.store.read().await?, photo.id).await?
                {
                    faults.add(format!("{}: {fault}", photo.blob_key));
                }
            }
        }
        if faults.count == 0 {
            return Ok(Check::ok("photos", format!("{count} photos are there, as they were sent")));
        }
        Ok(Check {
            name: "photos",
            status: Status::Error,
            summary: format!("{} of {count} photos are not there as they were sent", faults.count),
            examples: faults.examples,
            advice: "Copy these blobs from a backup (entry blobs/<key>) into the blob store under the same key; look \
                     for who else writes or tidies up there.",
        })
    }

    async fn fault_of(&self, photo: &NamedPhoto) -> Option<String> {
        match self.blob_sha256(&photo.blob_key).await {
            Ok(Some(found)) if found[..] == photo.sha256[..] => None,
            Ok(Some(_)) => Some("its bytes are not those that were sent".to_owned()),
            Ok(None) => Some("it is not in the blob store".to_owned()),
            Err(error) => Some(format!("it cannot be read: {error}")),
        }
    }
}
