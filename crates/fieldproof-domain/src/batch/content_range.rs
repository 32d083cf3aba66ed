//! `Content-Range` of an upload's request: which bytes of the archive its body is (contract section 4.3).

/// As much of a header as an error repeats, in characters.
const SHOWN: usize = 64;
/// How the header is written, for whoever wrote it otherwise.
const FORMS: &str =
    "write 'bytes 0-524287/6000000', 'bytes 0-524287/*', 'bytes */6000000' or 'bytes */*', or leave it out";
/// Positions are kept as signed numbers of 64 bits.
const MOST: u64 = i64::MAX as u64;

/// What a request says of its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentRange {
    /// No header: the body is the whole archive.
    Whole,
    /// `bytes first-last/total` or `bytes first-last/*`; both positions count from 0 and are part of it, and `last` lies
    /// before `total`.
    Part {
        /// Position of the body's first byte.
        first: u64,
        /// Position of its last byte.
        last: u64,
        /// Size of the whole archive.
        total: Option<u64>,
    },
    /// `bytes */total` or `bytes */*`: there is no body; what is held is asked for.
    Ask {
        /// Size of the whole archive.
        total: Option<u64>,
    },
}

impl ContentRange {
    /// Reads the header's value; `None`: there is no such header.
    ///
    /// # Errors
    /// A sentence for whoever sent it.
    pub fn read(header: Option<&str>) -> Result<Self, String> {
        let Some(text) = header else { return Ok(Self::Whole) };
        read(text).map_err(|reason| {
            let shown: String = text.chars().filter(|c| !c.is_control()).take(SHOWN).collect();
            format!("The Content-Range '{shown}' cannot be used: {reason}; {FORMS}.")
        })
    }

    /// Size of the whole archive, where it is said.
    pub fn total(self) -> Option<u64> {
        match self {
            Self::Whole => None,
            Self::Part { total, .. } | Self::Ask { total } => total,
        }
    }
}

fn read(text: &str) -> Result<ContentRange, &'static str> {
    let (unit, rest) = text.trim().split_once([' ', '\t']).ok_or("it is no unit with a range behind it")?;
    if !unit.eq_ignore_ascii_case("bytes") {
        return Err("its unit is not bytes");
    }
    let (range, total) = rest.split_once('/').ok_or("it lacks the '/' before the size of the archive")?;
    let total = match total.trim() {
        "*" => None,
        digits => Some(number(digits)?),
    };
    let range = range.trim();
    if range == "*" {
        return Ok(ContentRange::Ask { total });
    }
    let (first, last) = range.split_once('-').ok_or("it lacks the '-' between two positions")?;
    let (first, last) = (number(first)?, number(last)?);
    if last < first {
        return Err("its last byte lies before its first");
    }
    if total.is_some_and(|total| last >= total) {
        return Err("its last byte lies behind the end of the archive (positions count from 0)");
    }
    Ok(ContentRange::Part { first, last, total })
}

/// Digits only: `parse` alone would take a sign.
fn number(text: &str) -> Result<u64, &'static str> {
    let text = text.trim();
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("a position or size in it is no number");
    }
    text.parse().ok().filter(|number| *number <= MOST).ok_or("a number in it is too large")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn part(first: u64, last: u64, total: Option<u64>) -> ContentRange {
        ContentRange::Part { first, last, total }
    }

    #[test]
    fn every_form() {
        for (text, expected) in [
            (None, ContentRange::Whole),
            (Some("bytes 0-524287/6000000"), part(0, 524_287, Some(6_000_000))),
            (Some("bytes 524288-524288/524289"), part(524_288, 524_288, Some(524_289))),
            (Some("bytes 0-0/*"), part(0, 0, None)),
            (Some("bytes */6000000"), ContentRange::Ask { total: Some(6_000_000) }),
            (Some("bytes */0"), ContentRange::Ask { total: Some(0) }),
            (Some("bytes */*"), ContentRange::Ask { total: None }),
            (Some("Bytes  007-08 / 0010 "), part(7, 8, Some(10))),
            (Some(" bytes\t*/9223372036854775807"), ContentRange::Ask { total: Some(MOST) }),
        ] {
            assert_eq!(ContentRange::read(text), Ok(expected), "{text:?}");
        }
    }

    #[test]
    fn malformed_ones_are_told_why() {
        for (text, reason) in [
            ("", "no unit"),
            ("bytes", "no unit"),
            ("0-9/10", "no unit"),
            ("bytes=0-9/10", "no unit"),
            ("items 0-9/10", "unit is not bytes"),
            ("bytes 0-9", "lacks the '/'"),
            ("bytes 09/10", "lacks the '-'"),
            ("bytes /10", "lacks the '-'"),
            ("bytes -/10", "no number"),
            ("bytes 0-/10", "no number"),
            ("bytes -9/10", "no number"),
            ("bytes 0--9/10", "no number"),
            ("bytes +0-9/10", "no number"),
            ("bytes 0-9/", "no number"),
            ("bytes 0-9/10/11", "no number"),
            ("bytes 0-9/ten", "no number"),
            ("bytes 0x0-0x9/10", "no number"),
            ("bytes */-1", "no number"),
            ("bytes **/10", "lacks the '-'"),
            ("bytes 0-9, 20-29/30", "no number"),
            ("bytes 9-0/10", "before its first"),
            ("bytes 0-10/10", "behind the end"),
            ("bytes 0-0/0", "behind the end"),
            ("bytes 0-9223372036854775808/*", "too large"),
            ("bytes */99999999999999999999999", "too large"),
        ] {
            let error = ContentRange::read(Some(text)).unwrap_err();
            assert!(error.contains(reason) && error.ends_with('.'), "{text}: {error}");
        }
        let long = ContentRange::read(Some(&"x".repeat(10_000))).unwrap_err();
        assert!(long.len() < 400, "{long}");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = ContentRange::read(Some(&text));
        }

        #[test]
        fn what_is_written_is_read(first in 0..MOST, length in 1..1_000_000_u64, more in 0..1_000_000_u64) {
            prop_assume!(first <= MOST - length - more);
            let last = first + length - 1;
            let total = last + 1 + more;
            let read = ContentRange::read(Some(&format!("bytes {first}-{last}/{total}")));
            prop_assert_eq!(read, Ok(part(first, last, Some(total))));
        }
    }
}
