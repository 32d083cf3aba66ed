//! Scalars, typed by YAML 1.2's core schema: `off`, `no` and `yes` are texts, as people mean them.

use serde_json::Value;

use crate::application::problem::Place;

/// A scalar as written.
#[derive(Clone, Debug)]
pub(crate) struct Scalar {
    /// After quotes and escapes.
    pub(crate) text: String,
    /// Without quotes: may be a number, a boolean or null.
    pub(super) plain: bool,
    /// Where the text's characters stand in the file.
    pub(super) layout: Layout,
}

/// How to get from a position in a scalar's text to one in the file.
#[derive(Clone, Copy, Debug)]
pub(super) enum Layout {
    /// On one line with no escapes: the text's first character stands here.
    OneLine(Place),
    /// A literal block: the text's first line stands here, every line at this column.
    Block(Place),
    /// Folded, escaped or over several lines: only the start is known.
    Unknown,
}

impl Scalar {
    /// Whether it says nothing.
    pub(crate) fn is_null(&self) -> bool {
        self.plain && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }

    /// Its boolean, if it is one.
    pub(crate) fn boolean(&self) -> Option<bool> {
        match self.text.as_str() {
            "true" | "True" | "TRUE" if self.plain => Some(true),
            "false" | "False" | "FALSE" if self.plain => Some(false),
            _ => None,
        }
    }

    /// Its finite number, if it is one.
    pub(crate) fn number(&self) -> Option<serde_json::Number> {
        let digits = self.text.strip_prefix('+').unwrap_or(&self.text);
        let starts_like_one =
            digits.strip_prefix('-').unwrap_or(digits).starts_with(|c: char| c.is_ascii_digit() || c == '.');
        if !self.plain || !starts_like_one {
            return None;
        }
        if let Ok(number) = digits.parse::<i64>() {
            return Some(number.into());
        }
        serde_json::Number::from_f64(digits.parse::<f64>().ok()?)
    }

    /// Its text, unless it is a number, a boolean or null.
    pub(crate) fn as_text(&self) -> Option<&str> {
        (!self.is_null() && self.boolean().is_none() && self.number().is_none()).then_some(self.text.as_str())
    }

    /// Its JSON.
    pub(crate) fn to_json(&self) -> Value {
        if self.is_null() {
            Value::Null
        } else if let Some(boolean) = self.boolean() {
            Value::Bool(boolean)
        } else if let Some(number) = self.number() {
            Value::Number(number)
        } else {
            Value::String(self.text.clone())
        }
    }

    /// Where the character `column` (from 1) of line `line` (from 1) of the text stands in the file, if that can be
    /// known.
    pub(crate) fn place_of(&self, line: u32, column: u32) -> Option<Place> {
        match self.layout {
            Layout::OneLine(start) if line == 1 => {
                Some(Place { line: start.line, column: start.column + column.saturating_sub(1) })
            }
            Layout::Block(start) => Some(Place {
                line: start.line + line.saturating_sub(1),
                column: start.column + column.saturating_sub(1),
            }),
            _ => None,
        }
    }

    pub(super) fn describe(&self) -> String {
        let short: String = self.text.chars().take(40).collect();
        if self.is_null() {
            "nothing".to_owned()
        } else if self.boolean().is_some() {
            format!("the boolean {short}")
        } else if self.number().is_some() {
            format!("the number {short}")
        } else {
            format!("the text '{short}'")
        }
    }
}
