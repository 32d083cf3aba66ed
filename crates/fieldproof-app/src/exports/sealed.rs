//! Secrets of exports, as the database has them: encrypted with the server's key, each for its own export.

use fieldproof_domain::ids::ExportId;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde_json::{Map, Value as Json};

use crate::{AppError, Fieldproof};

impl Fieldproof {
    /// Encrypts secrets; `None`: there are none.
    pub(super) fn seal(&self, export: ExportId, secrets: &Map<String, Json>) -> Result<Option<Vec<u8>>, AppError> {
        if secrets.is_empty() {
            return Ok(None);
        }
        let failed = |_| AppError::Internal("secrets cannot be encrypted".to_owned());
        let [nonce @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = self.ambient.secret();
        let mut text = serde_json::to_vec(secrets).map_err(|error| AppError::Internal(error.to_string()))?;
        self.sealing_key()?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad(export), &mut text)
            .map_err(failed)?;
        let mut sealed = nonce.to_vec();
        sealed.append(&mut text);
        Ok(Some(sealed))
    }

    /// Reads secrets. `None`: they were encrypted with another key.
    pub(super) fn unseal(
        &self,
        export: ExportId,
        sealed: Option<&[u8]>,
    ) -> Result<Option<Map<String, Json>>, AppError> {
        let Some(sealed) = sealed else { return Ok(Some(Map::new())) };
        let Some((nonce, text)) = sealed.split_first_chunk::<NONCE_LEN>() else { return Ok(None) };
        let mut text = text.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let Ok(text) = self.sealing_key()?.open_in_place(nonce, aad(export), &mut text) else { return Ok(None) };
        Ok(serde_json::from_slice(text).ok())
    }

    fn sealing_key(&self) -> Result<LessSafeKey, AppError> {
        let key = self.links.derived_key("exports");
        let key = UnboundKey::new(&CHACHA20_POLY1305, &key);
        key.map(LessSafeKey::new).map_err(|_| AppError::Internal("the server's key cannot be used".to_owned()))
    }
}

/// So that secrets of one export cannot be put beside another.
fn aad(export: ExportId) -> Aad<[u8; 16]> {
    Aad::from(*export.0.as_bytes())
}
