//! Where a request has come from, and what its sender has sent it to.

use std::net::IpAddr;

use axum::http::request::Parts;

/// What is known of a request's way here; put into the request by [`crate::service`], which knows whom to believe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The sender's address; `None`: the request did not come over a connection.
    pub(crate) client: Option<IpAddr>,
    /// `http` or `https`.
    pub(crate) scheme: &'static str,
    /// Host, and port if there was one, that the sender used; `None`: nothing that can be one.
    pub(crate) host: Option<String>,
}

static UNKNOWN: Origin = Origin { client: None, scheme: "http", host: None };

impl Origin {
    pub(crate) fn of(parts: &Parts) -> &Origin {
        parts.extensions.get().unwrap_or(&UNKNOWN)
    }

    /// What links to this server start with, when nobody has set a public URL.
    pub(crate) fn base(&self) -> String {
        format!("{}://{}", self.scheme, self.host.as_deref().unwrap_or("localhost"))
    }
}

/// A host with or without a port, if it is one and not something that would break out of a link.
pub(crate) fn as_host(text: &str) -> Option<&str> {
    let is_host = !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']'));
    is_host.then_some(text)
}
