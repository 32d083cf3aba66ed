//! Lists of texts as Python prints them: exporters write them so into their files.

use std::{iter::Peekable, str::Chars};

/// One more than a model may have; what goes on behind them is not read.
const MOST: usize = 1001;

/// The texts of a list (`['door', 'plate']`) or of a map from their numbers (`{0: 'door', 1: 'plate'}`, in any order,
/// each number once and none left out). `None`: it is neither.
pub(super) fn texts(text: &str) -> Option<Vec<String>> {
    let mut letters = text.trim().chars().peekable();
    let (is_map, end) = match letters.next()? {
        '{' => (true, '}'),
        '[' => (false, ']'),
        '(' => (false, ')'),
        _ => return None,
    };
    let mut entries = Vec::new();
    loop {
        skip_spaces(&mut letters);
        if letters.next_if_eq(&end).is_some() {
            break;
        }
        let number = if is_map { key(&mut letters)? } else { entries.len() };
        entries.push((number, quoted(&mut letters)?));
        skip_spaces(&mut letters);
        let is_last = letters.next_if_eq(&',').is_none();
        if entries.len() > MOST || (is_last && letters.peek() != Some(&end)) {
            return None;
        }
    }
    if letters.next().is_some() {
        return None;
    }
    entries.sort_by_key(|(number, _)| *number);
    let is_complete = entries.iter().enumerate().all(|(index, (number, _))| index == *number);
    is_complete.then(|| entries.into_iter().map(|(_, text)| text).collect())
}

/// A number, in quotes or not, and the colon behind it.
fn key(letters: &mut Peekable<Chars<'_>>) -> Option<usize> {
    let number: String = match letters.peek()? {
        '\'' | '"' => quoted(letters)?,
        _ => std::iter::from_fn(|| letters.next_if(char::is_ascii_digit)).collect(),
    };
    skip_spaces(letters);
    letters.next_if_eq(&':')?;
    skip_spaces(letters);
    number.parse().ok()
}

fn quoted(letters: &mut Peekable<Chars<'_>>) -> Option<String> {
    let quote = letters.next_if(|letter| matches!(letter, '\'' | '"'))?;
    let mut text = String::new();
    loop {
        match letters.next()? {
            letter if letter == quote => return Some(text),
            '\\' => text.push(escaped(letters)?),
            letter => text.push(letter),
        }
    }
}

/// The letter that an escape stands for.
fn escaped(letters: &mut Peekable<Chars<'_>>) -> Option<char> {
    let digits = match letters.next()? {
        'n' => return Some('\n'),
        't' => return Some('\t'),
        'r' => return Some('\r'),
        'x' => 2,
        'u' => 4,
        'U' => 8,
        other => return Some(other),
    };
    let code: String = letters.take(digits).collect();
    char::from_u32(u32::from_str_radix(&code, 16).ok()?)
}

fn skip_spaces(letters: &mut Peekable<Chars<'_>>) {
    while letters.next_if(|letter| letter.is_whitespace()).is_some() {}
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::map("{0: 'door open', 1: \"driver's door\"}", &["door open", "driver's door"])]
    #[case::any_order("{1: 'b', 0: 'a', 2: 'c'}", &["a", "b", "c"])]
    #[case::json("{\"0\": \"a\", \"1\": \"b\"}", &["a", "b"])]
    #[case::list("['a', 'b',]", &["a", "b"])]
    #[case::tuple("('a',)", &["a"])]
    #[case::escapes(r#"['a\'b', "\xe9\u00e8\\"]"#, &["a'b", "éè\\"])]
    #[case::nothing("{}", &[])]
    #[case::spaces(" { 0 : 'a' } ", &["a"])]
    fn lists_and_maps(#[case] text: &str, #[case] expected: &[&str]) {
        assert_eq!(texts(text).unwrap(), expected);
    }

    #[rstest]
    #[case::a_number_is_left_out("{0: 'a', 2: 'b'}")]
    #[case::a_number_stands_twice("{0: 'a', 0: 'b'}")]
    #[case::no_end("{0: 'a'")]
    #[case::no_end_of_text("{0: 'a")]
    #[case::no_comma("['a' 'b']")]
    #[case::more_behind("['a'] + x")]
    #[case::numbers("[1, 2]")]
    #[case::negative("{-1: 'a'}")]
    #[case::no_letter(r"['\ud800']")]
    #[case::cut_escape(r"['\u12")]
    #[case::a_word("person")]
    #[case::empty("")]
    fn what_is_neither_is_not_read(#[case] text: &str) {
        assert_eq!(texts(text), None);
    }
}
