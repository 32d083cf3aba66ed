//! Taking fields out of a JSON object, noting every wrong one.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use crate::{FieldErrors, GivenTime, unknown::unknown};

/// A body being read. Unknown fields of the contract's bodies are left alone, since clients send more than a server knows;
/// bodies of our own refuse them ([`Fields::refuse_unread`]), since a field that is misspelt would be lost without a word.
pub struct Fields {
    body: Map<String, Value>,
    asked: Vec<String>,
    errors: FieldErrors,
}

impl Fields {
    /// Of a JSON object.
    pub fn new(body: Map<String, Value>) -> Self {
        Self { body, asked: Vec::new(), errors: FieldErrors::default() }
    }

    /// Whether the field is there at all.
    pub fn has(&self, field: &str) -> bool {
        self.body.contains_key(field)
    }

    /// A text that must be there.
    pub fn required_text(&mut self, field: &str) -> String {
        match self.take(field) {
            Some(Value::String(text)) => return text,
            Some(_) => self.wrong(field, "a text"),
            None => self.missing(field),
        }
        String::new()
    }

    /// Any value that must be there and not null.
    pub fn required(&mut self, field: &str) -> Value {
        match self.take(field) {
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
    pub fn text(&mut self, field: &str) -> Option<String> {
        match self.take(field)? {
            Value::String(text) => Some(text),
            Value::Null => None,
            _ => {
                self.wrong(field, "a text");
                None
            }
        }
    }

    /// An object; null is none.
    pub fn object(&mut self, field: &str) -> Option<Map<String, Value>> {
        match self.take(field)? {
            Value::Object(object) => Some(object),
            Value::Null => None,
            _ => {
                self.wrong(field, "an object of keys and values");
                None
            }
        }
    }

    /// A list of texts; null is none.
    pub fn texts(&mut self, field: &str) -> Option<Vec<String>> {
        let items = match self.take(field)? {
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

    /// A whole number in this range; null is none.
    pub fn number(&mut self, field: &str, range: RangeInclusive<u32>) -> Option<u32> {
        let value = self.take(field).filter(|value| !value.is_null())?;
        let number =
            value.as_u64().and_then(|number| u32::try_from(number).ok()).filter(|number| range.contains(number));
        if number.is_none() {
            self.wrong(field, &format!("a whole number from {} to {}", range.start(), range.end()));
        }
        number
    }

    /// True or false; null is neither.
    pub fn boolean(&mut self, field: &str) -> Option<bool> {
        match self.take(field)? {
            Value::Bool(value) => Some(value),
            Value::Null => None,
            _ => {
                self.wrong(field, "true or false");
                None
            }
        }
    }

    /// A time or a date; null is none.
    pub fn time(&mut self, field: &str) -> Option<GivenTime> {
        let text = self.text(field)?;
        text.parse().map_err(|message: String| self.add(field, message)).ok()
    }

    /// One of several words; null is none.
    pub fn word<T>(&mut self, field: &str, words: &[(&str, T)]) -> Option<T>
    where
        T: Copy,
    {
        let text = self.text(field)?;
        let found = words.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            self.wrong(field, &known.join(" or "));
        }
        found.map(|(_, value)| *value)
    }

    /// The fields that nobody has asked for. Those that are null say nothing.
    pub fn unread(&self) -> Vec<String> {
        self.body.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name.clone()).collect()
    }

    /// Notes every field that nobody has asked for.
    pub fn refuse_unread(&mut self) {
        for name in self.unread() {
            self.unknown(&name);
        }
    }

    /// Notes a field that there is not.
    pub fn unknown(&mut self, field: &str) {
        let message = unknown("field", field, self.asked.iter().map(String::as_str));
        self.errors.add(field, message);
    }

    /// Notes something wrong with a field.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.errors.add(field, message);
    }

    /// Whether nothing is noted against a field.
    pub fn is_right(&self, field: &str) -> bool {
        !self.errors.0.contains_key(field)
    }

    /// The errors noted, if any.
    pub fn finish(self) -> Result<(), FieldErrors> {
        self.errors.into_result()
    }

    /// Notes that a field is missing that must be there.
    pub fn missing(&mut self, field: &str) {
        self.errors.add(field, format!("Field '{field}' is missing. This field is required."));
    }

    fn take(&mut self, field: &str) -> Option<Value> {
        self.asked.push(field.to_owned());
        self.body.remove(field)
    }

    fn wrong(&mut self, field: &str, wanted: &str) {
        self.errors.add(field, format!("Field '{field}' must be {wanted}."));
    }
}
