//! A growing blob as objects, each named by the position of its first byte.

use futures::TryStreamExt as _;

use super::{Growing, Segment};
use crate::{StoreError, StoredBlob};

/// How many bytes there are without a hole; those before `known` are not looked for.
pub(super) async fn length(blob: &Growing, known: u64) -> Result<u64, StoreError> {
    let segments = segments(blob, known).await?;
    Ok(segments.last().map_or(known, |last| last.first + last.size))
}

/// The objects behind `known`, in the order of their bytes, up to the first hole.
pub(super) async fn segments(blob: &Growing, known: u64) -> Result<Vec<Segment>, StoreError> {
    let listed = match known.checked_sub(1) {
        Some(before) => blob.blobs.each_after(&blob.folder, &blob.key(before)),
        None => blob.blobs.each(&blob.folder),
    };
    let mut found: Vec<StoredBlob> = listed.try_collect().await?;
    found.sort_by(|a, b| a.key.cmp(&b.key));
    let mut segments = Vec::with_capacity(found.len());
    let mut end = known;
    for StoredBlob { key, size, .. } in found {
        if key != blob.key(end) {
            // Only a store that loses objects has one: each was put where the one before it ended.
            tracing::error!(key, end, "a piece of an archive is missing before this one");
            break;
        }
        if size > 0 {
            segments.push(Segment { key, first: end, size });
            end += size;
        }
    }
    Ok(segments)
}
