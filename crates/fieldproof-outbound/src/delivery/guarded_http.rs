//! The buckets' clients, made to dial only what the guard permits.

use std::{fmt, sync::Arc, time::Duration};

use object_store::{
    ClientConfigKey, ClientOptions,
    client::{HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService},
};

use crate::{AddressGuard, FetchError, SystemResolver, client::guarded, target::Target, tls::Tls};

const CONNECT: Duration = Duration::from_secs(10);
/// A part of a file over a thin line.
const REQUEST: Duration = Duration::from_secs(300);

/// Makes the client of a bucket.
#[derive(Clone, Debug)]
pub(super) struct GuardedConnector {
    pub(super) guard: AddressGuard,
}

/// A client that looks at the address of each request before it is sent.
struct GuardedService {
    guard: AddressGuard,
    http: reqwest::Client,
    has_tls_roots: bool,
    /// Set by who knows the line, as to a server in the same rack.
    allows_http: bool,
}

/// What is to be sent would be readable on the way.
#[derive(Debug, thiserror::Error)]
#[error("its endpoint begins with http: use https, or set 'aws_allow_http', 'google_allow_http' or 'azure_allow_http'")]
pub(super) struct Unencrypted;

impl fmt::Debug for GuardedService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardedService").field("guard", &self.guard).finish_non_exhaustive()
    }
}

impl HttpConnector for GuardedConnector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let refused = |source| object_store::Error::Generic { store: "client", source };
        let tls = Tls::new().map_err(|error| refused(Box::new(error)))?;
        let http = guarded(&self.guard, Arc::new(SystemResolver), tls.config)
            .connect_timeout(CONNECT)
            .timeout(REQUEST)
            .build()
            .map_err(|error| refused(Box::new(error)))?;
        let allows_http = options.get_config_value(&ClientConfigKey::AllowHttp).is_some_and(|value| value == "true");
        let service = GuardedService { guard: self.guard.clone(), http, has_tls_roots: tls.has_roots, allows_http };
        Ok(HttpClient::new(service))
    }
}

#[async_trait::async_trait]
impl HttpService for GuardedService {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let target = Target::read(&request.uri().to_string(), &self.guard);
        // Nothing of this is better at another try.
        let target = target.map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
        if target.url.scheme() == "http" && !self.allows_http {
            return Err(HttpError::new(HttpErrorKind::Unknown, Unencrypted));
        }
        if target.url.scheme() == "https" && !self.has_tls_roots {
            let reason = "this server has no root certificates to check https with".to_owned();
            return Err(HttpError::new(HttpErrorKind::Unknown, FetchError::Connect { host: target.host, reason }));
        }
        HttpService::call(&self.http, request).await
    }
}
