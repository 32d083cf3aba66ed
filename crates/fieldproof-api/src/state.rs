//! What every handler can reach.

use std::sync::Arc;

use fieldproof_app::Fieldproof;
use metrics_exporter_prometheus::PrometheusHandle;

/// What every handler can reach; cheap to clone.
#[derive(Clone)]
pub struct ApiState {
    /// The use cases.
    pub system: Arc<Fieldproof>,
    /// Scheme and host that links are made with, such as `https://photos.example.com`, without a final slash.
    /// `None`: the host that the caller used, over http.
    pub public_url: Option<Arc<str>>,
    /// Renders `/metrics`.
    pub metrics: PrometheusHandle,
}
