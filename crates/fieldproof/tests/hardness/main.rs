//! The running program under attack: whatever is sent, it answers in JSON, below 500, and keeps nothing it refused.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod batches;
mod bodies;
mod crash;
mod dice;
mod documents;
mod fields;
mod framing;
mod hangups;
mod inputs;
mod memory;
mod overload;
mod paths;
mod photos;
mod startup;
mod storage;
mod urls;
mod wire;

use std::{collections::BTreeMap, path::PathBuf};

use fieldproof_testkit::{Answer, TestServer, TestServerBuilder};
use serde_json::Value;

/// A server to start.
fn server() -> TestServerBuilder {
    TestServer::builder(env!("CARGO_BIN_EXE_fieldproof"))
}

/// A work order that nothing was sent to, and what there is of it: no refused request may change that.
struct Untouched<'a> {
    server: &'a TestServer,
    id: String,
    before: (Value, Vec<PathBuf>),
}

impl<'a> Untouched<'a> {
    async fn new(server: &'a TestServer) -> Self {
        let id = server.client().create(&serde_json::json!({"name": "untouched"})).await;
        let before = (server.client().work_order(&id).await, server.stored_photos());
        Self { server, id, before }
    }

    /// Where analyses of it go.
    fn analyze(&self) -> String {
        format!("/v0.2/work-orders/{}/analyze/", self.id)
    }

    /// The answer is a 400 that names the field with a sentence, and nothing was kept.
    async fn refuses(&self, case: &str, field: &str, answer: &Answer) -> String {
        let message = field_error(case, field, answer);
        self.check(case).await;
        message
    }

    /// Nothing was kept.
    async fn check(&self, case: &str) {
        let after = (self.server.client().work_order(&self.id).await, self.server.stored_photos());
        assert_eq!(self.before, after, "{case}: something was kept");
    }
}

/// The answer is a 400 with sentences for this field and no other.
fn field_error(case: &str, field: &str, answer: &Answer) -> String {
    assert_eq!(answer.status, 400, "{case}: {}", answer.text());
    let errors: BTreeMap<String, Vec<String>> = serde_json::from_slice(&answer.body)
        .unwrap_or_else(|_| panic!("{case}: not a map of fields to messages: {}", answer.text()));
    assert_eq!(errors.keys().collect::<Vec<_>>(), [field], "{case}: {}", answer.text());
    let message = errors[field].join(" ");
    assert!(message.len() > 20 && message.ends_with('.') && !message.contains(".."), "{case}: no sentence: {message}");
    message
}

/// The answer is below 500 and says why in JSON.
fn json_refusal(case: &str, answer: &Answer) {
    assert!((400..500).contains(&answer.status), "{case}: {} {}", answer.status, answer.text());
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    assert!(body.is_object(), "{case}: {} without JSON: {}", answer.status, answer.text());
}
