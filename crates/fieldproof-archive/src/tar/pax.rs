//! The additional header of POSIX: records that say more of the entry that follows.
//!
//! The library's own reader takes a line break for the end of a record. Here a record ends where its length says, since
//! values can hold any bytes.

/// What a header says that matters here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pax {
    pub(super) path: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
    /// The entry is packed without its zeros.
    pub(super) sparse: bool,
}

impl Pax {
    /// Reads the records in `bytes`; `None` if they are not in order. A later record of a name stands.
    pub(super) fn read(mut bytes: &[u8]) -> Option<Self> {
        let mut pax = Self::default();
        while !bytes.is_empty() {
            let (record, rest) = split_record(bytes)?;
            bytes = rest;
            let equals = record.iter().position(|&byte| byte == b'=')?;
            let (key, value) = (record.get(..equals)?, record.get(equals + 1..)?);
            match key {
                // An empty value takes back what was said before.
                b"path" => pax.path = Some(value.to_vec()).filter(|path| !path.is_empty()),
                b"size" if value.is_empty() => pax.size = None,
                b"size" => pax.size = Some(number(value)?),
                // The name that the file has; `path` then is made up.
                b"GNU.sparse.name" => (pax.path, pax.sparse) = (Some(value.to_vec()), true),
                _ => pax.sparse |= key.starts_with(b"GNU.sparse."),
            }
        }
        Some(pax)
    }
}

/// The first record, `key=value`, of `length key=value\n`, whose length counts all of it.
fn split_record(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let space = bytes.iter().position(|&byte| byte == b' ')?;
    let length = usize::try_from(number(bytes.get(..space)?)?).ok()?;
    let (record, rest) = bytes.split_at_checked(length)?;
    Some((record.get(space + 1..)?.strip_suffix(b"\n")?, rest))
}

fn number(digits: &[u8]) -> Option<u64> {
    // The standard parser would take a sign.
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn read(records: &[u8]) -> Option<(Option<String>, Option<u64>, bool)> {
        let pax = Pax::read(records)?;
        Some((pax.path.map(|path| String::from_utf8(path).unwrap()), pax.size, pax.sparse))
    }

    #[rstest]
    #[case::nothing(b"", (None, None, false))]
    #[case::path(b"10 path=a\n", (Some("a"), None, false))]
    #[case::size(b"10 size=7\n", (None, Some(7), false))]
    #[case::both(b"10 path=a\n10 size=7\n", (Some("a"), Some(7), false))]
    #[case::others_are_passed_over(b"20 atime=1234567890\n10 path=a\n", (Some("a"), None, false))]
    #[case::line_break_in_a_value(b"14 comment=\n1\n10 path=a\n", (Some("a"), None, false))]
    #[case::equals_in_a_value(b"12 path=a=b\n", (Some("a=b"), None, false))]
    #[case::later_stands(b"10 path=a\n10 path=b\n", (Some("b"), None, false))]
    #[case::taken_back(b"10 path=a\n8 path=\n", (None, None, false))]
    #[case::sparse(b"22 GNU.sparse.major=1\n21 GNU.sparse.name=a\n", (Some("a"), None, true))]
    fn records(#[case] bytes: &[u8], #[case] expected: (Option<&str>, Option<u64>, bool)) {
        let (path, size, sparse) = expected;
        assert_eq!(read(bytes), Some((path.map(str::to_owned), size, sparse)));
    }

    #[rstest]
    #[case::no_length(b"path=a\n")]
    #[case::too_short(b"8 path=a\n")]
    #[case::too_long(b"99 path=a\n")]
    #[case::zero(b"0 path=a\n")]
    #[case::shorter_than_itself(b"1 path=a\n")]
    #[case::signed(b"+10 path=a\n")]
    #[case::huge(b"99999999999999999999999 path=a\n")]
    #[case::no_equals(b"8 patha\n")]
    #[case::size_is_no_number(b"10 size=x\n")]
    #[case::negative_size(b"11 size=-1\n")]
    #[case::empty_length(b" path=a\n")]
    fn broken_records(#[case] bytes: &[u8]) {
        assert_eq!(read(bytes), None);
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(prop::sample::select(&b"0129 =\npathsize"[..]), 0..40)) {
            Pax::read(&bytes);
        }
    }
}
