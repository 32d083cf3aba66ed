//! What a value means: the first rule whose JSON Schema it matches (contract section 3.4).

use jsonschema::{PatternOptions, Validator};
use serde_json::Value;

use crate::{
    application::{OutcomeRule, Task},
    text::Text,
    work_order::{Appearance, TaskValue},
};

/// Largest compiled pattern of a schema, in bytes.
const LARGEST_PATTERN: usize = 256 * 1024;
/// Largest whole number that a float holds exactly.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;
/// A value is a boolean, a number or a text: nothing to refer to, and references could lead out or in circles.
const NOT_SUPPORTED: [&str; 7] =
    ["$ref", "$dynamicRef", "$recursiveRef", "$id", "$anchor", "$dynamicAnchor", "$schema"];

/// The compiled rules of a task.
#[derive(Debug)]
pub(super) struct Outcomes {
    rules: Vec<(Validator, OutcomeRule)>,
}

impl Outcomes {
    /// Compiles the schemas of a task.
    ///
    /// # Errors
    /// The number of each bad rule with what is wrong and what to do.
    pub(super) fn compile(task: &Task) -> Result<Self, Vec<(usize, String, String)>> {
        let mut wrong = Vec::new();
        let mut rules = Vec::new();
        for (number, rule) in task.outcome_validation.iter().enumerate() {
            match validator(&rule.schema) {
                Ok(validator) => rules.push((validator, rule.clone())),
                Err((message, fix)) => wrong.push((number, message, fix)),
            }
        }
        if wrong.is_empty() { Ok(Self { rules }) } else { Err(wrong) }
    }

    /// What a value means. "No value" only ever matches the rules that are for it, and they match nothing else.
    pub(super) fn appearance(&self, value: Option<&TaskValue>) -> Appearance {
        let json = value.map(schema_json);
        let found = self.rules.iter().find(|(validator, rule)| match &json {
            Some(json) => !rule.not_analyzed && validator.is_valid(json),
            None => rule.not_analyzed,
        });
        let shown = value.map(ToString::to_string);
        match found {
            Some((_, rule)) => Appearance {
                message: rule
                    .message
                    .as_ref()
                    .map(|text| text.map(|wording| wording.replace("{}", shown.as_deref().unwrap_or_default()))),
                color: rule.color.clone(),
                is_conformity_validated: rule.is_conformity_validated,
            },
            None => Appearance { message: shown.map(Text::Same), color: None, is_conformity_validated: None },
        }
    }
}

/// Numbers are floats, but a whole one is an integer to a schema: `{const: 2}` and `{type: integer}` match 2.0.
fn schema_json(value: &TaskValue) -> Value {
    match value {
        TaskValue::Number(number) if number.fract() == 0.0 && number.abs() <= LARGEST_WHOLE => {
            Value::from(*number as i64)
        }
        other => other.to_json(),
    }
}

fn validator(schema: &Value) -> Result<Validator, (String, String)> {
    if let Some(keyword) = unsupported(schema) {
        let fix = "Write the condition out: references and dialects are not supported in a rule.".to_owned();
        return Err((format!("The schema uses '{keyword}'."), fix));
    }
    // The linear-time engine: a pattern with look-arounds is refused instead of backtracking for ever.
    let patterns = PatternOptions::regex().size_limit(LARGEST_PATTERN);
    jsonschema::options().with_pattern_options(patterns).build(schema).map_err(|error| {
        let why: String = error.to_string().chars().take(200).collect();
        let path = error.instance_path().to_string();
        let place = if path.is_empty() { String::new() } else { format!(" (at {path})") };
        (
            format!("The schema is not valid: {why}{place}."),
            "Write JSON Schema, such as {const: true} or {minimum: 1}.".to_owned(),
        )
    })
}

fn unsupported(schema: &Value) -> Option<&'static str> {
    match schema {
        Value::Object(map) => map
            .iter()
            .find_map(|(key, value)| NOT_SUPPORTED.into_iter().find(|name| name == key).or_else(|| unsupported(value))),
        Value::Array(items) => items.iter().find_map(unsupported),
        _ => None,
    }
}
