//! Why a photo could not be fetched, in words for whoever sent the URL.

use crate::resolver::Refusal;
use rustls::CertificateError;
use std::error::Error;
use std::io;
use std::time::Duration;

/// Why a fetch failed. Each message is one or two whole sentences that go into an API answer as they are. None holds
/// the path or query of a URL, for a signed URL is a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// It is not an absolute URL with a host.
    #[error("This is not a usable URL: {reason}. Give it in full, as https://host/path.")]
    BadUrl {
        /// What is wrong with it, without its text.
        reason: String,
    },
    /// Neither http nor https.
    #[error("A URL with the scheme '{scheme}' cannot be fetched. Use https or http.")]
    Scheme {
        /// The scheme, cut to 20 characters.
        scheme: String,
    },
    /// A user name or password stands in the URL, where it would end up in logs.
    #[error("The URL holds a user name or password. Leave it out and give a signed URL, or send the photo itself.")]
    Credentials,
    /// The guard does not permit the address, or one of the addresses, of this host.
    #[error(
        "{host} is not a public internet address and may not be fetched from. \
         Use a public address, send the photo itself, or ask the operator to open the address with --allow-address."
    )]
    Forbidden {
        /// The host that was refused; of a redirect, where it led.
        host: String,
    },
    /// The name has no address.
    #[error("The host {host} was not found. Check its spelling and that its name is public.")]
    Resolve {
        /// The host name.
        host: String,
    },
    /// No connection came about, TLS included.
    #[error("No connection to {host}: {reason}.")]
    Connect {
        /// The host of the connection.
        host: String,
        /// What went wrong, in plain words.
        reason: String,
    },
    /// One of the two time limits ran out.
    #[error("The photo did not arrive from {host} within {limit:?}. Try again, or send the photo itself.")]
    Timeout {
        /// The host that was waited for last.
        host: String,
        /// The limit that ran out: of the connection or of the whole fetch.
        limit: Duration,
    },
    /// The server answered with something else than a photo.
    #[error("The server of the photo answered with status {0} instead of 200. {advice}", advice = advice(*.0))]
    Status(
        /// The HTTP status.
        u16,
    ),
    /// The body is, or says it will be, too large.
    #[error("The photo is larger than {max} bytes. Send a smaller one.")]
    TooLarge {
        /// The limit, in bytes.
        max: u64,
    },
    /// More redirects than are followed.
    #[error("The URL was redirected more than {max} times. Give the URL that it leads to.")]
    TooManyRedirects {
        /// How many are followed.
        max: usize,
    },
    /// A redirect that is not followed.
    #[error("{host} redirects {reason}. Give the URL of the photo itself.")]
    BadRedirect {
        /// The host that redirects.
        host: String,
        /// Where it leads, in words.
        reason: &'static str,
    },
    /// The answer broke off, or was no HTTP at all.
    #[error("The answer from {host} broke off or is not valid HTTP. Try again, or send the photo itself.")]
    Interrupted {
        /// The host of the connection.
        host: String,
    },
}

fn advice(status: u16) -> &'static str {
    match status {
        401 | 403 => "Check that the URL is signed and has not expired.",
        404 | 410 => "Check that the photo is still there.",
        429 | 500.. => "Try again, or send the photo itself.",
        _ => "Check that the URL leads to the photo itself.",
    }
}

impl FetchError {
    /// Sorts an error of the HTTP client. Its own text is not used: it can hold the URL.
    pub(crate) fn from_client(error: &reqwest::Error, host: &str, connect_timeout: Duration) -> Self {
        let host = host.to_owned();
        match find::<Refusal>(error) {
            Some(Refusal::Forbidden) => Self::Forbidden { host },
            Some(Refusal::NoAddress) => Self::Resolve { host },
            None if error.is_timeout() => Self::Timeout { host, limit: connect_timeout },
            None if error.is_connect() => Self::Connect { host, reason: connect_reason(error) },
            None if error.is_builder() => Self::BadUrl { reason: "it cannot be sent over HTTP".into() },
            None => Self::Interrupted { host },
        }
    }
}

fn connect_reason(error: &reqwest::Error) -> String {
    tls_reason(error).unwrap_or_else(|| connection_reason(error).to_owned())
}

/// What TLS finds wrong, if it was TLS.
pub(crate) fn tls_reason(error: &reqwest::Error) -> Option<String> {
    Some(match find::<rustls::Error>(error)? {
        rustls::Error::InvalidCertificate(fault) => format!("its certificate {}", certificate_fault(fault)),
        other => format!("the TLS handshake failed ({other})"),
    })
}

/// Why there is no connection, when it is not for TLS.
pub(crate) fn connection_reason(error: &reqwest::Error) -> &'static str {
    match find::<io::Error>(error).map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => "nothing listens there; check host and port",
        Some(io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::UnexpectedEof) => {
            "it was closed by the other side"
        }
        Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => "there is no route to it",
        _ => "it could not be opened; check host and port",
    }
}

fn certificate_fault(fault: &CertificateError) -> &'static str {
    match fault {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "has expired",
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => "is for another name",
        CertificateError::UnknownIssuer => "is not signed by an authority that this machine trusts",
        CertificateError::Revoked => "is revoked",
        _ => "is not valid",
    }
}

/// The first `E` in the chain of causes. An `io::Error` hides what it wraps from `source`, so it is opened by hand.
pub(crate) fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}
