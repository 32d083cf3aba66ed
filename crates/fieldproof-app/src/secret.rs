//! The key that signs photo links: given, or made once and kept in the data folder.

use std::{io::Write as _, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use sha2::{Digest as _, Sha256};

use crate::Ambient;

/// Name of the key file in the data folder.
const FILE: &str = "secret.key";
/// A given key has at least this many characters: less can be guessed.
const MIN_LENGTH: usize = 32;

/// The signing key.
#[derive(Clone)]
pub(crate) struct SecretKey(pub(crate) [u8; 32]);

impl SecretKey {
    /// The given key, else the data folder's, else a new one, readable by the owner only.
    pub(crate) fn load(given: Option<&str>, folder: &Path, ambient: &dyn Ambient) -> Result<Self, String> {
        if let Some(text) = given {
            return Self::from_text(text)
                .ok_or_else(|| format!("FIELDPROOF_SECRET_KEY has fewer than {MIN_LENGTH} characters: use a longer one, such as the output of `openssl rand -base64 32`"));
        }
        let file = folder.join(FILE);
        let explain = |error: std::io::Error| format!("{}: {error}", file.display());
        match std::fs::read_to_string(&file) {
            Ok(text) => Self::from_text(&text)
                .ok_or_else(|| format!("{}: the key is too short: restore the file, or remove it to make a new key (links given out so far stop working)", file.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let text = STANDARD_NO_PAD.encode(ambient.secret());
                match write_once(&file, &text) {
                    Ok(()) => {}
                    // Another process was first: its key is the key.
                    Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                    Err(error) => return Err(explain(error)),
                }
                let text = std::fs::read_to_string(&file).map_err(explain)?;
                Self::from_text(&text).ok_or_else(|| format!("{}: the key is too short", file.display()))
            }
            Err(error) => Err(explain(error)),
        }
    }

    fn from_text(text: &str) -> Option<Self> {
        let text = text.trim();
        (text.len() >= MIN_LENGTH).then(|| Self(Sha256::digest(text.as_bytes()).into()))
    }
}

/// Writes the key whole or not at all, and never over another: a crash must not leave half a key behind.
fn write_once(file: &Path, text: &str) -> std::io::Result<()> {
    let draft = file.with_extension(format!("key.{}", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut open = options.open(&draft)?;
    open.write_all(text.as_bytes())?;
    open.sync_all()?;
    let linked = std::fs::hard_link(&draft, file);
    std::fs::remove_file(&draft)?;
    linked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemAmbient;

    #[test]
    fn a_key_is_made_once_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let first = SecretKey::load(None, folder.path(), &SystemAmbient).unwrap();
        let again = SecretKey::load(None, folder.path(), &SystemAmbient).unwrap();
        assert_eq!(first.0, again.0);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_given_key_wins_and_a_short_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let given = "0123456789abcdef0123456789abcdef";
        let one = SecretKey::load(Some(given), folder.path(), &SystemAmbient).unwrap();
        let made = SecretKey::load(None, folder.path(), &SystemAmbient).unwrap();
        assert_ne!(one.0, made.0);
        assert!(SecretKey::load(Some("short"), folder.path(), &SystemAmbient).is_err());
    }
}
