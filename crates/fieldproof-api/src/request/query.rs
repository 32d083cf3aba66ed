//! Taking parameters out of a query, noting every wrong one.

use chrono::{DateTime, Utc};
use fieldproof_app::{FieldErrors, read_time, unknown};

/// A query being read. Unknown parameters of the contract's questions are left alone, as unknown fields of its bodies are;
/// questions of our own refuse them ([`QueryFields::refuse_unread`]).
pub(crate) struct QueryFields {
    given: Vec<(String, String)>,
    asked: Vec<String>,
    errors: FieldErrors,
}

impl QueryFields {
    /// Reads the part of an address behind `?`.
    pub(crate) fn new(query: &str) -> Self {
        Self { given: pairs(query), asked: Vec::new(), errors: FieldErrors::default() }
    }

    /// Every value of a parameter, in the order given.
    pub(crate) fn texts(&mut self, name: &str) -> Vec<String> {
        self.asked.push(name.to_owned());
        let values: Vec<_> = self.given.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect();
        self.storable(name, values)
    }

    /// What follows a prefix in the names of parameters, with the value.
    pub(crate) fn texts_by_key(&mut self, prefix: &str) -> Vec<(String, String)> {
        let given: Vec<_> = self.given.iter().filter(|(key, _)| key.starts_with(prefix)).cloned().collect();
        let mut read = Vec::new();
        for (name, value) in given {
            for value in self.storable(&name.replace('\0', ""), vec![value]) {
                let key = name.strip_prefix(prefix).unwrap_or_default().to_owned();
                if key.contains('\0') { self.has_nul(prefix) } else { read.push((key, value)) }
            }
        }
        read
    }

    /// A parameter that may be there once.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        let mut values = self.texts(name);
        if values.len() > 1 {
            self.add(name, format!("'{name}' is there {} times: give it once.", values.len()));
        }
        values.pop()
    }

    /// Every value of a parameter that is true or false.
    pub(crate) fn booleans(&mut self, name: &str) -> Vec<bool> {
        self.read(name, boolean)
    }

    /// Every value of a parameter that is a whole number in this range.
    pub(crate) fn numbers(&mut self, name: &str, range: std::ops::RangeInclusive<u32>) -> Vec<u32> {
        self.read(name, |text| {
            let number = text.parse().ok().filter(|number| range.contains(number));
            number.ok_or_else(|| {
                format!("'{}' is no whole number from {} to {}.", shown(text), range.start(), range.end())
            })
        })
    }

    /// Every value of a parameter that is a time.
    pub(crate) fn times(&mut self, name: &str) -> Vec<DateTime<Utc>> {
        self.read(name, |text| read_time(text).map_err(|said| format!("{said} In an address, '+' is written %2B.")))
    }

    fn read<T>(&mut self, name: &str, read: impl Fn(&str) -> Result<T, String>) -> Vec<T> {
        let mut values = Vec::new();
        for text in self.texts(name) {
            match read(&text) {
                Ok(value) => values.push(value),
                Err(message) => self.add(name, message),
            }
        }
        values
    }

    /// Notes every parameter that nobody has asked for.
    pub(crate) fn refuse_unread(&mut self) {
        for (name, _) in &self.given {
            if !self.asked.contains(name) {
                let message = unknown("parameter", name, self.asked.iter().map(String::as_str));
                self.errors.add(name, message);
            }
        }
    }

    /// Notes something wrong with a parameter.
    pub(crate) fn add(&mut self, name: &str, message: impl Into<String>) {
        self.errors.add(name, message);
    }

    /// The errors noted, if any.
    pub(crate) fn finish(self) -> Result<(), FieldErrors> {
        self.errors.into_result()
    }

    /// Nothing that is stored holds U+0000, and PostgreSQL does not even take it in a question.
    fn storable(&mut self, name: &str, values: Vec<String>) -> Vec<String> {
        if values.iter().any(|value| value.contains('\0')) {
            self.has_nul(name);
            return Vec::new();
        }
        values
    }

    fn has_nul(&mut self, name: &str) {
        self.add(name, format!("'{name}' holds the character U+0000."));
    }
}

/// Names and values of a query, in the order given.
pub(crate) fn pairs(query: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(query.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// `true` and `false` in any case, `1` and `0`: Python and JavaScript clients write booleans differently. A name alone
/// means true.
fn boolean(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(format!("'{}' is neither true nor false.", shown(text))),
    }
}

/// As much of a text as an error repeats.
fn shown(text: &str) -> String {
    text.chars().take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_of_every_client() {
        for (text, expected) in [
            ("", Some(true)),
            ("1", Some(true)),
            ("TRUE", Some(true)),
            ("false", Some(false)),
            ("False", Some(false)),
            ("0", Some(false)),
            ("no", None),
        ] {
            assert_eq!(boolean(text).ok(), expected, "{text}");
        }
    }

    #[test]
    fn every_wrong_parameter_is_told() {
        let mut query = QueryFields::new("a=1&a=x&b=%00&m.k=%00&m.%00=v&c=1&c=2&d=5&m.x=y&unknown=%00");
        assert_eq!(query.numbers("a", 0..=9), [1]);
        assert_eq!(query.texts("b"), [""; 0]);
        assert_eq!(query.texts_by_key("m."), [("x".to_owned(), "y".to_owned())]);
        query.text("c");
        assert_eq!(query.numbers("d", 0..=4), [0; 0]);
        let errors = query.finish().unwrap_err();
        assert_eq!(errors.0.keys().collect::<Vec<_>>(), ["a", "b", "m.k", "m.", "c", "d"]);
    }
}
