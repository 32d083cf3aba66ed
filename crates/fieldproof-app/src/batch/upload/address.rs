//! The address that takes a batch's archive. Whoever knows it may send: it is a secret, and needs no token.

use fieldproof_domain::ids::BatchId;

use crate::Fieldproof;

impl Fieldproof {
    /// Path and query, without scheme and host.
    pub fn upload_path(&self, batch: BatchId) -> String {
        format!("/uploads/{batch}?upload_id={}", self.links.upload_secret(batch))
    }
}
