//! Reading a URL: what can be refused before anything is looked up.

use crate::{AddressGuard, FetchError};
use std::net::IpAddr;
use url::{Host, Url};

/// The longest host name that DNS can carry (RFC 1035), in bytes.
const MAX_HOST: usize = 253;

/// A URL that may be dialled once its name, if it has one, is looked up and checked.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) url: Url,
    /// As it stands in the URL after normalising, in brackets if it is an IPv6 address; for messages.
    pub(crate) host: String,
}

impl Target {
    /// Reads a URL as browsers do (the WHATWG rules), so that every spelling of an address becomes that address before
    /// the guard sees it.
    pub(crate) fn read(url: &str, guard: &AddressGuard) -> Result<Self, FetchError> {
        let url = Url::parse(url).map_err(|error| FetchError::BadUrl { reason: error.to_string() })?;
        Self::check(url, guard)
    }

    /// Where a redirect from here leads: `location` may be relative. A step from https down to http is refused, because
    /// whoever reads or changes traffic on the way could then choose the photo.
    pub(crate) fn redirected(&self, location: &str, guard: &AddressGuard) -> Result<Self, FetchError> {
        let bad = |reason| FetchError::BadRedirect { host: self.host.clone(), reason };
        let url = self.url.join(location).map_err(|_| bad("to something that is not a URL"))?;
        if self.url.scheme() == "https" && url.scheme() == "http" {
            return Err(bad("from https down to http"));
        }
        Self::check(url, guard)
    }

    fn check(url: Url, guard: &AddressGuard) -> Result<Self, FetchError> {
        if !matches!(url.scheme(), "http" | "https") {
            // Anything can stand before a colon; a few characters are enough to recognise it.
            return Err(FetchError::Scheme { scheme: url.scheme().chars().take(20).collect() });
        }
        let Some(host) = url.host() else {
            return Err(FetchError::BadUrl { reason: "it names no host".into() });
        };
        let literal = match host {
            Host::Ipv4(ip) => Some(IpAddr::V4(ip)),
            Host::Ipv6(ip) => Some(IpAddr::V6(ip)),
            Host::Domain(_) => None,
        };
        let host = host.to_string();
        if host.len() > MAX_HOST {
            return Err(FetchError::BadUrl { reason: format!("its host name is longer than {MAX_HOST} characters") });
        }
        if literal.is_some_and(|ip| !guard.permits(ip)) {
            return Err(FetchError::Forbidden { host });
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::Credentials);
        }
        Ok(Self { url, host })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<Target, FetchError> {
        Target::read(url, &AddressGuard::default())
    }

    #[test]
    fn only_complete_http_urls_without_credentials_pass() {
        assert_eq!(read("HTTPS://Photos.Example.COM/a%20b.jpg?sig=1#x").unwrap().host, "photos.example.com");
        assert_eq!(read("http://[2606:4700:4700::1111]:8080/").unwrap().host, "[2606:4700:4700::1111]");
        for url in
            ["", "photo.jpg", "//example.com/a.jpg", "http://", "https://exa mple.com", "http://example.com:99999"]
        {
            assert!(matches!(read(url), Err(FetchError::BadUrl { .. })), "{url}: {:?}", read(url));
        }
        assert!(matches!(read(&format!("http://{}.com", "a.".repeat(200))), Err(FetchError::BadUrl { .. })));
        for url in ["ftp://example.com/a", "file:///etc/passwd", "gopher://example.com", "data:text/plain,x", "blob:x"]
        {
            assert!(matches!(read(url), Err(FetchError::Scheme { .. })), "{url}: {:?}", read(url));
        }
        for url in ["https://user:secret@example.com/", "https://user@example.com/", "https://:secret@example.com/"] {
            assert_eq!(read(url).unwrap_err(), FetchError::Credentials, "{url}");
        }
    }

    #[test]
    fn redirects_are_resolved_against_where_they_come_from_and_checked_again() {
        let guard = AddressGuard::default();
        let from = read("https://example.com/photos/1?sig=1").unwrap();
        let lead = |location| from.redirected(location, &guard).map(|target| target.url.to_string());
        assert_eq!(lead("2.jpg").unwrap(), "https://example.com/photos/2.jpg");
        assert_eq!(lead("//cdn.example.com/2").unwrap(), "https://cdn.example.com/2");
        assert!(matches!(lead("http://example.com/"), Err(FetchError::BadRedirect { .. })));
        assert!(matches!(lead("//10.0.0.1/"), Err(FetchError::Forbidden { .. })));
        assert!(matches!(lead("file:///etc/passwd"), Err(FetchError::Scheme { .. })));
        assert!(matches!(lead("https://["), Err(FetchError::BadRedirect { .. })));
        let plain = read("http://example.com/").unwrap();
        assert!(plain.redirected("https://example.com/", &guard).is_ok(), "up to https is fine");
    }
}
