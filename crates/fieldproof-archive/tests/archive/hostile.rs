//! Any bytes at all, and archives with damage: an error, never a panic, whichever way one goes through them.

use crate::{
    exercise::{exercise, small_limits, walk},
    seeds::{packed_in_zips, seeds},
};
use proptest::{prelude::*, sample::Index};

/// Overwrites single bytes, which is enough to make any field lie.
fn damaged(mut bytes: Vec<u8>, damage: &[(Index, u8)]) -> Vec<u8> {
    for (index, byte) in damage {
        let at = index.index(bytes.len());
        bytes[at] = *byte;
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn noise(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        exercise(&bytes);
    }

    #[test]
    fn noise_behind_a_beginning(which in any::<Index>(), keep in 0_usize..600, noise in prop::collection::vec(any::<u8>(), 0..2000)) {
        let (_, seed) = which.get(&seeds()).clone();
        exercise(&[&seed[..keep.min(seed.len())], &noise].concat());
    }

    #[test]
    fn damage(which in any::<Index>(), damage in prop::collection::vec((any::<Index>(), any::<u8>()), 1..6)) {
        let (_, seed) = which.get(&seeds()).clone();
        exercise(&damaged(seed, &damage));
    }

    /// The end of a zip is where most of its lies are told.
    #[test]
    fn damage_at_the_end(which in any::<Index>(), damage in prop::collection::vec((0_usize..300, any::<u8>()), 1..6)) {
        let (_, mut seed) = which.get(&seeds()).clone();
        for (back, byte) in damage {
            let at = seed.len().saturating_sub(back + 1);
            seed[at] = byte;
        }
        exercise(&seed);
    }

    #[test]
    fn pieces_of_two(one in any::<Index>(), other in any::<Index>(), from in any::<Index>(), to in any::<Index>()) {
        let seeds = seeds();
        let ((_, one), (_, other)) = (one.get(&seeds), other.get(&seeds));
        exercise(&[&one[..from.index(one.len())], &other[to.index(other.len())..]].concat());
    }

    /// Of a zip with checksums no damage goes through: every content that comes is one that was packed. It may be one
    /// that was refused before the damage, such as that of a link which is none any more.
    #[test]
    fn no_wrong_content(which in any::<Index>(), damage in prop::collection::vec((any::<Index>(), any::<u8>()), 1..4)) {
        let zips: Vec<_> = seeds().into_iter().filter(|(name, _)| name.starts_with("zip")).collect();
        let (name, zip) = which.get(&zips).clone();
        let packed = packed_in_zips();
        for (path, content) in walk(&damaged(zip, &damage), small_limits(), true).files {
            // An entry whose size and checksum both became 0 is an empty one.
            prop_assert!(content.is_empty() || packed.contains(&content), "{name}: {path} has {content:?}");
        }
    }
}
