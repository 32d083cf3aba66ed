//! What work orders are found by: each fact that a list can ask for by equality is one short text, the term.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::ids::UserId;

/// Longest term that is kept as it is, in bytes; of a longer one its hash is kept, so that index entries stay small.
const MAX_TERM_BYTES: usize = 200;

/// A fact about a work order that a list can ask for. In the order of how few work orders usually share it: the first
/// of several is the best one to begin a search with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    /// Its name.
    Name(String),
    /// Its field engineer.
    Engineer(UserId),
    /// One entry of its metadata.
    Metadata {
        /// The key.
        key: String,
        /// The value, as [`metadata_text`] writes it.
        value: String,
    },
    /// One of its tags.
    Tag(String),
    /// One of its user groups.
    UserGroup(String),
    /// One of its work order types.
    Type(String),
    /// One of the task groups that are active for it.
    TaskGroup(String),
    /// Whether the back office has reviewed it.
    Reviewed(bool),
}

impl Term {
    /// The text that stands for it in an index: at most 200 bytes, and another one for every other term.
    pub fn key(&self) -> String {
        let text = match self {
            Self::Name(name) => format!("name:{name}"),
            Self::Engineer(id) => format!("engineer:{id}"),
            Self::Metadata { key, value } => format!("metadata.{}:{value}", escaped(key)),
            Self::Tag(tag) => format!("tag:{tag}"),
            Self::UserGroup(group) => format!("group:{group}"),
            Self::Type(name) => format!("type:{name}"),
            Self::TaskGroup(name) => format!("task_group:{name}"),
            Self::Reviewed(reviewed) => format!("reviewed:{reviewed}"),
        };
        if text.len() <= MAX_TERM_BYTES {
            return text;
        }
        // No other term begins with '#'.
        Sha256::digest(text).iter().fold("#".to_owned(), |hex, byte| format!("{hex}{byte:02x}"))
    }
}

/// A key that holds the separator must not be taken for a shorter key with a longer value.
fn escaped(key: &str) -> String {
    key.replace('\\', "\\\\").replace(':', "\\:")
}

/// A metadata value as a list asks for it: a text as it is, everything else as compact JSON (`7`, `1.5`, `true`, `null`).
pub fn metadata_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What the terms of a work order come from.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its metadata.
    pub metadata: &'a Map<String, Value>,
    /// Its tags.
    pub tags: &'a [String],
    /// Its work order types.
    pub types: &'a [String],
    /// The task groups that are active for it.
    pub task_groups: &'a [&'a str],
    /// Its field engineer.
    pub field_engineer: Option<UserId>,
    /// Its user groups.
    pub user_group_ids: &'a [String],
    /// Whether it is reviewed.
    pub is_reviewed: bool,
}

impl Facts<'_> {
    /// [`Term::key`] of everything that the work order can be found by, each once.
    pub fn keys(&self) -> BTreeSet<String> {
        let metadata =
            self.metadata.iter().map(|(key, value)| Term::Metadata { key: key.clone(), value: metadata_text(value) });
        [Term::Name(self.name.to_owned()), Term::Reviewed(self.is_reviewed)]
            .into_iter()
            .chain(self.field_engineer.map(Term::Engineer))
            .chain(metadata)
            .chain(self.tags.iter().cloned().map(Term::Tag))
            .chain(self.user_group_ids.iter().cloned().map(Term::UserGroup))
            .chain(self.types.iter().cloned().map(Term::Type))
            .chain(self.task_groups.iter().map(|name| Term::TaskGroup((*name).to_owned())))
            .map(|term| term.key())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn every_fact_has_its_term() {
        let metadata = json!({
            "text": "North", "whole": 7, "part": 1.5, "flag": true, "none": null, "nested": {"b": [1, "x"], "a": {}},
            "a:b": "c", "": "",
        });
        let facts = Facts {
            name: "WO-1",
            metadata: metadata.as_object().unwrap(),
            tags: &["x y".into(), "x y".into(), "é".into()],
            types: &["quick".into()],
            task_groups: &["after"],
            field_engineer: Some(UserId(Uuid::from_u128(1))),
            user_group_ids: &["team-1".into()],
            is_reviewed: false,
        };
        let expected = [
            "engineer:00000000-0000-0000-0000-000000000001",
            "group:team-1",
            "metadata.:",
            "metadata.a\\:b:c",
            "metadata.flag:true",
            "metadata.nested:{\"b\":[1,\"x\"],\"a\":{}}",
            "metadata.none:null",
            "metadata.part:1.5",
            "metadata.text:North",
            "metadata.whole:7",
            "name:WO-1",
            "reviewed:false",
            "tag:x y",
            "tag:é",
            "task_group:after",
            "type:quick",
        ];
        assert_eq!(facts.keys().iter().map(String::as_str).collect::<Vec<_>>(), expected);
    }

    fn term() -> impl Strategy<Value = Term> {
        let text = || "[a:\\\\#é]{0,6}|[ab]{190,210}";
        prop_oneof![
            text().prop_map(Term::Name),
            text().prop_map(Term::Tag),
            (text(), text()).prop_map(|(key, value)| Term::Metadata { key, value }),
            any::<bool>().prop_map(Term::Reviewed),
        ]
    }

    proptest! {
        #[test]
        fn terms_are_short_and_different(one in term(), other in term()) {
            prop_assert!(one.key().len() <= MAX_TERM_BYTES);
            prop_assert_eq!(one == other, one.key() == other.key());
        }
    }
}
