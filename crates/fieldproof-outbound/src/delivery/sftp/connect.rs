//! From a login to an SFTP session.

use std::{
    borrow::Cow,
    io,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use russh::{
    client,
    keys::{PrivateKeyWithHashAlg, PublicKeyOrCertificate, decode_secret_key},
};
use russh_sftp::client::SftpSession;
use tokio::{net::TcpStream, time::timeout};

use super::{HostKey, Sftp, SftpLogin};
use crate::{
    AddressGuard, NameResolver as _, SystemResolver,
    delivery::{DeliveryError, Trouble},
};

/// To look the name up and to connect.
const CONNECT: Duration = Duration::from_secs(10);
/// To agree on keys and to log in.
const LOGIN: Duration = Duration::from_secs(30);
/// A connection that has gone dead without a word is noticed after about a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// Looks at the key that a server shows.
pub(super) struct Handler {
    expected: Option<HostKey>,
    seen: Arc<Mutex<Option<HostKey>>>,
}

impl client::Handler for Handler {
    type Error = russh::Error;

    async fn check_server_key(&mut self, shown: &PublicKeyOrCertificate) -> Result<bool, russh::Error> {
        let PublicKeyOrCertificate::PublicKey { key, .. } = shown else { return Ok(false) };
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(HostKey::new(key));
        Ok(self.expected.as_ref().is_none_or(|expected| expected.is(key)))
    }
}

impl Sftp {
    /// Connects and logs in.
    ///
    /// # Errors
    /// In words for who has set the login up.
    pub async fn open(login: &SftpLogin, guard: &AddressGuard) -> Result<Self, DeliveryError> {
        let place = format!("{}:{}", login.host, login.port);
        let key = decode_secret_key(&login.private_key, login.passphrase.as_deref()).map_err(|error| {
            let advice = match login.passphrase {
                Some(_) => "look whether it is whole and whether its passphrase is right",
                None => "look whether it is whole; one with a passphrase needs 'sftp_private_key_passphrase'",
            };
            DeliveryError::new(Trouble::Settings, format!("The private key cannot be used ({error}): {advice}."))
        })?;
        let stream = connect(login, &place, guard).await?;
        let seen = Arc::new(Mutex::new(None));
        let handler = Handler { expected: login.host_key.clone(), seen: Arc::clone(&seen) };
        let config = Arc::new(config(login.host_key.as_ref()));
        let seen = || seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let opened = timeout(LOGIN, async {
            let connected = client::connect_stream(config, stream, handler).await;
            let mut connection = connected.map_err(|error| refused(&place, login, seen().as_ref(), &error))?;
            let broken = |error: russh::Error| broken(&place, &error);
            let hash = connection.best_supported_rsa_hash().await.map_err(broken)?.flatten();
            let key = PrivateKeyWithHashAlg::new(Arc::new(key), hash);
            if !connection.authenticate_publickey(login.username.as_str(), key).await.map_err(broken)?.success() {
                let reason = format!(
                    "{place} does not let {} in with this key: add its public key to the user's authorized_keys.",
                    login.username
                );
                return Err(DeliveryError::new(Trouble::Identity, reason));
            }
            let channel = connection.channel_open_session().await.map_err(broken)?;
            channel.request_subsystem(true, "sftp").await.map_err(broken)?;
            let session = SftpSession::new(channel.into_stream()).await.map_err(|error| {
                DeliveryError::new(Trouble::Refused, format!("{place} offers {} no SFTP ({error}).", login.username))
            })?;
            Ok((connection, session))
        });
        let (connection, session) = opened.await.unwrap_or_else(|_| {
            let reason = format!("{place} did not answer within {LOGIN:?}; it is tried again.");
            Err(DeliveryError::new(Trouble::Unreachable, reason))
        })?;
        session.set_timeout(super::PATIENCE.as_secs());
        let missing = || DeliveryError::new(Trouble::Identity, format!("{place} has shown no host key."));
        let folder = match login.remote_path.trim_end_matches('/') {
            "" if login.remote_path.starts_with('/') => String::new(),
            "" => ".".to_owned(),
            folder => folder.to_owned(),
        };
        let (username, host_key) = (login.username.clone(), seen().ok_or_else(missing)?);
        Ok(Self { session, connection, place, username, folder, host_key })
    }
}

fn config(host_key: Option<&HostKey>) -> client::Config {
    let mut config =
        client::Config { keepalive_interval: Some(KEEP_ALIVE), nodelay: true, ..client::Config::default() };
    if let Some(host_key) = host_key {
        config.preferred.key = Cow::Owned(host_key.algorithms());
    }
    config
}

/// A connection to the very address that was checked.
async fn connect(login: &SftpLogin, place: &str, guard: &AddressGuard) -> Result<TcpStream, DeliveryError> {
    let unreachable = |reason: String| DeliveryError::new(Trouble::Unreachable, reason);
    let connecting = async {
        let addresses = match login.host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) => vec![address],
            Err(_) => SystemResolver.lookup(login.host.clone()).await.unwrap_or_default(),
        };
        if addresses.is_empty() {
            return Err(unreachable(format!("The host {} was not found: check its spelling.", login.host)));
        }
        if !addresses.iter().all(|address| guard.permits(*address)) {
            let reason = format!(
                "{} is not a public internet address: ask the operator to open it with --allow-address.",
                login.host
            );
            return Err(DeliveryError::new(Trouble::Forbidden, reason));
        }
        let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
        for address in addresses {
            match TcpStream::connect((address, login.port)).await {
                Ok(stream) => return Ok(stream),
                Err(error) => last = error,
            }
        }
        Err(unreachable(format!("No connection to {place} ({last}): check host and port.")))
    };
    timeout(CONNECT, connecting).await.unwrap_or_else(|_| {
        Err(unreachable(format!("No connection to {place} within {CONNECT:?}: check host and port.")))
    })
}

/// The connection did not come about.
fn refused(place: &str, login: &SftpLogin, seen: Option<&HostKey>, error: &russh::Error) -> DeliveryError {
    let Some(expected) = &login.host_key else { return broken(place, error) };
    let shown = match seen {
        Some(seen) if seen == expected => return broken(place, error),
        Some(seen) => format!("shows the host key {}", seen.fingerprint()),
        None if matches!(error, russh::Error::NoCommonAlgo { .. }) => "has no host key of that kind".to_owned(),
        None => return broken(place, error),
    };
    let reason = format!(
        "{place} {shown}, and not {}: somebody may be in between, or the server has a new one. Ask its operator, then set \
         'sftp_host_key' anew.",
        expected.fingerprint()
    );
    DeliveryError::new(Trouble::Identity, reason)
}

fn broken(place: &str, error: &russh::Error) -> DeliveryError {
    DeliveryError::new(
        Trouble::Interrupted,
        format!("The connection to {place} broke off ({error}); it is tried again."),
    )
}
