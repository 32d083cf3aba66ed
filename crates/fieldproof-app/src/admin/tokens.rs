//! API tokens.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use fieldproof_domain::ids::TokenId;
use fieldproof_store::{audit, sites::Site, tokens, users};
use serde_json::json;

use super::users::find;
use crate::{AppError, Fieldproof, access::hash_secret};

/// A token just made: the only time that its secret is known.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// The id, for revoking.
    pub id: TokenId,
    /// What the client sends after `Authorization: Token`.
    pub secret: String,
}

impl Fieldproof {
    /// Makes a token that carries exactly the user's rights, with `site` as its default.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when there is no such user, or the user may not use the site.
    pub async fn create_token(&self, email: &str, site: &Site) -> Result<NewToken, AppError> {
        let secret = format!("fp_{}", URL_SAFE_NO_PAD.encode(self.ambient.secret()));
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        let user = find(&mut writer, email).await?;
        if users::role(&mut writer, user.id, site.id).await?.is_none() {
            let message = format!("{} may not use the site '{}': use 'user grant' first.", user.email, site.name);
            return Err(AppError::field("site", message));
        }
        let token = tokens::Token { id: TokenId(self.ambient.new_id()), user: user.id, site: site.id };
        tokens::insert(&mut writer, &token, &hash_secret(&secret), now).await?;
        let entry = audit::Entry::new(now, "token.create", token.id).on(site.id).with(json!({"user_id": user.id.0}));
        audit::record(&mut writer, entry).await?;
        writer.commit().await?;
        Ok(NewToken { id: token.id, secret })
    }

    /// Every token, newest first, without secrets.
    pub async fn list_tokens(&self) -> Result<Vec<tokens::TokenLine>, AppError> {
        let mut reader = self.store.read().await?;
        Ok(tokens::list(&mut reader).await?)
    }

    /// Makes a token useless from the next call on.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when there is no such token, or it was revoked before.
    pub async fn revoke_token(&self, id: TokenId) -> Result<(), AppError> {
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        if !tokens::revoke(&mut writer, id, now).await? {
            return Err(AppError::field("token", format!("There is no token {id} to revoke.")));
        }
        let entry = audit::Entry::new(now, "token.revoke", id);
        audit::record(&mut writer, entry).await?;
        writer.commit().await?;
        Ok(())
    }
}
