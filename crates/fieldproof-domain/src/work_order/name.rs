//! Names of work orders (contract sections 2.1 and 10.1).

/// Longest name, in characters.
pub const MAX_NAME_LENGTH: usize = 128;

/// Says what is wrong with a name: only ASCII letters, digits, `_` and `-`, 1 to 128 of them.
pub fn check_name(name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err("Field 'name' is empty: give 1 to 128 letters, digits, '_' or '-'.".to_owned());
    }
    if let Some(bad) = name.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))) {
        return Err(format!("Field 'name' holds {bad:?}: only letters, digits, '_' and '-' are accepted."));
    }
    if name.len() > MAX_NAME_LENGTH {
        return Err(format!("Field 'name' has {} characters: {MAX_NAME_LENGTH} at most.", name.len()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn names_of_the_allowed_alphabet_pass(name in "[A-Za-z0-9_-]{1,128}") {
            prop_assert_eq!(check_name(&name), Ok(()));
        }

        #[test]
        fn any_other_character_is_refused(head in "[a-z]{0,9}", bad in "[^A-Za-z0-9_-]", tail in "[a-z]{0,9}") {
            let name = format!("{}{}{}", head, bad, tail);
            prop_assert!(check_name(&name).is_err());
        }
    }

    #[test]
    fn length_is_bounded_on_both_sides() {
        assert!(check_name("").is_err());
        assert!(check_name(&"a".repeat(128)).is_ok());
        assert!(check_name(&"a".repeat(129)).is_err());
    }
}
