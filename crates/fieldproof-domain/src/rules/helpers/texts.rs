//! Helpers for what is written.

use std::{cell::RefCell, collections::HashMap};

use cel::Value as Cel;
use regex::{Regex, RegexBuilder};

use super::Wrong;

/// Largest pattern when it is compiled, in bytes: `\w{50}` is some 100,000.
const LARGEST_PATTERN: usize = 1_000_000;
/// Patterns that a thread keeps.
const MOST_COMPILED: usize = 64;

/// `capture(text, pattern)`: what the first group of the pattern has found, or all that it has where it has no groups;
/// `null` where the pattern is nowhere in the text.
pub(super) fn capture(arguments: &[Cel]) -> Result<Cel, Wrong> {
    let [text, pattern] = arguments else { return Ok(Cel::Null) };
    let (Cel::String(text), Cel::String(pattern)) = (text, pattern) else { return Err(Wrong::of(text, "string")) };
    let pattern = compiled(pattern).ok_or_else(|| Wrong::Unreadable("the pattern cannot be read".to_owned()))?;
    let found = pattern.captures(text).and_then(|groups| groups.get(1).or_else(|| groups.get(0)));
    Ok(found.map_or(Cel::Null, |found| Cel::String(found.as_str().to_owned().into())))
}

/// A pattern, compiled once for each thread; `None`: it cannot be read, or is too large.
pub(in crate::rules) fn compiled(pattern: &str) -> Option<Regex> {
    thread_local! {
        static COMPILED: RefCell<HashMap<String, Regex>> = RefCell::default();
    }
    COMPILED.with_borrow_mut(|compiled| {
        if let Some(known) = compiled.get(pattern) {
            return Some(known.clone());
        }
        let new = RegexBuilder::new(pattern).size_limit(LARGEST_PATTERN).build().ok()?;
        if compiled.len() >= MOST_COMPILED {
            compiled.clear();
        }
        compiled.insert(pattern.to_owned(), new.clone());
        Some(new)
    })
}

/// `same_text(a, b)`: whether two texts have the same letters and digits, in either case: what stands between them is
/// what cameras and people get wrong. A text without any is like no other. Whole numbers count as texts.
pub(super) fn same_text(arguments: &[Cel]) -> Result<Cel, Wrong> {
    let [a, b] = arguments else { return Ok(Cel::Null) };
    let (a, b) = (essence(a)?, essence(b)?);
    Ok(Cel::Bool(!a.is_empty() && a == b))
}

fn essence(value: &Cel) -> Result<String, Wrong> {
    let text = match value {
        Cel::String(text) => text.as_ref().clone(),
        Cel::Int(number) => number.to_string(),
        Cel::UInt(number) => number.to_string(),
        other => return Err(Wrong::of(other, "string")),
    };
    Ok(text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_uppercase).collect())
}
