//! A part of the file taken as it is, as JSON: schemas and examples.

use serde_json::{Map, Value};

use super::node::{Content, Node};
use crate::application::problem::Problems;

/// The JSON of a subtree; keys that are not texts or stand twice are noted.
pub(crate) fn to_json(node: &Node, problems: &mut Problems) -> Value {
    match &node.content {
        Content::Scalar(scalar) => scalar.to_json(),
        Content::List(items) => Value::Array(items.iter().map(|item| to_json(item, problems)).collect()),
        Content::Map(entries) => {
            let mut map = Map::new();
            for (key, value) in entries {
                let Some(name) = key.scalar() else {
                    problems.add(key.at, "A key is not a text.", "Write a text before the colon.");
                    continue;
                };
                if map.insert(name.text.clone(), to_json(value, problems)).is_some() {
                    problems.add(key.at, format!("The key '{}' stands twice.", name.text), "Keep one of them.");
                }
            }
            Value::Object(map)
        }
    }
}
