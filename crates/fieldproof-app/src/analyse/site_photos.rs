//! What the photos of one site look like, in memory, for the search of similar ones.
//!
//! A linear scan cannot miss a photo, as tables of hash bands can, and its cost is known: it reads 16 bytes of each photo
//! (the first two of four words of the hash), and more only of those that differ little in them. In one word too many
//! photos differ little: looking at the rest of each costs more than a second word of all.

use std::ops::Range;

use fieldproof_domain::{ids::WorkOrderId, observation::PerceptualHash};
use fieldproof_store::photo_hashes::StoredHash;
use fieldproof_vision::Cuts;
use indexmap::IndexSet;

use super::duplicates::Query;

/// Photos compared before those that are near are looked at closer.
const CHUNK: usize = 1024;

/// Photos with a perceptual hash, oldest first; about 120 bytes each.
#[derive(Default)]
pub(crate) struct SitePhotos {
    newest: i64,
    /// The hashes, by word: the scan reads two words of all before the other words of a few.
    words: [Vec<u64>; 4],
    /// The hashes of their middles, by word, zeros where a photo has none.
    middles: [Vec<u64>; 4],
    photos: Vec<IndexedPhoto>,
    /// Names of task groups, of which a site has few.
    groups: IndexSet<String>,
}

struct IndexedPhoto {
    seq: i64,
    work_order: WorkOrderId,
    /// Place in `groups`.
    group: u32,
    /// Of the hash.
    version: u8,
    /// Of the hash of its middle; 0: it has none.
    middle_version: u8,
}

impl SitePhotos {
    /// The newest photo that was added, with or without a perceptual hash.
    pub(super) fn newest(&self) -> i64 {
        self.newest
    }

    /// Photos with a perceptual hash.
    pub(super) fn len(&self) -> usize {
        self.photos.len()
    }

    /// Adds photos, oldest first.
    pub(super) fn extend(&mut self, stored: impl IntoIterator<Item = StoredHash>) {
        for StoredHash { seq, photo } in stored {
            self.newest = seq;
            let Some(hash) = photo.perceptual else { continue };
            let (group, _) = self.groups.insert_full(photo.task_group);
            let middle = photo.middle.unwrap_or(PerceptualHash { version: 0, bits: [0; 4] });
            let indexed = IndexedPhoto {
                seq,
                work_order: photo.work_order,
                group: group as u32,
                version: hash.version,
                middle_version: middle.version,
            };
            self.photos.push(indexed);
            for (words, word) in self.words.iter_mut().zip(hash.bits).chain(self.middles.iter_mut().zip(middle.bits)) {
                words.push(word);
            }
        }
    }

    /// Distance and `seq` of the photos that count and are near enough, nearest first.
    pub(super) fn near(&self, query: &Query<'_>) -> Vec<(u32, i64)> {
        let Some(hash) = query.perceptual else { return Vec::new() };
        let mut near = Vec::new();
        let mut distances = [0; CHUNK];
        let [first, second, ..] = &self.words;
        for (start, (first, second)) in (0..).step_by(CHUNK).zip(first.chunks(CHUNK).zip(second.chunks(CHUNK))) {
            // Kept apart from what is done with them, so that the compiler compares several at once.
            for (distance, (first, second)) in distances.iter_mut().zip(first.iter().zip(second)) {
                *distance = (first ^ hash.bits[0]).count_ones() + (second ^ hash.bits[1]).count_ones();
            }
            let close = distances.iter().take(first.len()).enumerate().filter(|(_, d)| **d <= query.max_distance);
            for (index, distance) in close.map(|(at, distance)| (start + at, *distance)) {
                let rest = self.words.iter().zip(hash.bits).skip(2);
                let rest: u32 =
                    rest.map(|(words, word)| words.get(index).map_or(64, |w| (w ^ word).count_ones())).sum();
                let (Some(photo), distance) = (self.photos.get(index), distance + rest) else { continue };
                let group = self.groups.get_index(photo.group as usize).map_or("", String::as_str);
                let same_kind = photo.version == hash.version;
                if same_kind && distance <= query.max_distance && query.counts(photo.work_order, group) {
                    near.push((distance, photo.seq));
                }
            }
        }
        near.sort_unstable();
        near
    }

    /// The photos in blocks, for [`SitePhotos::perhaps_cut`].
    pub(super) fn blocks(&self) -> impl Iterator<Item = Range<usize>> {
        (0..self.photos.len()).step_by(CHUNK).map(|start| start..(start + CHUNK).min(self.photos.len()))
    }

