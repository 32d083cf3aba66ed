//! Where a page begins, as one text that callers hand back and need not understand.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::DateTime;
use fieldproof_domain::paging::{Cursor, Direction, Position};
use uuid::Uuid;

use super::{CURSOR, QueryFields};

/// Direction, microseconds since 1970 in big-endian, id.
const LENGTH: usize = 1 + 8 + 16;

/// The text of a cursor: letters, digits, `-` and `_`.
pub(super) fn write(cursor: Cursor) -> String {
    let mut bytes = [0; LENGTH];
    bytes[0] = match cursor.direction {
        Direction::Older => b'o',
        Direction::Newer => b'n',
    };
    bytes[1..9].copy_from_slice(&cursor.from.created_at.timestamp_micros().to_be_bytes());
    bytes[9..].copy_from_slice(cursor.from.id.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The cursor that a text stands for; `None`: it was not made by [`write`].
fn read(text: &str) -> Option<Cursor> {
    let bytes: [u8; LENGTH] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
    let (direction, rest) = bytes.split_first()?;
    let (micros, id) = rest.split_first_chunk::<8>()?;
    let direction = match direction {
        b'o' => Direction::Older,
        b'n' => Direction::Newer,
        _ => return None,
    };
    let created_at = DateTime::from_timestamp_micros(i64::from_be_bytes(*micros))?;
    Some(Cursor { direction, from: Position { created_at, id: Uuid::from_slice(id).ok()? } })
}

impl QueryFields {
    /// How many entries a page is to have: 1 to `most`.
    pub(crate) fn page_limit(&mut self, most: u32, default: u32) -> u32 {
        let limits = self.numbers("limit", 1..=most);
        if limits.len() > 1 {
            self.add("limit", "'limit' is there several times: give it once.");
        }
        limits.first().copied().unwrap_or(default)
    }

    /// Where the page is to begin; `None`: with the newest.
    pub(crate) fn cursor(&mut self) -> Option<Cursor> {
        let text = self.text(CURSOR)?;
        let cursor = read(&text);
        if cursor.is_none() {
            self.add(CURSOR, "This is no cursor: follow 'next' and 'previous' as they are, or leave it out.");
        }
        cursor
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(newer in any::<bool>(), micros in -9_000_000_000_000_000_i64..9_000_000_000_000_000, id in any::<u128>()) {
            let created_at = DateTime::from_timestamp_micros(micros).unwrap();
            let direction = if newer { Direction::Newer } else { Direction::Older };
            let cursor = Cursor { direction, from: Position { created_at, id: Uuid::from_u128(id) } };
            let text = write(cursor);
            prop_assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')));
            prop_assert_eq!(read(&text), Some(cursor));
        }

        #[test]
        fn anything_else_is_refused_or_stands_for_itself(text in "\\PC{0,40}|[A-Za-z0-9_-]{34}", bytes in any::<[u8; LENGTH]>()) {
            for text in [text, URL_SAFE_NO_PAD.encode(bytes)] {
                if let Some(cursor) = read(&text) {
                    prop_assert_eq!(write(cursor), text);
                }
            }
        }
    }
}
