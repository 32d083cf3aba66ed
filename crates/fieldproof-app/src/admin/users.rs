//! Users.

use fieldproof_domain::{ids::UserId, role::Role};
use fieldproof_store::{audit, sites::Site, users};
use serde_json::json;

use super::password::hash_password;
use crate::{AppError, Fieldproof};

/// What is known of a user to make.
#[derive(Clone, Debug, Default)]
pub struct NewUser {
    /// The address, in any case.
    pub email: String,
    /// First and last name.
    pub name: Option<String>,
    /// For a login by password.
    pub password: Option<String>,
}

impl Fieldproof {
    /// Makes a user who may use `site`.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when the address is none or taken, or the password too short.
    pub async fn create_user(&self, new: NewUser, site: &Site, role: Role) -> Result<users::User, AppError> {
        let email = normalise_email(&new.email)?;
        let password_hash = new.password.as_deref().map(hash_password).transpose()?;
        let user = users::User { id: UserId(self.ambient.new_id()), email, name: new.name, password_hash };
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        if users::by_email(&mut writer, &user.email).await?.is_some() {
            let message = format!("There is a user with the address {} already: use 'user grant'.", user.email);
            return Err(AppError::field("email", message));
        }
        users::insert(&mut writer, &user, now).await?;
        users::grant(&mut writer, user.id, site.id, role).await?;
        let entry =
            audit::Entry::new(now, "user.create", user.id).on(site.id).with(json!({"email": user.email, "role": role}));
        audit::record(&mut writer, entry).await?;
        writer.commit().await?;
        Ok(user)
    }

    /// Lets a user use a site too, or changes the role there.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when there is no such user.
    pub async fn grant_user(&self, email: &str, site: &Site, role: Role) -> Result<users::User, AppError> {
        let mut writer = self.store.write().await?;
        let user = find(&mut writer, email).await?;
        users::grant(&mut writer, user.id, site.id, role).await?;
        let entry =
            audit::Entry::new(self.ambient.now(), "user.grant", user.id).on(site.id).with(json!({"role": role}));
        audit::record(&mut writer, entry).await?;
        writer.commit().await?;
        Ok(user)
    }
}

/// The user with an address in any case.
pub(super) async fn find(session: &mut impl fieldproof_store::Session, email: &str) -> Result<users::User, AppError> {
    let email = normalise_email(email)?;
    users::by_email(session, &email)
        .await?
        .ok_or_else(|| AppError::field("email", format!("There is no user with the address {email}.")))
}

/// Addresses are compared without case, as people type them.
pub(crate) fn normalise_email(email: &str) -> Result<String, AppError> {
    let email = email.trim().to_lowercase();
    let valid = email.len() <= 254
        && !email.chars().any(|c| c.is_whitespace() || c.is_control())
        && email
            .split_once('@')
            .is_some_and(|(name, domain)| !name.is_empty() && !domain.is_empty() && !domain.contains('@'));
    if valid { Ok(email) } else { Err(AppError::field("email", format!("'{email}' is not an e-mail address."))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert_eq!(normalise_email(" Jane.Doe@Example.COM ").unwrap(), "jane.doe@example.com");
        for bad in ["", "jane", "@example.com", "jane@", "a b@example.com", "a@b@c"] {
            assert!(normalise_email(bad).is_err(), "{bad}");
        }
    }
}
