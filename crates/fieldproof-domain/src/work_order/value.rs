//! The value of a task.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::application::TaskType;

/// A task's value, as on the wire: numbers are floats (contract section 1.4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum TaskValue {
    /// Of a `Boolean` task.
    Boolean(bool),
    /// Of a `Number` task; always finite.
    Number(f64),
    /// Of a `Text` task.
    Text(String),
}

impl TaskValue {
    /// Reads a value that a person or a program sent for a task of type `kind`: the JSON type itself,
    /// or leniently its text, as the contract lists `corrected_value` as a string (section 10.16).
    pub fn from_json(kind: TaskType, value: &Value) -> Result<Self, String> {
        let read = match (kind, value) {
            (TaskType::Boolean, Value::Bool(b)) => Some(Self::Boolean(*b)),
            (TaskType::Boolean, Value::String(s)) => s.trim().to_ascii_lowercase().parse().ok().map(Self::Boolean),
            (TaskType::Number, Value::Number(n)) => n.as_f64().map(Self::Number),
            (TaskType::Number, Value::String(s)) => s.trim().parse().ok().map(Self::Number),
            (TaskType::Text, Value::String(s)) => Some(Self::Text(s.clone())),
            _ => None,
        };
        match read {
            Some(Self::Number(n)) if !n.is_finite() => None,
            other => other,
        }
        .ok_or_else(|| {
            let wanted = match kind {
                TaskType::Boolean => "true or false",
                TaskType::Number => "a number",
                TaskType::Text => "a text",
            };
            format!("This task is of type {}: send {wanted}.", kind.as_str())
        })
    }

    /// The value as JSON, numbers as floats.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Boolean(b) => Value::Bool(*b),
            Self::Number(n) => Value::from(*n),
            Self::Text(s) => Value::String(s.clone()),
        }
    }
}

impl std::fmt::Display for TaskValue {
    /// As it stands in messages: `true`, `2.0`, `existing` (contract section 1.9).
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Boolean(b) => b.fmt(f),
            Self::Number(n) => write!(f, "{n:?}"),
            Self::Text(s) => f.write_str(s),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_read_by_type_and_leniently_as_text() {
        let ok = |kind, json, value| assert_eq!(TaskValue::from_json(kind, &json), Ok(value));
        ok(TaskType::Boolean, json!(true), TaskValue::Boolean(true));
        ok(TaskType::Boolean, json!("False"), TaskValue::Boolean(false));
        ok(TaskType::Number, json!(2), TaskValue::Number(2.0));
        ok(TaskType::Number, json!("2.5"), TaskValue::Number(2.5));
        ok(TaskType::Text, json!("KO"), TaskValue::Text("KO".into()));
        for (kind, bad) in [
            (TaskType::Boolean, json!(1)),
            (TaskType::Boolean, json!("yes")),
            (TaskType::Number, json!("NaN")),
            (TaskType::Number, json!(true)),
            (TaskType::Text, json!(3)),
            (TaskType::Text, json!(null)),
            (TaskType::Number, json!([])),
        ] {
            assert!(TaskValue::from_json(kind, &bad).is_err(), "{kind:?} {bad}");
        }
    }

    #[test]
    fn numbers_are_floats_in_json_and_in_messages() {
        assert_eq!(serde_json::to_string(&TaskValue::Number(2.0)).unwrap(), "2.0");
        assert_eq!(TaskValue::Number(0.0).to_string(), "0.0");
    }
}
