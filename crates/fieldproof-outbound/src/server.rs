//! Talking to a server that an operator has named himself, such as the one that `fieldproof batch upload` sends to. He may
//! name any address, so nothing is guarded here.

use crate::client::{SetupError, USER_AGENT};
use crate::error::{connection_reason, tls_reason};
use crate::tls::Tls;
use std::time::Duration;
use url::{Host, Url};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);
/// A connection that has gone dead without a word is noticed after about a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
const KEEP_ALIVE_TRIES: u32 = 4;

/// A client for the server at `url`. It follows no redirect and repeats nothing by itself; a proxy named in the
/// environment (`HTTPS_PROXY`, `NO_PROXY`, …) is used, except to this very machine.
///
/// # Errors
/// [`SetupError`]: TLS or the HTTP library refused its settings.
pub fn server_client(url: &Url) -> Result<reqwest::Client, SetupError> {
    let builder = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .tls_backend_preconfigured(Tls::new()?.config)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .http1_only()
        .connect_timeout(CONNECT_TIMEOUT)
        .tcp_keepalive(KEEP_ALIVE)
        .tcp_keepalive_interval(KEEP_ALIVE)
        .tcp_keepalive_retries(KEEP_ALIVE_TRIES);
    let builder = if is_this_machine(url) { builder.no_proxy() } else { builder };
    Ok(builder.build()?)
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Why a named server gave no answer. Its text is for who named it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServerError {
    /// The name has no address.
    #[error("there is no host {host}")]
    UnknownHost {
        /// Name and port.
        host: String,
    },
    /// It is not who it says it is, or nobody here can tell.
    #[error("{host} cannot be trusted: {reason}")]
    Untrusted {
        /// Name and port.
        host: String,
        /// What is wrong, as a clause.
        reason: String,
    },
    /// No connection.
    #[error("there is no connection to {host}: {reason}")]
    Connect {
        /// Name and port.
        host: String,
        /// Why, as a clause.
        reason: &'static str,
    },
    /// It took too long.
    #[error("{host} does not answer")]
    Timeout {
        /// Name and port.
        host: String,
    },
    /// The connection broke off, or what came is no HTTP.
    #[error("the connection to {host} broke off")]
    Interrupted {
        /// Name and port.
        host: String,
    },
}

impl ServerError {
    /// Sorts an error of the client. The URL is not repeated: it may be secret.
    pub fn from_client(error: &reqwest::Error, url: &Url) -> Self {
        let host = name(url);
        if error.is_dns() {
            Self::UnknownHost { host }
        } else if error.is_timeout() {
            Self::Timeout { host }
        } else if let Some(reason) = tls_reason(error) {
            Self::Untrusted { host, reason }
        } else if error.is_connect() {
            Self::Connect { host, reason: connection_reason(error) }
        } else {
            Self::Interrupted { host }
        }
    }

    /// Whether the address itself looks wrong, so that trying again is only worth it if it was right before.
    pub fn is_about_address(&self) -> bool {
        matches!(self, Self::UnknownHost { .. } | Self::Untrusted { .. })
    }
}

/// Host and port of a URL.
fn name(url: &Url) -> String {
    let host = url.host_str().unwrap_or("nowhere");
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}
