//! A resumable upload by the domain's decisions alone: whatever order pieces come in, what is held is the archive's
//! beginning.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use fieldproof_domain::batch::{ContentRange, Decision, Held, already_held, decide};
use proptest::prelude::*;

const LIMIT: u64 = 1000;

/// A sender's next step; positions and lengths are taken modulo what the archive allows.
#[derive(Clone, Debug)]
enum Step {
    Ask {
        says_total: bool,
    },
    /// A range of the archive, whose body may break off early and comes in pieces.
    Part {
        first: u64,
        length: u64,
        comes: u64,
        piece: usize,
        says_total: bool,
        is_announced: bool,
    },
    Whole {
        comes: u64,
        piece: usize,
        is_announced: bool,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let part = (any::<u64>(), 1..200_u64, any::<u64>(), 1..50_usize, any::<bool>(), any::<bool>()).prop_map(
        |(first, length, comes, piece, says_total, is_announced)| Step::Part {
            first,
            length,
            comes,
            piece,
            says_total,
            is_announced,
        },
    );
    let whole = (any::<u64>(), 1..50_usize, any::<bool>()).prop_map(|(comes, piece, is_announced)| Step::Whole {
        comes,
        piece,
        is_announced,
    });
    prop_oneof![1 => any::<bool>().prop_map(|says_total| Step::Ask { says_total }), 6 => part, 1 => whole]
}

/// What a server keeps, by the rules above.
struct Server {
    bytes: Vec<u8>,
    total: Option<u64>,
    is_complete: bool,
}

impl Server {
    fn held(&self) -> Held {
        Held { bytes: self.bytes.len() as u64, total: self.total, is_complete: self.is_complete }
    }

    /// Takes a body of which `came` has come, all of it or not.
    fn put(&mut self, range: ContentRange, announced: Option<u64>, came: &[u8], piece: usize, is_cut: bool) {
        let Ok(decision) = decide(self.held(), LIMIT, range, announced) else { return };
        self.total = self.total.or(range.total()).or(announced.filter(|_| range == ContentRange::Whole));
        match decision {
            Decision::Report => {}
            Decision::Complete => self.is_complete = true,
            Decision::Receive(receive) => {
                let mut at = receive.first;
                for piece in came.chunks(piece) {
                    assert!(piece.len() as u64 <= receive.room(at));
                    let skip = already_held(self.bytes.len() as u64, at, piece.len()).expect("no hole");
                    self.bytes.extend_from_slice(&piece[skip..]);
                    at += piece.len() as u64;
                }
                if receive.end.is_none() && !is_cut {
                    self.total = Some(self.bytes.len() as u64);
                }
                self.is_complete |= self.total == Some(self.bytes.len() as u64);
            }
        }
    }
}

proptest! {
    #[test]
    fn any_order_of_pieces_cuts_and_repeats_gives_the_archive(
        size in 1..600_usize,
        steps in prop::collection::vec(step(), 0..60),
    ) {
        let archive: Vec<u8> = (0..size).map(|i| (i * 7 % 251) as u8).collect();
        let total = size as u64;
        let mut server = Server { bytes: Vec::new(), total: None, is_complete: false };
        for step in steps {
            let before = server.bytes.len();
            match step {
                Step::Ask { says_total } => {
                    let range = ContentRange::Ask { total: says_total.then_some(total) };
                    server.put(range, Some(0), &[], 1, false);
                }
                Step::Part { first, length, comes, piece, says_total, is_announced } => {
                    let first = first % total;
                    let last = (first + length).min(total) - 1;
                    let range = ContentRange::Part { first, last, total: says_total.then_some(total) };
                    let length = last - first + 1;
                    let comes = comes % (length + 1);
                    let body = &archive[first as usize..(first + comes) as usize];
                    server.put(range, is_announced.then_some(length), body, piece, comes < length);
                }
                Step::Whole { comes, piece, is_announced } => {
                    let comes = comes % (total + 1);
                    let body = &archive[..comes as usize];
                    server.put(ContentRange::Whole, is_announced.then_some(total), body, piece, comes < total);
                }
            }
            prop_assert!(archive.starts_with(&server.bytes), "never a hole, never another byte");
            prop_assert!(server.bytes.len() >= before, "nothing that was held is lost");
            prop_assert!(!server.is_complete || server.bytes == archive);
        }
        // Whatever happened, a sender that goes on where the server stands comes to the end.
        let first = server.bytes.len() as u64;
        if first < total {
            let range = ContentRange::Part { first, last: total - 1, total: Some(total) };
            server.put(range, Some(total - first), &archive[first as usize..], 64, false);
        } else {
            server.put(ContentRange::Ask { total: Some(total) }, Some(0), &[], 1, false);
        }
        prop_assert!(server.is_complete);
        prop_assert_eq!(server.bytes, archive);
    }
}
