//! Passwords are kept as Argon2id.

use argon2::{Argon2, PasswordHasher as _};

use crate::AppError;

/// Fewest characters of a password.
const MIN_LENGTH: usize = 10;

/// The PHC string to keep for a password. Takes tens of milliseconds, on purpose.
pub(crate) fn hash_password(password: &str) -> Result<String, AppError> {
    if password.chars().count() < MIN_LENGTH {
        return Err(AppError::field("password", format!("The password has fewer than {MIN_LENGTH} characters.")));
    }
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| AppError::Internal(format!("hashing a password: {error}")))
}

#[cfg(test)]
mod tests {
    use argon2::{PasswordVerifier as _, password_hash::phc::PasswordHash};

    use super::*;

    #[test]
    fn the_kept_form_is_argon2id_and_salted() {
        let one = hash_password("correct horse battery").unwrap();
        let two = hash_password("correct horse battery").unwrap();
        assert!(one.starts_with("$argon2id$"), "{one}");
        assert_ne!(one, two);
        let parsed = PasswordHash::new(&one).unwrap();
        assert!(Argon2::default().verify_password(b"correct horse battery", &parsed).is_ok());
        assert!(Argon2::default().verify_password(b"wrong horse battery", &parsed).is_err());
        assert!(hash_password("short").is_err());
    }
}
