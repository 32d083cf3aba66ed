//! What the photos of one site look like, in memory, for the search of similar ones.
//!
//! A linear scan cannot miss a photo, as tables of hash bands can, and its cost is known: it reads 16 bytes of each photo
//! (the first two of four words of the hash), and more only of those that differ little in them. In one word too many
//! photos differ little: looking at the rest of each costs more than a second word of all.

use fieldproof_domain::ids::WorkOrderId;
use fieldproof_store::photo_hashes::StoredHash;
use indexmap::IndexSet;

use super::duplicates::Query;

/// Photos compared before those that are near are looked at closer.
const CHUNK: usize = 1024;

/// Photos with a perceptual hash, oldest first; about 80 bytes each.
#[derive(Default)]
pub(crate) struct SitePhotos {
    newest: i64,
    /// The hashes, by word: the scan reads two words of all before the other words of a few.
    words: [Vec<u64>; 4],
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
            let indexed =
                IndexedPhoto { seq, work_order: photo.work_order, group: group as u32, version: hash.version };
            self.photos.push(indexed);
            for (words, word) in self.words.iter_mut().zip(hash.bits) {
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

    /// Drops photos that are no more.
    pub(super) fn forget(&mut self, gone: &[i64]) {
        if gone.is_empty() {
            return;
        }
        let stays: Vec<_> = self.photos.iter().map(|photo| !gone.contains(&photo.seq)).collect();
        let mut stay = stays.iter();
        self.photos.retain(|_| stay.next().is_none_or(|stays| *stays));
        for words in &mut self.words {
            let mut stay = stays.iter();
            words.retain(|_| stay.next().is_none_or(|stays| *stays));
        }
    }
}

#[cfg(test)]
mod tests {
    use fieldproof_domain::{ids::SiteId, observation::PerceptualHash};
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
        };
        StoredHash { seq, photo }
    }

    fn query(bits: [u64; 4], ignore_groups: &[String]) -> Query<'_> {
        Query {
            site: SITE,
            sha256: [1; 32],
            perceptual: Some(PerceptualHash { version: 1, bits }),
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
