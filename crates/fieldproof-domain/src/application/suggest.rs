//! "Did you mean ...?": the closest of the words that would have been right.

/// Longer words are not compared: nobody mistypes 64 characters, and the distance costs their product.
const LONGEST: usize = 64;

/// The candidate closest to `word`, if one is close enough to be what was meant.
pub fn closest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let typed: Vec<char> = word.chars().flat_map(char::to_lowercase).take(LONGEST + 1).collect();
    if typed.len() > LONGEST {
        return None;
    }
    let allowed = (typed.len() / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST)
        .map(|candidate| (distance(&typed, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// ` Did you mean 'x'?`-style sentence, or the list of what is possible, or `otherwise`.
pub(crate) fn did_you_mean<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str> + Clone,
    otherwise: &str,
) -> String {
    if let Some(found) = closest(word, candidates.clone()) {
        return format!("Did you mean '{found}'?");
    }
    let all: Vec<&str> = candidates.into_iter().take(13).collect();
    match all.len() {
        0 => otherwise.to_owned(),
        1..=12 => format!("Use one of: {}.", all.join(", ")),
        _ => otherwise.to_owned(),
    }
}

/// Edit distance where two swapped neighbours count once (`lable`), case ignored.
fn distance(typed: &[char], candidate: &str) -> usize {
    let other: Vec<char> = candidate.chars().flat_map(char::to_lowercase).collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in typed.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let at = |row: &[usize], k: usize| row.get(k).copied().unwrap_or(usize::MAX - 1);
            let mut best = (at(&last, j) + usize::from(a != b)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && typed.get(i - 1) == Some(b) && other.get(j - 1) == Some(a);
            if swapped {
                best = best.min(at(&before_last, j - 1) + 1);
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant_and_only_that() {
        let keys = ["label", "labels", "name", "value", "outcome_validation", "Boolean"];
        for (word, expected) in [
            ("lable", Some("label")),
            ("Name", Some("name")),
            ("boolean", Some("Boolean")),
            ("outcome_validations", Some("outcome_validation")),
            ("outcomevalidation", Some("outcome_validation")),
            ("vlaue", Some("value")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(closest(word, keys), expected, "{word}");
        }
        assert_eq!(closest(&"x".repeat(5000), keys), None);
    }

    #[test]
    fn lists_the_words_when_none_is_close() {
        assert_eq!(did_you_mean("purple", ["off", "error"], "-"), "Use one of: off, error.");
        assert_eq!(did_you_mean("purple", [], "None is declared."), "None is declared.");
    }
}
