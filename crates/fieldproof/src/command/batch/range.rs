//! Which bytes go next: the arithmetic of the resumable protocol (contract section 4.3).

/// A piece of an archive: bytes `first..end` of `total`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    /// Position of its first byte.
    pub(super) first: u64,
    /// Position behind its last byte; above `first`.
    pub(super) end: u64,
    /// Size of the archive.
    pub(super) total: u64,
}

impl Chunk {
    /// The chunk of at most `size` bytes that comes when the server holds `held` bytes; `None`: it holds all of them.
    pub(super) fn after(held: u64, size: u64, total: u64) -> Option<Self> {
        (held < total).then(|| Self { first: held, end: held.saturating_add(size).min(total), total })
    }

    /// Bytes in it.
    pub(super) fn bytes(self) -> u64 {
        self.end - self.first
    }

    /// Whether nothing comes after it.
    pub(super) fn is_last(self) -> bool {
        self.end == self.total
    }

    /// `Content-Range`.
    pub(super) fn content_range(self) -> String {
        format!("bytes {}-{}/{}", self.first, self.end.saturating_sub(1), self.total)
    }
}

/// How many bytes a server holds by its `Range`, such as `bytes=0-524287`; without one it holds none.
///
/// # Errors
/// What was sent instead.
pub(super) fn held(range: Option<&str>) -> Result<u64, String> {
    let Some(text) = range else { return Ok(0) };
    let last = text.trim().strip_prefix("bytes").map(|rest| rest.trim_start_matches(['=', ' '])).and_then(|rest| {
        let (first, last) = rest.split_once('-')?;
        let last = last.split('/').next()?;
        (first.trim() == "0").then(|| last.trim().parse::<u64>().ok())?
    });
    last.and_then(|last| last.checked_add(1)).ok_or_else(|| format!("the server holds '{text}', which is no beginning"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read() {
        for (text, expected) in [
            (None, Some(0)),
            (Some("bytes=0-0"), Some(1)),
            (Some("bytes=0-524287"), Some(524_288)),
            (Some(" bytes 0-9/10"), Some(10)),
            (Some("bytes=1-9"), None),
            (Some("bytes=0-"), None),
            (Some("bytes=-9"), None),
            (Some("bytes=0-9,20-29"), None),
            (Some("0-9"), None),
            (Some("bytes=0-18446744073709551615"), None),
            (Some(""), None),
        ] {
            assert_eq!(held(text).ok(), expected, "{text:?}");
        }
    }

    #[test]
    fn chunks_follow_one_another_to_the_end() {
        let (size, total) = (4, 10);
        let ranges: Vec<_> =
            std::iter::successors(Chunk::after(0, size, total), |chunk| Chunk::after(chunk.end, size, total))
                .map(|chunk| (chunk.content_range(), chunk.bytes(), chunk.is_last()))
                .collect();
        let expected = [("bytes 0-3/10", 4, false), ("bytes 4-7/10", 4, false), ("bytes 8-9/10", 2, true)];
        assert_eq!(ranges, expected.map(|(range, bytes, last)| (range.to_owned(), bytes, last)));
        assert_eq!(Chunk::after(3, 100, 10), Some(Chunk { first: 3, end: 10, total: 10 }), "wherever it was cut");
        assert_eq!(Chunk::after(10, 4, 10), None);
        assert_eq!(Chunk::after(0, u64::MAX, u64::MAX).map(Chunk::bytes), Some(u64::MAX));
    }
}
