//! A look at an expression's characters before the parser sees it.
//!
//! The CEL parser descends once for every bracket and every `?`, and its own limit on that is not enforced (cel 0.15):
//! a line of brackets would overflow the stack, which nothing can catch. So the depth is bounded here, which takes
//! telling texts and comments from the rest exactly as the parser's lexer does. `parse` gives it a stack that lasts
//! for this depth.

use super::parse::Wrong;

/// Deepest nesting of brackets and `? :`.
pub(super) const DEEPEST: usize = 24;

/// Refuses what the parser could not survive.
pub(super) fn check(source: &str) -> Result<(), Wrong> {
    let letters: Vec<char> = source.chars().collect();
    let mut scan = Scan { letters: &letters, at: 0 };
    let (mut brackets, mut choices, mut word) = (0_usize, 0_usize, String::new());
    while let Some(letter) = scan.peek(0) {
        match letter {
            '(' | '[' | '{' => brackets += 1,
            ')' | ']' | '}' => brackets = brackets.saturating_sub(1),
            '?' => choices += 1,
            '/' if scan.peek(1) == Some('/') => scan.comment(),
            '\'' | '"' => scan.text(is_raw(&word))?,
            _ => {}
        }
        if brackets + choices > DEEPEST {
            let message = format!("The expression nests more than {DEEPEST} brackets and '? :'.");
            return Err(scan.wrong(message, "Split the task in two."));
        }
        if letter.is_ascii_alphanumeric() || letter == '_' {
            word.push(letter);
        } else {
            word.clear();
        }
        scan.at += 1;
    }
    Ok(())
}

/// Whether a text after this word is raw: `r'\d'`.
fn is_raw(word: &str) -> bool {
    word.len() <= 2 && word.contains(['r', 'R']) && word.chars().all(|letter| "rRbB".contains(letter))
}

struct Scan<'s> {
    letters: &'s [char],
    at: usize,
}

impl Scan<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.letters.get(self.at + ahead).copied()
    }

    /// Goes to the last character before the line's end.
    fn comment(&mut self) {
        while self.peek(1).is_some_and(|next| next != '\n') {
            self.at += 1;
        }
    }

    /// Goes from the first quote of a text to its last.
    fn text(&mut self, raw: bool) -> Result<(), Wrong> {
        let start = self.at;
        let unclosed = |scan: &mut Self| {
            scan.at = start;
            scan.wrong("A text is not closed.".to_owned(), "Put the same quote at its end.")
        };
        let Some(quote) = self.peek(0) else { return Ok(()) };
        let long = self.peek(1) == Some(quote) && self.peek(2) == Some(quote);
        self.at += if long { 3 } else { 1 };
        loop {
            match self.peek(0) {
                None => return Err(unclosed(self)),
                Some('\n' | '\r') if !long => return Err(unclosed(self)),
                Some('\\') if !raw => self.escape()?,
                Some(letter) if letter == quote && !long => return Ok(()),
                Some(letter) if letter == quote && self.peek(1) == Some(quote) && self.peek(2) == Some(quote) => {
                    self.at += 2;
                    return Ok(());
                }
                Some(_) => self.at += 1,
            }
        }
    }

    /// Goes behind an escape.
    fn escape(&mut self) -> Result<(), Wrong> {
        let is_hex = |letter: char| letter.is_ascii_hexdigit();
        let is_octal = |letter: char| ('0'..='7').contains(&letter);
        let (digits, is_digit): (usize, fn(char) -> bool) = match self.peek(1) {
            Some('a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | '\\' | '?' | '\'' | '"' | '`') => (0, is_hex),
            Some('x' | 'X') => (2, is_hex),
            Some('u') => (4, is_hex),
            Some('U') => (8, is_hex),
            Some('0'..='3') => (2, is_octal),
            _ => return Err(self.bad_escape()),
        };
        if (0..digits).any(|digit| !self.peek(2 + digit).is_some_and(is_digit)) {
            return Err(self.bad_escape());
        }
        self.at += 2 + digits;
        Ok(())
    }

    fn bad_escape(&self) -> Wrong {
        let fix = "Write '\\\\' for a backslash, or r'...' for a text in which it means itself.";
        self.wrong("A backslash is followed by nothing it can escape.".to_owned(), fix)
    }

    fn wrong(&self, message: String, fix: &str) -> Wrong {
        let before = self.letters.get(..self.at).unwrap_or_default();
        let line = before.iter().filter(|letter| **letter == '\n').count() + 1;
        let column = before.iter().rev().take_while(|letter| **letter != '\n').count() + 1;
        Wrong::new((line as u32, column as u32), message, fix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_texts_and_comments_do_not_nest() {
        let many = "(".repeat(100);
        for source in [
            format!("'{many}'"),
            format!("\"{many}\" + '''{many}' '''"),
            format!("r'\\' + b'{many}'"),
            format!("1 // {many}\n + 1"),
            format!("'\\'{many}' == '\\x41\\u00e9\\U0001F600\\101'"),
            "(1) + [2] ".repeat(100),
        ] {
            assert!(check(&source).is_ok(), "{source}");
        }
    }

    #[test]
    fn whatever_the_parser_would_descend_into_is_counted() {
        let many = "(".repeat(100);
        for (source, place) in [
            (many.clone(), (1, 25)),
            (format!("'' {many}"), (1, 28)),
            (format!("// '\n{many}"), (2, 25)),
            (format!("r'\\'{many}'"), (1, 29)),
            (format!("xr'a'{many}"), (1, 30)),
            ("true ? 1 : ".repeat(30), (1, 270)),
            (format!("'\\q{many}'"), (1, 2)),
            (format!("'\\u00'{many}"), (1, 2)),
            (format!("'{many}"), (1, 1)),
            (format!("'{many}\n'"), (1, 1)),
        ] {
            let wrong = check(&source).expect_err(&source);
            assert_eq!(wrong.at, place, "{source}: {}", wrong.message);
        }
    }
}
