//! Single values of the expected type; another type is noted.

use crate::application::{
    problem::Problems,
    suggest::did_you_mean,
    yaml::{Content, Node},
};

/// A text that is not empty.
pub(crate) fn text<'n>(node: &'n Node, what: &str, problems: &mut Problems) -> Option<&'n str> {
    let Some(scalar) = node.scalar() else {
        problems.add(node.at, format!("{what} is {}.", node.describe()), "Write a text.");
        return None;
    };
    let Some(text) = scalar.as_text() else {
        let short: String = scalar.text.chars().take(40).collect();
        let fix = if node.is_null() {
            "Write a text.".to_owned()
        } else {
            format!("Put it in quotes to make it a text: \"{short}\".")
        };
        problems.add(node.at, format!("{what} is {}.", node.describe()), fix);
        return None;
    };
    if text.trim().is_empty() {
        problems.add(node.at, format!("{what} is empty."), "Write a text.");
        return None;
    }
    Some(text)
}

/// `true` or `false`.
pub(super) fn boolean(node: &Node, what: &str, problems: &mut Problems) -> Option<bool> {
    let found = node.scalar().and_then(|scalar| scalar.boolean());
    if found.is_none() {
        problems.add(node.at, format!("{what} is {}.", node.describe()), "Write true or false, without quotes.");
    }
    found
}

/// A number in a range.
pub(super) fn number(node: &Node, what: &str, range: (f64, f64), problems: &mut Problems) -> Option<f64> {
    let (least, most) = range;
    let wanted = if most.is_finite() {
        format!("Write a number from {least} to {most}.")
    } else {
        format!("Write a number, {least} or more.")
    };
    let found = node.scalar().and_then(|scalar| scalar.number()).and_then(|number| number.as_f64());
    match found {
        Some(number) if (least..=most).contains(&number) => Some(number),
        Some(number) => {
            problems.add(node.at, format!("{what} is {number}."), wanted);
            None
        }
        None => {
            problems.add(node.at, format!("{what} is {}.", node.describe()), wanted);
            None
        }
    }
}

/// A whole number in a range.
pub(super) fn whole(node: &Node, what: &str, range: (u32, u32), problems: &mut Problems) -> Option<u32> {
    let found = node.scalar().and_then(|scalar| scalar.number()).and_then(|number| number.as_u64());
    let number =
        found.and_then(|number| u32::try_from(number).ok()).filter(|number| (range.0..=range.1).contains(number));
    if number.is_none() {
        let fix = format!("Write a whole number from {} to {}.", range.0, range.1);
        problems.add(node.at, format!("{what} is {}.", node.describe()), fix);
    }
    number
}

/// One of some words.
pub(super) fn word<T: Copy>(node: &Node, what: &str, words: &[(&str, T)], problems: &mut Problems) -> Option<T> {
    let typed = node.scalar().map(|scalar| scalar.text.as_str());
    let found = words.iter().find(|(word, _)| Some(*word) == typed);
    if found.is_none() {
        let known = words.iter().map(|(word, _)| *word);
        let fix = match typed {
            Some(typed) => did_you_mean(typed, known, "See the reference for the words."),
            None => format!("Use one of: {}.", known.collect::<Vec<_>>().join(", ")),
        };
        problems.add(node.at, format!("{what} is {}.", node.describe()), fix);
    }
    found.map(|(_, value)| *value)
}

/// Most items of any list.
const MOST_ITEMS: usize = 1000;

/// The items of a list.
pub(crate) fn items<'n>(node: &'n Node, what: &str, problems: &mut Problems) -> &'n [Node] {
    match &node.content {
        _ if problems.is_full() => &[],
        Content::List(items) if items.len() <= MOST_ITEMS => items,
        Content::List(items) => {
            problems.add(node.at, format!("{what} has {} entries.", items.len()), format!("{MOST_ITEMS} at most."));
            &[]
        }
        _ => {
            let fix = "Write a list: [a, b], or one '- ' line for each.";
            problems.add(node.at, format!("{what} is {}.", node.describe()), fix);
            &[]
        }
    }
}
