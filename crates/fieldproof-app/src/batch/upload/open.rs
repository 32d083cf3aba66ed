//! Who may send to an upload's address: whoever has it, until it expires.

use fieldproof_domain::{batch::Status, ids::BatchId};
use fieldproof_store::batches::{self, Batch};

use super::UploadError;
use crate::Fieldproof;

/// The right to send the archive of a batch, and to nothing else.
#[derive(Clone, Debug)]
pub struct Upload {
    pub(super) batch: Batch,
}

impl Fieldproof {
    /// The upload at an address, by the batch and the secret in it. No token is asked for.
    ///
    /// # Errors
    /// [`UploadError::NotFound`].
    pub async fn open_upload(&self, id: BatchId, secret: &str) -> Result<Upload, UploadError> {
        if !self.links.opens_upload(id, secret) {
            return Err(UploadError::NotFound);
        }
        self.reopen(id).await
    }

    /// The upload as it stands now.
    pub(super) async fn reopen(&self, id: BatchId) -> Result<Upload, UploadError> {
        let batch = batches::get(&mut self.store.read().await?, id).await?;
        batch.map(|batch| Upload { batch }).ok_or(UploadError::NotFound)
    }

    /// Whether bytes may still be sent, or it may be asked what became of them.
    pub(super) fn check_open(&self, batch: &Batch) -> Result<(), UploadError> {
        let why = match (batch.status, &batch.failure) {
            (Status::Cancelled, _) => {
                "The batch was cancelled: make a new one and send the archive to its address.".into()
            }
            (Status::Failed, Some(failure)) => format!("The batch has failed: {}", failure.reason),
            (Status::Failed, None) => "The batch has failed: make a new one.".into(),
            _ if self.ambient.now() > batch.upload_until => {
                "This address has expired: make a new batch and send the archive to its address.".into()
            }
            _ => return Ok(()),
        };
        Err(UploadError::Gone(why))
    }
}
