//! Taking fields out of a JSON object, noting every wrong one.

use fieldproof_app::FieldErrors;
use serde_json::{Map, Value};

/// A body being read: unknown fields are left alone, since clients send more than a server knows.
pub(crate) struct Fields {
    body: Map<String, Value>,
    errors: FieldErrors,
}

impl Fields {
    pub(crate) fn new(body: Map<String, Value>) -> Self {
        Self { body, errors: FieldErrors::default() }
    }

    /// Whether the field is there at all.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.body.contains_key(field)
    }

    /// A text that must be there.
    pub(crate) fn required_text(&mut self, field: &str) -> String {
        match self.body.remove(field) {
            Some(Value::String(text)) => return text,
            Some(_) => self.wrong(field, "a text"),
            None => self.missing(field),
        }
        String::new()
    }

    /// Any value that must be there and not null.
    pub(crate) fn required(&mut self, field: &str) -> Value {
        match self.body.remove(field) {
            None => {
                self.missing(field);
                Value::Null
            }
            Some(Value::Null) => {
                self.errors.add(field, format!("Field '{field}' may not be null."));
                Value::Null
            }
            Some(value) => value,
        }
    }

    /// A text; null is none.
    pub(crate) fn text(&mut self, field: &str) -> Option<String> {
        match self.body.remove(field)? {
            Value::String(text) => Some(text),
            Value::Null => None,
            _ => {
                self.wrong(field, "a text");
                None
            }
        }
    }

    /// An object; null is none.
    pub(crate) fn object(&mut self, field: &str) -> Option<Map<String, Value>> {
        match self.body.remove(field)? {
            Value::Object(object) => Some(object),
            Value::Null => None,
            _ => {
                self.wrong(field, "an object of keys and values");
                None
            }
        }
    }

    /// A list of texts; null is none.
    pub(crate) fn texts(&mut self, field: &str) -> Option<Vec<String>> {
        let items = match self.body.remove(field)? {
            Value::Array(items) => items,
            Value::Null => return None,
            _ => {
                self.wrong(field, "a list of texts");
                return None;
            }
        };
        let count = items.len();
        let texts: Vec<_> = items
            .into_iter()
            .filter_map(|item| if let Value::String(text) = item { Some(text) } else { None })
            .collect();
        if texts.len() < count {
            self.wrong(field, "a list of texts");
            return None;
        }
        Some(texts)
    }

    /// Notes something wrong with a field.
    pub(crate) fn add(&mut self, field: &str, message: impl Into<String>) {
        self.errors.add(field, message);
    }

    /// The errors noted, if any.
    pub(crate) fn finish(self) -> Result<(), FieldErrors> {
        self.errors.into_result()
    }

    /// Notes that a field is missing that must be there.
    pub(crate) fn missing(&mut self, field: &str) {
        self.errors.add(field, format!("Field '{field}' is missing. This field is required."));
    }

    fn wrong(&mut self, field: &str, wanted: &str) {
        self.errors.add(field, format!("Field '{field}' must be {wanted}."));
    }
}
