//! What links to photos start with.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::HOST, request::Parts},
};

use crate::ApiState;

/// Scheme and host for links, without a final slash.
pub(crate) struct LinkBase(String);

impl LinkBase {
    /// The whole link for a signed path.
    pub(crate) fn link(&self, signed_path: &str) -> String {
        format!("{}{signed_path}", self.0)
    }
}

impl FromRequestParts<ApiState> for LinkBase {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Infallible> {
        Ok(Self(match &state.public_url {
            Some(url) => url.to_string(),
            None => format!("http://{}", host(&parts.headers).unwrap_or("localhost")),
        }))
    }
}

/// The `Host` header, if it is one and not something that would break out of a link.
pub(crate) fn host(headers: &HeaderMap) -> Option<&str> {
    let host = headers.get(HOST)?.to_str().ok()?;
    let is_host = !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']'));
    is_host.then_some(host)
}
