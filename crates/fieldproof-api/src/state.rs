//! What every handler can reach.

use std::sync::Arc;

use fieldproof_app::Fieldproof;
use ipnet::IpNet;
use metrics_exporter_prometheus::PrometheusHandle;

/// What every handler can reach; cheap to clone.
#[derive(Clone)]
pub struct ApiState {
    /// The use cases.
    pub system: Arc<Fieldproof>,
    /// Scheme and host that links are made with, such as `https://photos.example.com`, without a final slash.
    /// `None`: those that the caller used.
    pub public_url: Option<Arc<str>>,
    /// Who is believed when he says in headers over which scheme, to which host and from where a request has come.
    pub trusted_proxies: Arc<[IpNet]>,
    /// Renders `/metrics`.
    pub metrics: PrometheusHandle,
}
