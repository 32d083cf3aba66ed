//! A map read key by key, so that keys nobody asked for are noticed.

use std::collections::HashMap;

use super::node::{Content, Node};
use crate::application::{
    problem::{Place, Problems},
    suggest::did_you_mean,
};

/// The keys of one map of the file.
pub(crate) struct Fields<'n> {
    /// Where the map starts.
    pub(crate) at: Place,
    /// What it describes, for messages: `task 'door'`.
    pub(crate) what: String,
    entries: HashMap<&'n str, (Place, &'n Node)>,
    known: Vec<&'static str>,
}

impl<'n> Fields<'n> {
    /// Opens a map; anything else, and keys that stand twice, are noted.
    pub(crate) fn open(node: &'n Node, what: impl Into<String>, problems: &mut Problems) -> Option<Self> {
        let what = what.into();
        if problems.is_full() {
            return None;
        }
        let Content::Map(map) = &node.content else {
            problems.add(
                node.at,
                format!("{} is {}.", capitalised(&what), node.describe()),
                "Write a map of keys and values.",
            );
            return None;
        };
        let mut entries = HashMap::new();
        for (key, value) in map {
            let Some(name) = key.scalar() else {
                problems.add(key.at, format!("A key of {what} is not a text."), "Write a text before the colon.");
                continue;
            };
            if entries.contains_key(name.text.as_str()) {
                problems.add(key.at, format!("The key '{}' stands twice in {what}.", name.text), "Keep one of them.");
            } else {
                entries.insert(name.text.as_str(), (key.at, value));
            }
        }
        Some(Self { at: node.at, what, entries, known: Vec::new() })
    }

    /// The value of an optional key; `None` when it is absent or null.
    pub(crate) fn get(&mut self, key: &'static str) -> Option<&'n Node> {
        self.known.push(key);
        self.entries.get(key).map(|(_, value)| *value).filter(|value| !value.is_null())
    }

    /// Whether the key is there without a value.
    pub(crate) fn is_empty(&self, key: &str) -> bool {
        self.entries.get(key).is_some_and(|(_, value)| value.is_null())
    }

    /// The value of a required key; its absence is noted.
    pub(crate) fn require(&mut self, key: &'static str, fix: &str, problems: &mut Problems) -> Option<&'n Node> {
        self.known.push(key);
        match self.entries.get(key) {
            Some((at, value)) if value.is_null() => {
                problems.add(*at, format!("The key '{key}' of {} is empty.", self.what), fix);
                None
            }
            Some((_, value)) => Some(value),
            None => {
                problems.add(self.at, format!("The key '{key}' of {} is missing.", self.what), fix);
                None
            }
        }
    }

    /// Notes the keys nobody asked for.
    pub(crate) fn finish(self, problems: &mut Problems) {
        for (key, (at, _)) in &self.entries {
            if problems.is_full() {
                return;
            }
            if !self.known.contains(key) {
                let short: String = key.chars().take(64).collect();
                let fix = did_you_mean(key, self.known.iter().copied(), "Take it out: see the reference for the keys.");
                problems.add(*at, format!("The key '{short}' is unknown in {}.", self.what), fix);
            }
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
