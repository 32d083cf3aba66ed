//! Fetching a photo by its URL.

use crate::resolver::GuardedResolver;
use crate::target::Target;
use crate::tls::Tls;
use crate::{AddressGuard, FetchError, FetchLimits, NameResolver, SystemResolver};
use bytes::{Bytes, BytesMut};
use reqwest::header::{ACCEPT_ENCODING, LOCATION};
use reqwest::{Response, StatusCode};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

pub(crate) const USER_AGENT: &str = concat!("fieldproof/", env!("CARGO_PKG_VERSION"));
/// Room that is set aside before the first byte comes; a server that only promises a large body gets no more.
const FIRST_ROOM: u64 = 64 * 1024;
const POOL_IDLE: Duration = Duration::from_secs(20);

/// An HTTP client for URLs that a stranger has chosen. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct GuardedClient {
    http: reqwest::Client,
    guard: AddressGuard,
    limits: FetchLimits,
    has_tls_roots: bool,
}

/// What one request led to.
enum Step {
    Photo(Bytes),
    Redirect(Target),
}

/// The HTTP client could not be built.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// rustls refused its own settings.
    #[error("TLS for outgoing calls could not be set up")]
    Tls(#[from] rustls::Error),
    /// The HTTP library refused its settings.
    #[error("the client for outgoing calls could not be set up")]
    Http(#[from] reqwest::Error),
}

/// A client that connects to addresses only that the guard permits, of hosts with names. An address that stands in a URL
/// itself is for [`Target`] to check.
///
/// Each line closes a way around the guard or the limits. Some only matter when another crate of the workspace switches the
/// feature of the library on, so they are all here.
pub(crate) fn guarded(
    guard: &AddressGuard,
    names: Arc<dyn NameResolver>,
    tls: rustls::ClientConfig,
) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .tls_backend_preconfigured(tls)
        .dns_resolver(GuardedResolver { guard: guard.clone(), names })
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .http1_only()
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        .pool_idle_timeout(POOL_IDLE)
        .pool_max_idle_per_host(4)
}

impl GuardedClient {
    /// A client that looks names up as the machine does.
    pub fn new(guard: AddressGuard, limits: FetchLimits) -> Result<Self, SetupError> {
        Self::with_resolver(guard, limits, Arc::new(SystemResolver))
    }

    /// A client that looks names up through `names`. What comes back is checked like any other address.
    pub fn with_resolver(
        guard: AddressGuard,
        limits: FetchLimits,
        names: Arc<dyn NameResolver>,
    ) -> Result<Self, SetupError> {
        Self::with_tls(guard, limits, names, Tls::new()?)
    }

    pub(crate) fn with_tls(
        guard: AddressGuard,
        limits: FetchLimits,
        names: Arc<dyn NameResolver>,
        tls: Tls,
    ) -> Result<Self, SetupError> {
        let http = guarded(&guard, names, tls.config).connect_timeout(limits.connect_timeout).build()?;
        Ok(Self { http, guard, limits, has_tls_roots: tls.has_roots })
    }

    /// Whether this machine has root certificates. Without them every https fetch fails; `doctor` tells the operator.
    pub fn has_tls_roots(&self) -> bool {
        self.has_tls_roots
    }

    /// The body that `url` leads to, byte for byte as the server sent it (a `Content-Encoding` is not undone).
    ///
    /// Only status 200 counts. 301, 302, 303, 307 and 308 are followed, each step checked like the first.
    pub async fn fetch(&self, url: &str) -> Result<Bytes, FetchError> {
        let deadline = Instant::now() + self.limits.timeout;
        let mut target = Target::read(url, &self.guard)?;
        for _ in 0..=self.limits.max_redirects {
            match tokio::time::timeout_at(deadline, self.step(&target)).await {
                Ok(Ok(Step::Photo(body))) => return Ok(body),
                Ok(Ok(Step::Redirect(next))) => target = next,
                Ok(Err(error)) => return Err(error),
                Err(_) => return Err(FetchError::Timeout { host: target.host, limit: self.limits.timeout }),
            }
        }
        Err(FetchError::TooManyRedirects { max: self.limits.max_redirects })
    }

    async fn step(&self, target: &Target) -> Result<Step, FetchError> {
        let response = self.get(target).await?;
        match response.status() {
            StatusCode::OK => self.read_body(response, &target.host).await.map(Step::Photo),
            StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT => self.next(target, &response).map(Step::Redirect),
            other => Err(FetchError::Status(other.as_u16())),
        }
    }

    async fn get(&self, target: &Target) -> Result<Response, FetchError> {
        if target.url.scheme() == "https" && !self.has_tls_roots {
            return Err(FetchError::Connect {
                host: target.host.clone(),
                reason: "this server has no root certificates to check https with. The operator has to install the \
                         package ca-certificates, or name a file of them in SSL_CERT_FILE"
                    .into(),
            });
        }
        let request = self.http.get(target.url.clone()).header(ACCEPT_ENCODING, "identity");
        request.send().await.map_err(|error| self.explain(&error, &target.host))
    }

    fn next(&self, target: &Target, response: &Response) -> Result<Target, FetchError> {
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        match location {
            Some(location) => target.redirected(location, &self.guard),
            None => Err(FetchError::BadRedirect { host: target.host.clone(), reason: "without saying where to" }),
        }
    }

    async fn read_body(&self, mut response: Response, host: &str) -> Result<Bytes, FetchError> {
        let max = self.limits.max_bytes;
        let promised = response.content_length().unwrap_or(0);
        if promised > max {
            return Err(FetchError::TooLarge { max });
        }
        let mut body = BytesMut::with_capacity(usize::try_from(promised.min(FIRST_ROOM)).unwrap_or(0));
        while let Some(chunk) = response.chunk().await.map_err(|error| self.explain(&error, host))? {
            if (body.len() + chunk.len()) as u64 > max {
                return Err(FetchError::TooLarge { max });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }

    fn explain(&self, error: &reqwest::Error, host: &str) -> FetchError {
        FetchError::from_client(error, host, self.limits.connect_timeout)
    }
}
