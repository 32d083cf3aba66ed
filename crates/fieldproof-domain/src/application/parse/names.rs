//! Names: what they may be made of, and that none stands twice.

use std::collections::HashSet;

use super::scalars::text;
use crate::application::{problem::Problems, yaml::Node};

/// Longest name of anything, in characters.
const LONGEST: usize = 128;

/// Words that CEL keeps for itself, and names that mean something in every rule.
const RESERVED: [&str; 49] = [
    "photo",
    "metadata",
    "types",
    "tags",
    "input_metadata",
    "state", // ours
    "in",
    "true",
    "false",
    "null",
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while", // CEL's syntax
    "bool",
    "bytes",
    "double",
    "duration",
    "dyn",
    "int",
    "list",
    "map",
    "null_type",
    "string",
    "timestamp",
    "type",
    "uint",
    "optional",
    "optional_type",
    "google", // CEL's types
    "has",
    "size",
    "matches",
    "all",
    "exists",
    "filter", // CEL's functions
];

/// Letters, digits, `_` and `-`: fits into URLs, file names and rules.
pub(super) fn slug(node: &Node, what: &str, problems: &mut Problems) -> Option<String> {
    let name = text(node, what, problems)?;
    let short: String = name.chars().take(64).collect();
    if let Some(bad) = name.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))) {
        problems.add(
            node.at,
            format!("{what} '{short}' holds {bad:?}."),
            "Use only the letters a to z, digits, '_' and '-'.",
        );
        return None;
    }
    if name.len() > LONGEST {
        problems.add(node.at, format!("{what} has {} characters.", name.len()), format!("{LONGEST} at most."));
        return None;
    }
    Some(name.to_owned())
}

/// A name that rules can use as a variable.
pub(super) fn variable(node: &Node, what: &str, problems: &mut Problems) -> Option<String> {
    let name = slug(node, what, problems)?;
    if name.contains('-') || name.starts_with(|c: char| c.is_ascii_digit()) {
        let fix = "Rules use it as a variable: use letters, digits and '_', and start with a letter.";
        problems.add(node.at, format!("{what} '{name}' cannot be used in a rule."), fix);
        return None;
    }
    if is_reserved(&name) {
        problems.add(node.at, format!("{what} '{name}' means something else in rules."), "Choose another name.");
        return None;
    }
    Some(name)
}

/// Whether a name means something else in rules, so that no model can have it.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// A path inside the application's folder.
pub(crate) fn path(node: &Node, what: &str, problems: &mut Problems) -> Option<String> {
    let path = text(node, what, problems)?;
    let wrong = if path.contains('\\') {
        Some("holds a backslash")
    } else if path.starts_with('/') || path.contains(':') {
        Some("is not inside the application's folder")
    } else if path.split('/').any(|part| part == "..") {
        Some("leaves its folder with '..'")
    } else if path.split('/').any(|part| part.is_empty() || part == ".") {
        Some("has an empty part")
    } else if path.chars().any(char::is_control) {
        Some("holds a control character")
    } else {
        None
    };
    if let Some(wrong) = wrong {
        let short: String = path.chars().filter(|c| !c.is_control()).take(64).collect();
        let fix = "Write it relative to the application's folder with '/', such as models/cabinet.onnx.";
        problems.add(node.at, format!("{what} '{short}' {wrong}."), fix);
        return None;
    }
    Some(path.to_owned())
}

/// Names that were used already.
#[derive(Default)]
pub(super) struct Unique(HashSet<String>);

impl Unique {
    /// Notes a name that stands twice.
    pub(super) fn check(&mut self, name: &str, node: &Node, what: &str, problems: &mut Problems) {
        if !self.0.insert(name.to_owned()) {
            problems.add(node.at, format!("{what} '{name}' stands twice."), "Give each its own name.");
        }
    }
}
