//! Helpers for what is written.

use cel::Value as Cel;
use regex::Regex;

use super::Wrong;

/// `capture(text, pattern)`: what the first group of the pattern has found, or all that it has where it has no groups;
/// `null` where the pattern is nowhere in the text.
pub(super) fn capture(arguments: &[Cel]) -> Result<Cel, Wrong> {
    let [text, pattern] = arguments else { return Ok(Cel::Null) };
    let (Cel::String(text), Cel::String(pattern)) = (text, pattern) else { return Err(Wrong::of(text, "string")) };
    // That it can be read was seen when the rule was compiled.
    let pattern = Regex::new(pattern).map_err(|_| Wrong::Unreadable("the pattern cannot be read".to_owned()))?;
    let found = pattern.captures(text).and_then(|groups| groups.get(1).or_else(|| groups.get(0)));
    Ok(found.map_or(Cel::Null, |found| Cel::String(found.as_str().to_owned().into())))
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
