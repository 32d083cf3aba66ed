//! What was answered to several calls, to be kept as one snapshot.

use fieldproof_testkit::Answer;
use serde_json::{Map, Value, json};

use crate::redact::redact;

/// What was answered to each of several calls, as one value.
#[derive(Default)]
pub(crate) struct Answers(Map<String, Value>);

impl Answers {
    /// Notes one answer under a name.
    pub(crate) fn note(&mut self, what: &str, answer: &Answer) {
        let body = if answer.body.is_empty() { Value::Null } else { answer.json() };
        let noted = self.0.insert(what.to_owned(), json!({"status": answer.status, "body": body}));
        assert!(noted.is_none(), "{what} is noted twice");
    }

    /// All of them, the same in every run.
    pub(crate) fn redacted(self) -> Value {
        redact(&Value::Object(self.0))
    }
}
