//! What to do with a request of a resumable upload: a pure decision over what is held and what the request says
//! (contract section 4.3, after Google's protocol).

use super::ContentRange;

/// What is held of an archive: its first `bytes`, without a hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// How many.
    pub bytes: u64,
    /// Size of the whole archive, once a request has said it.
    pub total: Option<u64>,
    /// Whether the archive was complete before; `total` is its size then.
    pub is_complete: bool,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Say what is held.
    Report,
    /// The archive is complete, now or since before; of a body nothing is needed.
    Complete,
    /// Take from the body what is not held yet.
    Receive(Receive),
}

/// A body to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receive {
    /// Position of its first byte in the archive.
    pub first: u64,
    /// Position behind its last byte; `None`: the archive ends where the body ends.
    pub end: Option<u64>,
    /// Largest size of an archive.
    pub limit: u64,
}

/// Why a request cannot be followed. Its text is for the sender; sizes and positions are bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Bytes between what is held and the body are missing.
    #[error("The bytes from {held} to {} are missing: go on at byte {held}.", .first.saturating_sub(1))]
    Gap {
        /// Bytes held.
        held: u64,
        /// Position of the body's first byte.
        first: u64,
    },
    /// Another size of the archive than a request before has said.
    #[error("The archive has {before} bytes by an earlier request and {said} by this one: both must say the same.")]
    OtherTotal {
        /// By this request.
        said: u64,
        /// By an earlier one.
        before: u64,
    },
    /// A size of the archive below what is held of it.
    #[error("{held} bytes of the archive are held already, so it cannot have {said}.")]
    TotalBelowHeld {
        /// By this request.
        said: u64,
        /// Bytes held.
        held: u64,
    },
    /// A range behind the end of the archive.
    #[error("The Content-Range reaches behind the end of the archive, which has {total} bytes.")]
    BehindTotal {
        /// Size of the archive.
        total: u64,
    },
    /// More body than the range has bytes.
    #[error("The body is longer than its Content-Range, which has {range} bytes: nothing behind them was taken.")]
    LongerThanRange {
        /// Bytes of the range.
        range: u64,
    },
    /// A body where there must be none.
    #[error("A request with 'Content-Range: bytes */…' asks what is held and has no body: send 'Content-Length: 0'.")]
    UnwantedBody,
    /// An archive without a byte.
    #[error(
        "The archive is empty: it has at least one byte. To ask what is held, send 'Content-Range: bytes */*' and no body."
    )]
    Empty,
    /// An archive larger than this server takes.
    #[error("The archive is too large: this server takes {limit} bytes at most.")]
    OverLimit {
        /// What it takes.
        limit: u64,
    },
}

/// Decides about a request. `length` is that of its body, where it is announced; `limit` the largest size of an archive.
///
/// # Errors
/// [`Refusal`]: nothing of the body is taken.
pub fn decide(held: Held, limit: u64, range: ContentRange, length: Option<u64>) -> Result<Decision, Refusal> {
    let said = match range {
        ContentRange::Whole => length,
        _ => range.total(),
    };
    if let Some(said) = said {
        agree(held, limit, said)?;
    }
    let total = held.total.or(said);
    match range {
        ContentRange::Ask { .. } if length.is_some_and(|length| length > 0) => return Err(Refusal::UnwantedBody),
        ContentRange::Ask { .. } if !held.is_complete && total != Some(held.bytes) => return Ok(Decision::Report),
        ContentRange::Ask { .. } => {}
        ContentRange::Whole => {}
        ContentRange::Part { first, last, .. } => {
            if let Some(total) = total.filter(|total| last >= *total) {
                return Err(Refusal::BehindTotal { total });
            }
            if last >= limit {
                return Err(Refusal::OverLimit { limit });
            }
            let range = last - first + 1;
            if length.is_some_and(|length| length > range) {
                return Err(Refusal::LongerThanRange { range });
            }
            if first > held.bytes {
                return Err(Refusal::Gap { held: held.bytes, first });
            }
        }
    }
    Ok(match range {
        _ if held.is_complete => Decision::Complete,
        ContentRange::Ask { .. } => Decision::Complete,
        ContentRange::Whole => Decision::Receive(Receive { first: 0, end: total, limit }),
        ContentRange::Part { first, last, .. } => Decision::Receive(Receive { first, end: Some(last + 1), limit }),
    })
}

