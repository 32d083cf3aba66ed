//! TLS for outgoing calls: rustls with the `ring` provider, certificates judged by the platform's own list of roots.

use rustls::crypto::{CryptoProvider, ring};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;
use std::sync::Arc;

/// A TLS configuration, and whether it has anything to trust.
pub(crate) struct Tls {
    pub(crate) config: ClientConfig,
    /// False on a machine without root certificates (a bare container). That must not keep a server from starting that
    /// may never fetch a photo; https fetches then fail with a message that says what to install.
    pub(crate) has_roots: bool,
}

impl Tls {
    /// Trusts what the platform trusts; `SSL_CERT_FILE` and `SSL_CERT_DIR` take the place of its list.
    pub(crate) fn new() -> Result<Self, rustls::Error> {
        let provider = provider();
        match Verifier::new(provider.clone()) {
            Ok(verifier) => {
                let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
                let config = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
                Ok(Self { config: config.with_no_client_auth(), has_roots: true })
            }
            Err(_) => Self::trusting(RootCertStore::empty()),
        }
    }

    /// Trusts `roots` and nothing else.
    fn trusting(roots: RootCertStore) -> Result<Self, rustls::Error> {
        let has_roots = !roots.is_empty();
        let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
        Ok(Self { config: builder.with_root_certificates(roots).with_no_client_auth(), has_roots })
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AddressGuard, FetchError, FetchLimits, GuardedClient, Lookup, NameResolver};
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use rustls::{ServerConfig, ServerConnection, StreamOwned};
    use std::io::{Read, Write};
    use std::net::TcpListener;

    /// Self-signed with `openssl req -x509`, P-256, for photos.example.com, good for a hundred years.
    const CERTIFICATE: &[u8] = include_bytes!("../tests/certificate/certificate.der");
    const KEY: &[u8] = include_bytes!("../tests/certificate/key.der");

    /// Every name is 127.0.0.2.
    struct AllHere;

    impl NameResolver for AllHere {
        fn lookup(&self, _: String) -> Lookup {
            Box::pin(async { Ok(vec![[127, 0, 0, 2].into()]) })
        }
    }

    /// A TLS server that answers each connection with one photo. Returns its port.
    fn serve() -> u16 {
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(CERTIFICATE)], PrivateKeyDer::try_from(KEY).unwrap())
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.2:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let connection = ServerConnection::new(config.clone()).unwrap();
                let mut tls = StreamOwned::new(connection, stream.unwrap());
                // A client that does not trust the certificate hangs up in the middle; that is its affair.
                if tls.read(&mut [0; 4096]).is_ok() {
                    let _ = tls.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nphoto");
                    let _ = tls.flush();
                }
            }
        });
        port
    }

    async fn fetch(tls: Tls, host: &str) -> Result<Vec<u8>, FetchError> {
        let guard = AddressGuard::new(vec!["127.0.0.2/32".parse().unwrap()]);
        let client = GuardedClient::with_tls(guard, FetchLimits::up_to(1000), Arc::new(AllHere), tls).unwrap();
        client.fetch(&format!("https://{host}:{}/", serve())).await.map(|body| body.to_vec())
    }

    fn trusting_the_certificate() -> Tls {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(CERTIFICATE)).unwrap();
        Tls::trusting(roots).unwrap()
    }

    #[tokio::test]
    async fn a_trusted_certificate_gives_the_photo() {
        assert_eq!(fetch(trusting_the_certificate(), "photos.example.com").await.unwrap(), b"photo");
    }

    #[tokio::test]
    async fn other_certificates_are_refused_with_the_reason() {
        let bare = || Tls::trusting(RootCertStore::empty()).unwrap();
        for (tls, host, reason) in [
            (Tls::new().unwrap(), "photos.example.com", "certificate"),
            (trusting_the_certificate(), "other.example.com", "its certificate is for another name"),
            (trusting_the_certificate(), "127.0.0.2", "its certificate is for another name"),
            (bare(), "photos.example.com", "ca-certificates"),
        ] {
            let error = fetch(tls, host).await.unwrap_err();
            assert!(matches!(error, FetchError::Connect { .. }), "{host}: {error:?}");
            assert!(error.to_string().contains(reason), "{host}: {error}");
        }
    }
}
