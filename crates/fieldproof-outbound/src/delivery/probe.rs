//! Trying a place: a small file is written, looked at and removed.

use bytes::Bytes;

use super::{DeliveryError, Destination, content};

const PROBE: &[u8] = b"Fieldproof has written this to see whether it can. It may be removed.\n";

/// One thing that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeStep {
    /// `write`, `read` or `remove`.
    pub name: &'static str,
    /// Why it failed, if it did.
    pub error: Option<DeliveryError>,
}

impl Destination {
    /// Writes a small file, looks at it and removes it. What comes after a step that failed is left out, apart from the
    /// removal.
    pub async fn probe(&self, key: &str) -> Vec<ProbeStep> {
        let written = self.put(key, content(Bytes::from_static(PROBE))).await.err();
        let mut steps = vec![ProbeStep { name: "write", error: written }];
        if steps.iter().all(|step| step.error.is_none()) {
            steps.push(ProbeStep { name: "read", error: self.size(key).await.err() });
            steps.push(ProbeStep { name: "remove", error: self.remove(key).await.err() });
        }
        steps
    }
}