/// Whether a size of the archive agrees with what is known.
fn agree(held: Held, limit: u64, said: u64) -> Result<(), Refusal> {
    if said == 0 {
        return Err(Refusal::Empty);
    }
    if let Some(before) = held.total.filter(|before| *before != said) {
        return Err(Refusal::OtherTotal { said, before });
    }
    if said > limit && !held.is_complete {
        return Err(Refusal::OverLimit { limit });
    }
    if said < held.bytes {
        return Err(Refusal::TotalBelowHeld { said, held: held.bytes });
    }
    Ok(())
}

impl Receive {
    /// How many more bytes of the body can be taken when its next one has position `at`.
    pub fn room(&self, at: u64) -> u64 {
        self.end.unwrap_or(self.limit).saturating_sub(at)
    }

    /// What a body with more bytes than there is room for is told.
    pub fn overrun(&self) -> Refusal {
        match self.end {
            Some(end) => Refusal::LongerThanRange { range: end - self.first },
            None => Refusal::OverLimit { limit: self.limit },
        }
    }
}

/// How many of a piece's first bytes are held already, when the piece has `length` bytes and begins at position `at`;
/// `None`: there would be a hole before it.
pub fn already_held(held: u64, at: u64, length: usize) -> Option<usize> {
    let before = held.checked_sub(at)?;
    Some(usize::try_from(before).map_or(length, |before| before.min(length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: u64 = 1000;

    fn held(bytes: u64, total: Option<u64>) -> Held {
        Held { bytes, total, is_complete: false }
    }

    fn complete(bytes: u64) -> Held {
        Held { bytes, total: Some(bytes), is_complete: true }
    }

    fn receive(first: u64, end: impl Into<Option<u64>>) -> Result<Decision, Refusal> {
        Ok(Decision::Receive(Receive { first, end: end.into(), limit: LIMIT }))
    }

    fn decided(held: Held, range: &str, length: impl Into<Option<u64>>) -> Result<Decision, Refusal> {
        let range = ContentRange::read(Some(range).filter(|range| !range.is_empty())).unwrap();
        decide(held, LIMIT, range, length.into())
    }

    #[test]
    fn asking() {
        assert_eq!(decided(held(0, None), "bytes */*", 0), Ok(Decision::Report));
        assert_eq!(decided(held(0, None), "bytes */10", 0), Ok(Decision::Report));
        assert_eq!(decided(held(5, Some(10)), "bytes */10", None), Ok(Decision::Report));
        assert_eq!(decided(held(5, Some(10)), "bytes */*", 0), Ok(Decision::Report));
        // The last byte is there, and only now it is known that it is the last.
        assert_eq!(decided(held(5, None), "bytes */5", 0), Ok(Decision::Complete));
        assert_eq!(decided(held(5, Some(5)), "bytes */*", 0), Ok(Decision::Complete));
        assert_eq!(decided(complete(5), "bytes */5", 0), Ok(Decision::Complete));
        assert_eq!(decided(complete(5), "bytes */*", 0), Ok(Decision::Complete));

        assert_eq!(decided(held(5, Some(10)), "bytes */10", 1), Err(Refusal::UnwantedBody));
        assert_eq!(decided(held(5, None), "bytes */4", 0), Err(Refusal::TotalBelowHeld { said: 4, held: 5 }));
        assert_eq!(decided(held(5, Some(10)), "bytes */11", 0), Err(Refusal::OtherTotal { said: 11, before: 10 }));
        assert_eq!(decided(complete(5), "bytes */6", 0), Err(Refusal::OtherTotal { said: 6, before: 5 }));
        assert_eq!(decided(held(0, None), "bytes */1001", 0), Err(Refusal::OverLimit { limit: LIMIT }));
        assert_eq!(decided(held(0, None), "bytes */0", 0), Err(Refusal::Empty));
    }

    #[test]
    fn parts() {
        assert_eq!(decided(held(0, None), "bytes 0-4/10", 5), receive(0, 5));
        assert_eq!(decided(held(5, Some(10)), "bytes 5-9/10", None), receive(5, 10));
        assert_eq!(decided(held(5, Some(10)), "bytes 5-9/*", 5), receive(5, 10));
        assert_eq!(decided(held(5, None), "bytes 5-9/*", 5), receive(5, 10));
        // What is held already comes again, in part or all of it.
        assert_eq!(decided(held(5, Some(10)), "bytes 3-9/10", 7), receive(3, 10));
        assert_eq!(decided(held(5, Some(10)), "bytes 0-1/10", 2), receive(0, 2));
        // A body that will be shorter than its range brings what it brings.
        assert_eq!(decided(held(5, Some(10)), "bytes 5-9/10", 2), receive(5, 10));
        assert_eq!(decided(complete(10), "bytes 3-9/10", 7), Ok(Decision::Complete));
        assert_eq!(decided(complete(10), "bytes 0-4/*", 5), Ok(Decision::Complete));

        assert_eq!(decided(held(5, Some(10)), "bytes 6-9/10", 4), Err(Refusal::Gap { held: 5, first: 6 }));
        assert_eq!(decided(held(0, None), "bytes 1-9/*", 9), Err(Refusal::Gap { held: 0, first: 1 }));
        assert_eq!(decided(held(5, Some(10)), "bytes 5-9/11", 5), Err(Refusal::OtherTotal { said: 11, before: 10 }));
        assert_eq!(decided(held(5, None), "bytes 1-2/4", 2), Err(Refusal::TotalBelowHeld { said: 4, held: 5 }));
        assert_eq!(decided(held(5, Some(10)), "bytes 5-10/*", 6), Err(Refusal::BehindTotal { total: 10 }));
        assert_eq!(decided(complete(10), "bytes 5-10/*", 6), Err(Refusal::BehindTotal { total: 10 }));
        assert_eq!(decided(held(0, None), "bytes 0-4/10", 6), Err(Refusal::LongerThanRange { range: 5 }));
        assert_eq!(decided(held(0, None), "bytes 0-4/1001", 5), Err(Refusal::OverLimit { limit: LIMIT }));
        assert_eq!(decided(held(1000, None), "bytes 1000-1000/*", 1), Err(Refusal::OverLimit { limit: LIMIT }));
    }

    #[test]
    fn the_whole_at_once() {
        assert_eq!(decided(held(0, None), "", 10), receive(0, 10));
        assert_eq!(decided(held(0, None), "", None), receive(0, None));
        assert_eq!(decided(held(4, Some(10)), "", None), receive(0, 10));
        assert_eq!(decided(complete(10), "", 10), Ok(Decision::Complete));
        assert_eq!(decided(complete(10), "", None), Ok(Decision::Complete));

        assert_eq!(decided(held(0, None), "", 0), Err(Refusal::Empty));
        assert_eq!(decided(held(0, None), "", 1001), Err(Refusal::OverLimit { limit: LIMIT }));
        assert_eq!(decided(held(4, Some(10)), "", 9), Err(Refusal::OtherTotal { said: 9, before: 10 }));
        assert_eq!(decided(held(4, None), "", 3), Err(Refusal::TotalBelowHeld { said: 3, held: 4 }));
    }

    #[test]
    fn an_archive_from_before_a_lower_limit_stays_complete() {
        assert_eq!(decided(complete(2000), "bytes */2000", 0), Ok(Decision::Complete));
    }

    #[test]
    fn bodies_end_where_their_room_does() {
        let part = Receive { first: 3, end: Some(10), limit: LIMIT };
        assert_eq!((part.room(3), part.room(10), part.room(11)), (7, 0, 0));
        assert_eq!(part.overrun(), Refusal::LongerThanRange { range: 7 });
        let whole = Receive { first: 0, end: None, limit: LIMIT };
        assert_eq!((whole.room(0), whole.room(1000)), (1000, 0));
        assert_eq!(whole.overrun(), Refusal::OverLimit { limit: LIMIT });
    }

    #[test]
    fn pieces_lose_what_is_held() {
        for (held, at, length, expected) in [
            (0, 0, 4, Some(0)),
            (4, 4, 4, Some(0)),
            (5, 4, 4, Some(1)),
            (8, 4, 4, Some(4)),
            (900, 4, 4, Some(4)),
            (3, 4, 4, None),
            (u64::MAX, 0, 4, Some(4)),
        ] {
            assert_eq!(already_held(held, at, length), expected, "{held} {at} {length}");
        }
    }
}