    /// Those of a block that count and that the photo may have been cut out of, or that may have been cut out of it: the
    /// least distance of any window, the hash of the middle, and `seq`.
    pub(super) fn perhaps_cut(
        &self,
        query: &Query<'_>,
        cuts: &Cuts,
        block: Range<usize>,
    ) -> Vec<(u32, PerceptualHash, i64)> {
        let first = self.middles[0].get(block.clone()).unwrap_or_default();
        let mut least = [u32::MAX; CHUNK];
        let mut distances = [0; CHUNK];
        for window in cuts.windows() {
            for (distance, first) in distances.iter_mut().zip(first) {
                *distance = (first ^ window[0]).count_ones();
            }
            for (at, distance) in distances.iter().take(first.len()).enumerate() {
                if *distance <= Cuts::MOST_OF_FIRST
                    && let (Some(least), Some(middle)) = (least.get_mut(at), self.middle(block.start + at))
                {
                    let distance = middle.bits.iter().zip(window).map(|(a, b)| (a ^ b).count_ones()).sum();
                    *least = (*least).min(distance);
                }
            }
        }
        let near = block.zip(least).filter(|(_, least)| *least <= Cuts::MOST_OF_ALL);
        near.filter_map(|(at, least)| {
            let (photo, middle) = (self.photos.get(at)?, self.middle(at)?);
            let group = self.groups.get_index(photo.group as usize).map_or("", String::as_str);
            let counts = middle.version == Cuts::VERSION && query.counts(photo.work_order, group);
            counts.then_some((least, middle, photo.seq))
        })
        .collect()
    }

    fn middle(&self, at: usize) -> Option<PerceptualHash> {
        let [a, b, c, d] = &self.middles;
        let bits = [*a.get(at)?, *b.get(at)?, *c.get(at)?, *d.get(at)?];
        Some(PerceptualHash { version: self.photos.get(at)?.middle_version, bits })
    }

    /// Drops photos that are no more.
    pub(super) fn forget(&mut self, gone: &[i64]) {
        if gone.is_empty() {
            return;
        }
        let stays: Vec<_> = self.photos.iter().map(|photo| !gone.contains(&photo.seq)).collect();
        let mut stay = stays.iter();
        self.photos.retain(|_| stay.next().is_none_or(|stays| *stays));
        for words in self.words.iter_mut().chain(&mut self.middles) {
            let mut stay = stays.iter();
            words.retain(|_| stay.next().is_none_or(|stays| *stays));
        }
    }
}

#[cfg(test)]
mod tests {
    use fieldproof_domain::ids::SiteId;
    use fieldproof_store::photo_hashes::PhotoHash;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    const SITE: SiteId = SiteId(Uuid::nil());

    fn order(number: u128) -> WorkOrderId {
        WorkOrderId(Uuid::from_u128(number))
    }

    fn stored(seq: i64, version: u8, bits: [u64; 4], task_group: &str) -> StoredHash {
        let photo = PhotoHash {
            site: SITE,
            work_order: order(seq.unsigned_abs().into()),
            task_group: task_group.to_owned(),
            sha256: [0; 32],
            perceptual: Some(PerceptualHash { version, bits }),
            middle: None,
        };
        StoredHash { seq, photo }
    }

    fn query(bits: [u64; 4], ignore_groups: &[String]) -> Query<'_> {
        Query {
            site: SITE,
            sha256: [1; 32],
            perceptual: Some(PerceptualHash { version: 1, bits }),
            cuts: None,
            work_order: order(0),
            task_group: "after",
            ignore_groups,
            max_distance: 24,
        }
    }

    /// Near in one word only, in all words, of another version, ignored, a retake; the nearest comes first.
    #[test]
    fn what_counts_and_is_near() {
        let mut photos = SitePhotos::default();
        photos.extend([
            stored(1, 1, [0b111, 0, 0, 0], "after"),
            stored(2, 1, [0, u64::MAX, 0, 0], "after"),
            stored(3, 2, [0, 0, 0, 0], "after"),
            stored(4, 1, [0, 0, 0, 0], "before"),
            stored(5, 1, [1, 1, 1, 0], "after"),
            stored(6, 1, [0, 0, 0, 1], "after"),
        ]);
        let ignored = ["before".to_owned()];
        assert_eq!(photos.near(&query([0; 4], &ignored)), [(1, 6), (3, 1), (3, 5)]);
        let retake = Query { work_order: order(6), ..query([0; 4], &ignored) };
        assert_eq!(photos.near(&retake), [(3, 1), (3, 5)]);
        photos.forget(&[1, 6]);
        assert_eq!(photos.near(&query([0; 4], &ignored)), [(3, 5)]);
        assert_eq!(photos.newest(), 6);
        assert_eq!(photos.near(&Query { perceptual: None, ..query([0; 4], &ignored) }), []);
    }

    proptest! {
        /// The scan finds what comparing every hash by itself finds.
        #[test]
        fn misses_nothing(
            hashes in prop::collection::vec(prop::array::uniform4(any::<u16>().prop_map(u64::from)), 0..3000),
            bits in prop::array::uniform4(any::<u16>().prop_map(u64::from)),
        ) {
            let all: Vec<_> = (1..).zip(&hashes).map(|(seq, bits)| stored(seq, 1, *bits, "before")).collect();
            let query = query(bits, &[]);
            let mut expected: Vec<_> = all
                .iter()
                .filter_map(|stored| {
                    let found = query.closest([&stored.photo].into_iter())?;
                    Some((found.distance, stored.seq))
                })
                .collect();
            expected.sort_unstable();
            let mut photos = SitePhotos::default();
            photos.extend(all);
            prop_assert_eq!(photos.near(&query), expected);
        }
    }
}
