//! Reading blobs before their turn: while one is written, the next are on their way, and they come in their order.

use std::{future::Future, io, path::Path};

use bytes::Bytes;
use fieldproof_store::{Blobs, StoreError};
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use sha2::{Digest as _, Sha256};

use super::KeepingError;

/// Blobs on their way at once. With [`MOST_BYTES`] it says how much memory is taken.
pub(super) const AT_ONCE: usize = 16;
/// The largest blob that is read before its turn, in bytes: every photo is smaller, some models are not.
pub(super) const MOST_BYTES: u64 = 8 * 1024 * 1024;

/// A blob that was read, with its sha256.
pub(super) struct ReadBlob {
    pub(super) bytes: Bytes,
    pub(super) sha256: [u8; 32],
}

/// What is known of a blob before its turn.
enum Ahead {
    Gone,
    Read(ReadBlob),
    TooLarge,
}

/// The blobs of a list of keys that is read from `file`, in its order; `None` for one that is not there.
pub(super) fn blobs_in_order<'a>(
    blobs: &'a Blobs,
    keys: impl Iterator<Item = io::Result<String>> + 'a,
    file: &'a Path,
) -> impl Stream<Item = Result<(String, Option<ReadBlob>), KeepingError>> + 'a {
    let keys = keys.map(|key| key.map_err(KeepingError::file(file)));
    in_order(keys, |key| {
        let blobs = blobs.clone();
        async move { Ok((read_ahead(&blobs, &key).await?, key)) }
    })
    .and_then(move |(ahead, key)| async move {
        let blob = match ahead {
            Ahead::Gone => None,
            Ahead::Read(blob) => Some(blob),
            Ahead::TooLarge => blobs.get(&key).await?.map(ReadBlob::of),
        };
        Ok((key, blob))
    })
}

impl ReadBlob {
    fn of(bytes: Bytes) -> Self {
        Self { sha256: Sha256::digest(&bytes).into(), bytes }
    }
}

async fn read_ahead(blobs: &Blobs, key: &str) -> Result<Ahead, StoreError> {
    Ok(match blobs.find(key).await? {
        None => Ahead::Gone,
        Some(found) if found.size() > MOST_BYTES => Ahead::TooLarge,
        Some(found) => Ahead::Read(ReadBlob::of(found.bytes().await?)),
    })
}

/// Begins with the next items while one is waited for.
fn in_order<I, T, F>(
    items: impl Iterator<Item = Result<I, KeepingError>>,
    begin: impl Fn(I) -> F,
) -> impl Stream<Item = Result<T, KeepingError>>
where
    F: Future<Output = Result<T, StoreError>> + Send + 'static,
    T: Send + 'static,
{
    let begun = items.map(move |item| {
        // On a task of its own: it goes on while the one before it is written on the caller's thread.
        let task = item.map(|item| tokio::spawn(begin(item)));
        async { Ok(joined(task?.await)?) }
    });
    // An iterator that is mapped lazily: nothing is begun before `buffered` asks for it.
    futures::stream::iter(begun).buffered(AT_ONCE)
}

/// What a task has come to. It was not aborted, so it can only have panicked, and that goes on where it is waited for.
pub(super) fn joined<T>(result: Result<T, tokio::task::JoinError>) -> T {
    result.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
        time::Duration,
    };

    use fieldproof_store::{Places, Store};
    use tokio::sync::Barrier;

    use super::*;

    #[tokio::test]
    async fn sixteen_are_on_their_way_and_come_in_their_order() {
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        // Nobody gets past it unless so many run at once.
        let barrier = Arc::new(Barrier::new(AT_ONCE));
        let items = 0..AT_ONCE * 4;
        let all = in_order(items.clone().map(Ok), |item| {
            let (running, most, barrier) = (Arc::clone(&running), Arc::clone(&most), Arc::clone(&barrier));
            async move {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                barrier.wait().await;
                // Those behind are faster.
                tokio::time::sleep(Duration::from_millis((AT_ONCE - item % AT_ONCE) as u64)).await;
                running.fetch_sub(1, Ordering::SeqCst);
                Ok(item)
            }
        });
        let all: Vec<_> = all.try_collect().await.unwrap();
        assert_eq!(all, items.collect::<Vec<_>>());
        assert_eq!(most.load(Ordering::SeqCst), AT_ONCE);
    }

    #[tokio::test]
    async fn photos_models_and_gaps_come_as_listed() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Places::in_folder(folder.path())).await.unwrap();
        let mut keys = Vec::new();
        for number in 0..40_usize {
            let key = format!("inputs/{}", (number * 7) % 40);
            // Some are not there, some are models.
            let size = if number.is_multiple_of(15) { MOST_BYTES as usize + 1 } else { number };
            if number % 10 != 3 {
                store.blobs().put(&key, Bytes::from(vec![number as u8; size])).await.unwrap();
            }
            keys.push((key, (number % 10 != 3).then_some((number as u8, size))));
        }
        let listed = keys.iter().map(|(key, _)| Ok(key.clone()));
        let read: Vec<_> = blobs_in_order(store.blobs(), listed, Path::new("list")).try_collect().await.unwrap();
        assert_eq!(read.len(), keys.len());
        for ((key, blob), (expected_key, expected)) in read.iter().zip(&keys) {
            assert_eq!(key, expected_key);
            let bytes = expected.map(|(byte, size)| vec![byte; size]);
            assert!(blob.as_ref().map(|blob| &blob.bytes[..]) == bytes.as_deref(), "{key}");
            let sha256 = bytes.map(|bytes| Sha256::digest(bytes).into());
            assert_eq!(blob.as_ref().map(|blob| blob.sha256), sha256, "{key}");
        }
    }

    #[tokio::test]
    async fn a_list_that_cannot_be_read_ends_it() {
        let broken = || Err(KeepingError::file(Path::new("list"))(io::Error::other("broken")));
        let all = in_order([Ok(1), broken(), Ok(3)].into_iter(), |item| async move { Ok(item) });
        let all: Vec<Result<i32, _>> = all.take(2).collect().await;
        assert!(matches!(all[..], [Ok(1), Err(KeepingError::File { .. })]));
    }
}
