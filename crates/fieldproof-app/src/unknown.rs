//! Fields and parameters that there are not.

use fieldproof_domain::application::closest;

/// What is said of a field or a parameter that there is not: which one was meant, if one is like it.
pub fn unknown<'k>(what: &str, name: &str, known: impl Iterator<Item = &'k str>) -> String {
    let shown: String = name.chars().take(60).collect();
    match closest(name, known) {
        Some(meant) => format!("There is no {what} '{shown}': '{meant}' may be meant."),
        None => format!("There is no {what} '{shown}' here."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fields;

    #[test]
    fn which_field_is_meant() {
        for (given, said) in [
            ("intervall", "There is no field 'intervall': 'interval' may be meant."),
            ("timezone", "There is no field 'timezone': 'time_zone' may be meant."),
            ("start", "There is no field 'start' here."),
        ] {
            assert_eq!(unknown("field", given, ["interval", "time_zone", "from"].into_iter()), said);
        }
    }

    #[test]
    fn what_nobody_asked_for_is_refused_unless_it_is_null() {
        let body = serde_json::json!({"name": "w", "nam": 1, "none": null}).as_object().cloned().unwrap();
        let mut fields = Fields::new(body);
        assert_eq!(fields.text("name").as_deref(), Some("w"));
        fields.refuse_unread();
        let errors = fields.finish().unwrap_err();
        assert_eq!(errors.0.keys().collect::<Vec<_>>(), ["nam"]);
    }
}
