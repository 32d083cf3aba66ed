//! Where the bytes come from: it may fail, give little at a time, and does not like to be sought about in.

use crate::{
    tar_files::{file, gzip, tar, zstd},
    zip_files::{Item, STORED, Zip, end_record, zip},
};
use fieldproof_archive::{Archive, ArchiveError, Entry, Limits};
use std::{
    io::{self, Cursor, Error, ErrorKind, Read, Seek, SeekFrom},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Gives some bytes at a time, is interrupted now and then, and fails at a place.
struct Slow {
    inner: Cursor<Vec<u8>>,
    fails_at: u64,
    calls: u64,
}

impl Read for Slow {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.calls += 1;
        if self.calls.is_multiple_of(3) {
            return Err(ErrorKind::Interrupted.into());
        }
        if self.inner.position() >= self.fails_at {
            return Err(Error::new(ErrorKind::UnexpectedEof, "the disk is on fire"));
        }
        let length = out.len().min(7).min((self.fails_at - self.inner.position()) as usize);
        self.inner.read(&mut out[..length])
    }
}

impl Seek for Slow {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

fn archives() -> [Vec<u8>; 4] {
    let plain = tar(&[file("a.jpg", &[7; 900]), file("b.jpg", b"b")]);
    let items = [Item::deflated("a.jpg", &[7; 900]), Item::stored("b.jpg", b"b")];
    [zip(&items), gzip(&plain), zstd(&plain), plain]
}

fn read_all(bytes: Vec<u8>, fails_at: u64) -> Result<usize, ArchiveError> {
    let slow = Slow { inner: Cursor::new(bytes), fails_at, calls: 0 };
    let mut archive = Archive::open(slow, Limits::default())?;
    let mut entries = archive.entries()?;
    let mut count = 0;
    loop {
        match entries.next_entry() {
            Ok(None) => return Ok(count),
            Ok(Some(Entry::Bad(bad))) => panic!("{bad:?}"),
            Ok(Some(Entry::File(file))) => {
                if let Ok(content) = file.read() {
                    content.unwrap();
                    count += 1;
                }
            }
            Err(error) => {
                assert_eq!(entries.next_entry().unwrap_err().code(), error.code(), "an end is the end");
                return Err(error);
            }
        }
    }
}

/// A source that fails is never taken for an archive that is broken, whose sender would have to mend it.
#[test]
fn a_failing_source_is_told_as_that() {
    for bytes in archives() {
        let length = bytes.len() as u64;
        assert_eq!(read_all(bytes.clone(), u64::MAX).unwrap(), 2);
        for fails_at in 0..length {
            let error = read_all(bytes.clone(), fails_at).unwrap_err();
            assert_eq!(error.code(), "archive_unreadable", "{fails_at} of {length}: {error}");
            assert!(error.to_string().contains("the disk is on fire"), "{error}");
        }
    }
}

/// Counts where it is sent to.
struct Counting {
    inner: Cursor<Vec<u8>>,
    seeks: Arc<AtomicU64>,
    bytes: Arc<AtomicU64>,
}

impl Read for Counting {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl Seek for Counting {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.seeks.fetch_add(1, Ordering::Relaxed);
        self.inner.seek(to)
    }
}

#[test]
fn contents_are_read_in_one_go() {
    let photo: Vec<u8> = (0..20_000_u32).flat_map(|i| i.wrapping_mul(2_654_435_761).to_be_bytes()).collect();
    let items: Vec<_> = (0..200).map(|i| Item::stored(format!("WO/{i}.jpg"), &photo)).collect();
    let members: Vec<_> = (0..200).map(|i| file(format!("WO/{i}.jpg"), &photo)).collect();
    for (bytes, most_seeks) in [(zip(&items), 6), (tar(&members), 2), (gzip(&tar(&members)), 2)] {
        let length = bytes.len() as u64;
        let (seeks, read) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let counting = Counting { inner: Cursor::new(bytes), seeks: seeks.clone(), bytes: read.clone() };
        let mut archive = Archive::open(counting, Limits::default()).unwrap();
        let mut entries = archive.entries().unwrap();
        while let Some(entry) = entries.next_entry().unwrap() {
            let Entry::File(file) = entry else { panic!("{entry:?}") };
            assert!(file.read().unwrap().unwrap() == photo);
        }
        let (seeks, read) = (seeks.load(Ordering::Relaxed), read.load(Ordering::Relaxed));
        assert!(seeks <= most_seeks, "{seeks} seeks");
        assert!(read < length + length / 20, "{read} of {length} bytes");
    }
}

/// Bytes of which the most are zeros, so that an archive can be larger than memory.
struct Sparse {
    pieces: Vec<(u64, Vec<u8>)>,
    length: u64,
    at: u64,
}

impl Read for Sparse {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let end = self.length.min(self.at + out.len() as u64);
        let out = &mut out[..end.saturating_sub(self.at) as usize];
        out.fill(0);
        for (start, bytes) in &self.pieces {
            let (from, to) = (self.at.max(*start), end.min(start + bytes.len() as u64));
            if from < to {
                let piece = &bytes[(from - start) as usize..(to - start) as usize];
                out[(from - self.at) as usize..][..piece.len()].copy_from_slice(piece);
            }
        }
        self.at += out.len() as u64;
        Ok(out.len())
    }
}

