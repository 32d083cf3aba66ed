//! Names from an archive as they can be shown to a person.

use std::fmt::Write;

/// Longest name that is shown, in characters.
const MAX: usize = 200;

/// `name` on one line and in bounds: control characters and those that change the direction of writing as `\u{..}`,
/// bytes that are no UTF-8 as `\x..`, and what is too long cut with an ellipsis.
pub(crate) fn shown(name: &[u8]) -> String {
    let mut text = String::new();
    let mut length = 0;
    for chunk in name.utf8_chunks() {
        let characters = chunk.valid().chars().map(Piece::Character);
        for piece in characters.chain(chunk.invalid().iter().copied().map(Piece::Byte)) {
            if length == MAX {
                text.push('…');
                return text;
            }
            length += 1;
            piece.write(&mut text);
        }
    }
    text
}

enum Piece {
    Character(char),
    Byte(u8),
}

impl Piece {
    fn write(self, text: &mut String) {
        match self {
            Self::Character(c) if c.is_control() || is_deceptive(c) => text.extend(c.escape_unicode()),
            Self::Character(c) => text.push(c),
            // Writing to a string cannot fail.
            Self::Byte(byte) => _ = write!(text, "\\x{byte:02x}"),
        }
    }
}

/// Invisible, a line of its own, or makes a name read backwards.
fn is_deceptive(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::plain(b"WO 12/pose.jpg", "WO 12/pose.jpg")]
    #[case::accents("Réseau/à-côté.jpg".as_bytes(), "Réseau/à-côté.jpg")]
    #[case::control(b"a\0b\n\x1b[31m\x7f", "a\\u{0}b\\u{a}\\u{1b}[31m\\u{7f}")]
    #[case::backwards("gpj.\u{202E}exe".as_bytes(), "gpj.\\u{202e}exe")]
    #[case::not_utf8(b"caf\xe9.jpg", "caf\\xe9.jpg")]
    #[case::cut_character(b"caf\xc3", "caf\\xc3")]
    #[case::empty(b"", "")]
    fn names(#[case] name: &[u8], #[case] expected: &str) {
        assert_eq!(shown(name), expected);
    }

    #[test]
    fn long_names_are_cut() {
        let text = shown("é".repeat(60_000).as_bytes());
        assert_eq!(text.chars().count(), MAX + 1);
        assert!(text.ends_with("é…"));
        assert_eq!(shown("é".repeat(MAX).as_bytes()), "é".repeat(MAX));
    }
}
