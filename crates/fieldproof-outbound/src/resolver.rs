//! Looking names up, with the guard in between.

use crate::AddressGuard;
use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// The addresses of a name, as they will be.
pub type Lookup = BoxFuture<'static, io::Result<Vec<IpAddr>>>;

/// Turns a host name into addresses. The product uses [`SystemResolver`]; tests put their own in its place.
pub trait NameResolver: Send + Sync + 'static {
    /// All addresses of `host`; none is as good as an error.
    fn lookup(&self, host: String) -> Lookup;
}

/// Asks the operating system, as any other program on the machine would.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl NameResolver for SystemResolver {
    fn lookup(&self, host: String) -> Lookup {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// Why a look-up gave no address to connect to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("an address of the host is not permitted")]
    Forbidden,
    #[error("the host has no address")]
    NoAddress,
}

/// The resolver that the HTTP client sees. The client connects to the addresses that come back from here and looks
/// nothing up again, so a name cannot change its mind between check and connection.
pub(crate) struct GuardedResolver {
    pub(crate) guard: AddressGuard,
    pub(crate) names: Arc<dyn NameResolver>,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.guard.clone();
        let lookup = self.names.lookup(name.as_str().to_owned());
        Box::pin(async move {
            let found = lookup.await.map_err(|_| Refusal::NoAddress)?;
            if found.is_empty() {
                return Err(Refusal::NoAddress.into());
            }
            // One forbidden address among good ones is no honest set-up; the good ones are not tried either.
            if !found.iter().all(|ip| guard.permits(*ip)) {
                return Err(Refusal::Forbidden.into());
            }
            // Port 0 stands for the port of the URL.
            let addresses: Addrs = Box::new(found.into_iter().map(|ip| SocketAddr::new(ip, 0)));
            Ok(addresses)
        })
    }
}
