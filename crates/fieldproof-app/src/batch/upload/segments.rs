//! Reading an archive from any place, on a thread that may wait: for readers of zip and tar, which know no async.

use std::io::{self, Read, Seek, SeekFrom};

use bytes::Bytes;
use fieldproof_store::{Growing, Segment, StoreError, batches::Batch};
use tokio::{runtime::Handle, task::JoinHandle};

use super::current_folder;
use crate::{AppError, Fieldproof};

/// Bytes read at once. As many again are read ahead.
const WINDOW: u64 = 1024 * 1024;

/// The archive of a batch as a file. Two windows of it are in memory at most.
///
/// An error of it has a [`StoreError`] inside, which tells it from what a reader of archives finds wrong with the bytes.
/// Not for threads of the runtime: reading waits for them.
pub(crate) struct SegmentReader {
    blob: Growing,
    segments: Vec<Segment>,
    length: u64,
    position: u64,
    /// Bytes that lie in memory, and the position of their first.
    window: (u64, Bytes),
    /// The window behind it, on its way.
    ahead: Option<(u64, JoinHandle<Result<Bytes, StoreError>>)>,
    runtime: Handle,
}

impl Fieldproof {
    /// The archive of a batch that is complete; `None`: not all of it is there any more.
    pub(crate) async fn open_archive(&self, batch: &Batch) -> Result<Option<SegmentReader>, AppError> {
        let length = batch.archive_bytes.unwrap_or_default();
        let blob = self.store.blobs().growing(current_folder(batch));
        let segments = blob.segments().await?;
        let found = segments.last().map_or(0, |last| last.first + last.size);
        if found < length {
            tracing::warn!(batch = %batch.id, length, found, "the archive of a batch is not in the blob store");
            return Ok(None);
        }
        Ok(Some(SegmentReader {
            blob,
            segments,
            length,
            position: 0,
            window: (0, Bytes::new()),
            ahead: None,
            runtime: Handle::current(),
        }))
    }
}

impl SegmentReader {
    /// Has the window at the position in memory, and the next one on its way.
    fn load(&mut self) -> io::Result<()> {
        let start = self.position / WINDOW * WINDOW;
        let reading = match self.ahead.take() {
            Some((first, reading)) if first == start => reading,
            other => {
                if let Some((_, unneeded)) = other {
                    unneeded.abort();
                }
                self.read_window(start)
            }
        };
        // Only who goes on from window to window is likely to need the next.
        let is_sequential = start == 0 || start == self.window.0 + WINDOW;
        if is_sequential && start + WINDOW < self.length {
            self.ahead = Some((start + WINDOW, self.read_window(start + WINDOW)));
        }
        let bytes = self.runtime.block_on(reading).map_err(io::Error::other)?.map_err(io::Error::other)?;
        self.window = (start, bytes);
        Ok(())
    }

    /// Begins to read a window.
    fn read_window(&self, start: u64) -> JoinHandle<Result<Bytes, StoreError>> {
        let end = (start + WINDOW).min(self.length);
        let first = self.segments.partition_point(|segment| segment.first + segment.size <= start);
        let behind = self.segments.iter().skip(first).take_while(|segment| segment.first < end);
        let (blob, parts): (_, Vec<_>) = (self.blob.clone(), behind.cloned().collect());
        self.runtime.spawn(async move {
            if let [part] = &parts[..] {
                return blob.read(part, start..end).await;
            }
            let mut window = Vec::with_capacity((end - start) as usize);
            for part in parts {
                let positions = part.first.max(start)..end.min(part.first + part.size);
                window.extend_from_slice(&blob.read(&part, positions).await?);
            }
            Ok(window.into())
        })
    }
}

impl Read for SegmentReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() || self.position >= self.length {
            return Ok(0);
        }
        let (first, bytes) = &self.window;
        if self.position < *first || self.position >= first + bytes.len() as u64 {
            self.load()?;
        }
        let (first, bytes) = &self.window;
        let from = bytes.get((self.position - first) as usize..).unwrap_or_default();
        let count = from.len().min(buffer.len());
        buffer[..count].copy_from_slice(&from[..count]);
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for SegmentReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

impl Drop for SegmentReader {
    fn drop(&mut self) {
        if let Some((_, unneeded)) = &self.ahead {
            unneeded.abort();
        }
    }
}
