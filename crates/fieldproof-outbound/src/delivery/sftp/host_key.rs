//! Who an SFTP server is: its host key.

use std::{fmt, str::FromStr};

use russh::keys::{Algorithm, HashAlg, PublicKey};

/// The public key of a server, as OpenSSH writes it: `ssh-ed25519 AAAA…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostKey(PublicKey);

/// Not a host key. The text is for whoever wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "It must be a host key as OpenSSH writes it, such as 'ssh-ed25519 AAAA…': take a line from known_hosts, or what \
     'ssh-keyscan HOST' says, and compare it with what the server's operator says."
)]
pub struct HostKeyError;

impl FromStr for HostKey {
    type Err = HostKeyError;

    /// Also a line of `known_hosts`, with the host's name in front.
    fn from_str(text: &str) -> Result<Self, HostKeyError> {
        let words: Vec<_> = text.split_whitespace().collect();
        let key = match words[..] {
            [kind, key, ..] if kind.starts_with("ssh-") || kind.starts_with("ecdsa-") => [kind, key],
            [_, kind, key, ..] => [kind, key],
            _ => return Err(HostKeyError),
        };
        PublicKey::from_openssh(&key.join(" ")).map(Self).map_err(|_| HostKeyError)
    }
}

impl fmt::Display for HostKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = self.0.clone();
        key.set_comment("");
        f.write_str(key.to_openssh().unwrap_or_default().trim_end())
    }
}

impl HostKey {
    pub(super) fn new(key: &PublicKey) -> Self {
        Self(key.clone())
    }

    /// Whether a server that shows this key is the one.
    pub(super) fn is(&self, key: &PublicKey) -> bool {
        self.0.key_data() == key.key_data()
    }

    /// `SHA256:…`, as people compare it.
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint(HashAlg::Sha256).to_string()
    }

    /// A server with several keys is to show this one.
    pub(super) fn algorithms(&self) -> Vec<Algorithm> {
        match self.0.algorithm() {
            Algorithm::Rsa { .. } => {
                [HashAlg::Sha512, HashAlg::Sha256].map(|hash| Algorithm::Rsa { hash: Some(hash) }).to_vec()
            }
            other => vec![other],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKHEChAKbFJHlJ2YFKzPVpRHs5b7sFMDuRX2kDn0jVWB";

    #[test]
    fn keys_are_read_as_openssh_writes_them() {
        for text in [KEY.to_owned(), format!("{KEY} jane@example.com\n"), format!("[sftp.example.com]:2222 {KEY}")] {
            let key: HostKey = text.parse().unwrap();
            assert_eq!(key.to_string(), KEY, "{text}");
            assert!(key.fingerprint().starts_with("SHA256:"));
        }
        for text in ["", "ssh-ed25519", "ssh-ed25519 AAAA", "SHA256:abc", "host ssh-dog AAAA"] {
            assert_eq!(text.parse::<HostKey>(), Err(HostKeyError), "{text}");
        }
    }
}
