//! Links to photos and examples, as callers can open them.

use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::HOST, request::Parts},
};
use fieldproof_app::Fieldproof;

use crate::ApiState;

/// Makes links that start with the public URL, or with the host that the caller used.
pub(crate) struct PhotoLinks {
    base: String,
    system: Arc<Fieldproof>,
}

impl PhotoLinks {
    /// The signed link to a blob.
    pub(crate) fn link(&self, blob_key: &str) -> String {
        format!("{}{}", self.base, self.system.links.sign(blob_key, self.system.now()))
    }
}

impl FromRequestParts<ApiState> for PhotoLinks {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Infallible> {
        let base = match &state.public_url {
            Some(url) => url.to_string(),
            None => format!("http://{}", host(&parts.headers).unwrap_or("localhost")),
        };
        Ok(Self { base, system: Arc::clone(&state.system) })
    }
}

/// The `Host` header, if it is one and not something that would break out of a link.
pub(crate) fn host(headers: &HeaderMap) -> Option<&str> {
    let host = headers.get(HOST)?.to_str().ok()?;
    let is_host = !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']'));
    is_host.then_some(host)
}
