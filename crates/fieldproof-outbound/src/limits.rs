//! How much one fetch may cost.

use std::time::Duration;

/// The limits of one fetch. They hold for the whole of it, redirects included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FetchLimits {
    /// The largest body that is accepted, in bytes.
    pub max_bytes: u64,
    /// From the call to the last byte of the body.
    pub timeout: Duration,
    /// For one connection: look-up, TCP and TLS together.
    pub connect_timeout: Duration,
    /// How many redirects are followed; one more ends the fetch.
    pub max_redirects: usize,
}

impl FetchLimits {
    /// Limits for a photo of at most `max_bytes`: 15 s in all, 5 s to connect, 5 redirects. A field worker waits for the
    /// answer, so a slow server is given up early.
    pub fn up_to(max_bytes: u64) -> Self {
        Self { max_bytes, timeout: Duration::from_secs(15), connect_timeout: Duration::from_secs(5), max_redirects: 5 }
    }
}