impl Seek for Sparse {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::End(back) => self.length.checked_add_signed(back).unwrap(),
            SeekFrom::Current(by) => self.at.checked_add_signed(by).unwrap(),
        };
        Ok(self.at)
    }
}

/// A zip of 1,200 entries of 8 MiB, most of them zeros: 9.4 GiB. Offsets are whole in zip64 alone.
fn large_zip(zip64: bool) -> Sparse {
    const SIZE: u64 = 8 << 20;
    let mut zip = Zip::default();
    let mut pieces = Vec::new();
    let mut offset = 0;
    for i in 0..1200 {
        let photo = Item { unpacked: SIZE, packed: SIZE, zip64, ..Item::stored(format!("WO/{i}.jpg"), b"") };
        let small = Item { zip64, ..Item::stored(format!("WO/{i}.json"), format!("{{\"number\": {i}}}").as_bytes()) };
        assert_eq!(photo.method, STORED);
        for (item, behind) in [(photo, SIZE), (small, 0)] {
            let mut one = Zip::of(std::slice::from_ref(&item));
            zip.add_record(&item, offset);
            pieces.push((offset, std::mem::take(&mut one.entries)));
            offset += pieces.last().unwrap().1.len() as u64 + behind;
        }
    }
    let end = if zip64 {
        zip.zip64_end_at(offset)
    } else {
        // As macOS writes it.
        end_record(zip.count as u16, zip.directory.len() as u32, offset as u32)
    };
    let tail = [&zip.directory[..], &end].concat();
    let length = offset + tail.len() as u64;
    pieces.push((offset, tail));
    Sparse { pieces, length, at: 0 }
}

#[test]
fn zips_larger_than_4_gib() {
    for zip64 in [true, false] {
        let mut archive = Archive::open(large_zip(zip64), Limits::default()).unwrap();
        let mut entries = archive.entries().unwrap();
        let mut small = 0;
        while let Some(entry) = entries.next_entry().unwrap() {
            let Entry::File(file) = entry else { panic!("{entry:?}") };
            let name = file.path().to_string();
            if let Some(number) = name.strip_prefix("WO/").and_then(|name| name.strip_suffix(".json")) {
                assert_eq!(file.read().unwrap().unwrap(), format!("{{\"number\": {number}}}").into_bytes());
                small += 1;
            }
        }
        assert_eq!(small, 1200);
    }
}

#[test]
fn errors_of_the_source_keep_their_cause() {
    let error = read_all(archives()[0].clone(), 3).unwrap_err();
    let ArchiveError::Unreadable(cause) = &error else { panic!("{error:?}") };
    assert_eq!(cause.kind(), ErrorKind::UnexpectedEof);
}

/// It is opened by one thread and read by another.
#[test]
fn an_archive_can_be_sent() {
    fn is_send<T: Send>(_: &T) {}
    is_send(&Archive::open(Cursor::new(archives()[0].clone()), Limits::default()).ok().unwrap());
}
