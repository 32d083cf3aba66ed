//! Every way in which an archive as a whole can fail, and what was whole before it.

use crate::{
    exercise::{exercise, walk},
    tar_files::{END, file, gzip, header, member, pax, tar, zstd, zstd_with},
    zip_files::{Item, Zip, end_record, zip, zip64_end},
};
use fieldproof_archive::{Archive, ArchiveError, Limits, Ratio};
use rstest::rstest;
use std::io::Cursor;

fn open(bytes: &[u8], limits: Limits) -> ArchiveError {
    exercise(bytes);
    Archive::open(Cursor::new(bytes.to_vec()), limits).err().expect("it opens")
}

/// Refused when opened, before anything is unpacked.
#[rstest]
#[case::no_bytes(b"", "empty_archive")]
#[case::text(b"hello, these are my photos", "unknown_format")]
#[case::photo(b"\xFF\xD8\xFF\xE0\0\x10JFIF", "unknown_format")]
#[case::seven(b"7z\xBC\xAF\x27\x1C", "unknown_format")]
#[case::rar(b"Rar!\x1A\x07\0", "unknown_format")]
#[case::xz(b"\xFD7zXZ\0", "unknown_format")]
#[case::noise(&[0x5A; 2000], "unknown_format")]
#[case::gzip_without_tar(&gzip(b"a photo"), "unknown_format")]
#[case::gzip_with_text(&gzip(&[b'x'; 2000]), "unknown_format")]
#[case::gzip_twice(&gzip(&gzip(&tar(&[file("a.jpg", b"a")]))), "unknown_format")]
#[case::zstd_without_tar(&zstd(b"a photo"), "unknown_format")]
#[case::no_end_record(b"PK\x03\x04 and nothing more", "archive_truncated")]
#[case::first_of_several(b"PK\x07\x08PK\x03\x04", "split_archive")]
#[case::empty_zip(&zip(&[]), "no_files")]
#[case::folders_alone(&zip(&[Item::stored("WO/", b"")]), "no_files")]
#[case::archives_alone(&zip(&[Item::stored("a.zip", b"PK"), Item::stored("b.zip", b"PK"), Item::stored("f/", b"")]), "only_archives")]
#[case::ten_million_entries(&Zip::default().ended_by(&[&b"PK\x03\x04"[..], &zip64_end(10_000_000, 0, 4)].concat()), "too_many_entries")]
#[case::fewer_entries_than_promised(&one().ended_by(&end_record(2, 100, one().entries.len() as u32)), "archive_damaged")]
#[case::more_entries_than_promised(&one().ended_by(&end_record(0, 100, one().entries.len() as u32)), "archive_damaged")]
#[case::not_from_the_beginning(&[b"PK\x03\x04"[..].to_vec(), one().file()].concat(), "archive_damaged")]
#[case::nonsense_directory(&[&b"PK\x03\x04"[..], &[7; 60], &end_record(1, 60, 4)].concat(), "archive_damaged")]
fn refused_at_once(#[case] bytes: &[u8], #[case] code: &str) {
    assert_eq!(open(bytes, Limits::default()).code(), code);
}

fn one() -> Zip {
    Zip::of(&[Item::stored("WO/a.jpg", b"a photo")])
}

#[test]
fn one_of_several_disks() {
    let mut bytes = one().file();
    let end = bytes.len() - 22;
    bytes[end + 4] = 3;
    assert_eq!(open(&bytes, Limits::default()).code(), "split_archive");
    // In the larger record then.
    bytes[end + 4..end + 8].fill(0xFF);
    assert!(Archive::open(Cursor::new(bytes), Limits::default()).is_ok());
}

/// Entries that share bytes, which is how a small zip becomes a large bomb.
#[test]
fn overlapping_entries() {
    let kernel = Item::deflated("WO/a.jpg", &[0; 20_000]);
    // Two records for one entry.
    let mut same = Zip::of(std::slice::from_ref(&kernel));
    same.add_record(&Item { name: b"WO/b.jpg".to_vec(), ..kernel.clone() }, 0);
    assert_eq!(open(&same.file(), Limits::default()).code(), "overlapping_entries");
    // One entry inside another.
    let inner = Item::stored("WO/b.jpg", b"inner");
    let mut nested = Zip::of(&[Item::stored("WO/a.jpg", &Zip::of(std::slice::from_ref(&inner)).entries)]);
    nested.add_record(&inner, 30 + 8);
    assert_eq!(open(&nested.file(), Limits::default()).code(), "overlapping_entries");
    // One that reaches into the directory.
    let long = Item { packed: 1000, unpacked: 1000, ..Item::stored("WO/a.jpg", b"short") };
    assert_eq!(open(&zip(&[long]), Limits::default()).code(), "archive_damaged");
}

#[test]
fn limits_of_a_zip_are_judged_by_its_directory() {
    let items: Vec<_> = (0..20).map(|i| Item::deflated(format!("WO/{i}.jpg"), &[0; 9_000])).collect();
    let bytes = zip(&items);
    let code = |limits| open(&bytes, limits).code();
    let limits = Limits::default();
    assert_eq!(code(Limits { archive_bytes: 1000, ..limits }), "archive_too_large");
    assert_eq!(code(Limits { entries: 19, ..limits }), "too_many_entries");
    assert_eq!(code(Limits { unpacked_bytes: 179_999, ..limits }), "unpacked_too_large");
    assert_eq!(code(Limits { archive_ratio: Ratio { max: 10, from: 0 }, ..limits }), "archive_ratio_too_high");
    let just = Limits { archive_bytes: bytes.len() as u64, entries: 20, unpacked_bytes: 180_000, ..limits };
    let walked = walk(&bytes, just, true);
    assert!(walked.end.is_ok() && walked.files.len() == 20);
    // What is too large is never unpacked, and does not count.
    let walked = walk(&bytes, Limits { entry_bytes: 8_999, unpacked_bytes: 0, ..limits }, true);
    assert!(walked.end.is_ok() && walked.bad.len() == 20);
}

/// An end record that promises fewer entries than there are does not get around the limit.
#[test]
fn entries_are_counted() {
    let items: Vec<_> = (0..20).map(|i| Item::stored(format!("WO/{i}.jpg"), b"photo")).collect();
    let zip = Zip::of(&items);
    let bytes = zip.ended_by(&end_record(1, zip.directory.len() as u32, zip.entries.len() as u32));
    assert_eq!(open(&bytes, Limits { entries: 19, ..Limits::default() }).code(), "too_many_entries");
    assert_eq!(open(&bytes, Limits::default()).code(), "archive_damaged");
}

/// macOS writes the lower 16 bits of the number of entries alone.
#[test]
fn more_entries_than_16_bits_hold() {
    let mut zip = Zip::default();
    for i in 0..65_540 {
        zip.add(&Item::stored(format!("WO/{i}.jpg"), b""));
    }
    let walked = walk(&zip.file(), Limits::default(), true);
    assert!(walked.end.is_ok());
    assert_eq!(walked.files.len(), 65_540);
}

/// A tar fails where the limit is passed, packed or not.
#[test]
fn limits_of_a_tar_end_it_where_they_are_passed() {
    let members: Vec<_> = (0..20).map(|i| file(format!("WO/{i}.jpg"), &[0; 9_000])).collect();
    let plain = tar(&members);
    let limits = Limits::default();
    for bytes in [&plain, &gzip(&plain), &zstd(&plain)] {
        for read in [true, false] {
            let walked = walk(bytes, Limits { entries: 5, ..limits }, read);
            assert_eq!(walked.end.unwrap_err().code(), "too_many_entries");
            assert_eq!(walked.names.len(), 5);
            let walked = walk(bytes, Limits { unpacked_bytes: 100_000, ..limits }, read);
            assert_eq!(walked.end.unwrap_err().code(), "unpacked_too_large");
            // The first is begun at 0 and the eleventh at 97,280; reading the latter passes the limit.
            assert_eq!((walked.names.len(), walked.files.len()), (11, if read { 10 } else { 0 }));
        }
        let walked = walk(bytes, Limits { archive_bytes: 100, ..limits }, true);
        assert_eq!(walked.end.unwrap_err().code(), "archive_too_large");
    }
    let ratio = Limits { archive_ratio: Ratio { max: 50, from: 50_000 }, ..limits };
    for bytes in [gzip(&plain), zstd(&plain)] {
        let walked = walk(&bytes, ratio, true);
        assert_eq!(walked.end.unwrap_err().code(), "archive_ratio_too_high");
        assert!(walked.files.len() >= 4 && walked.files.len() < 20, "{}", walked.files.len());
    }
    assert!(walk(&plain, ratio, true).end.is_ok());
}

/// What is passed over counts as well, so that zeros without end have one.
#[test]
fn zeros_without_end() {
    let bomb = [&header(b'0', "WO/a.jpg", 300 << 20).as_bytes()[..], &vec![0; 300 << 20]].concat();
    let padding = [tar(&[file("WO/a.jpg", b"photo")]), vec![0; 300 << 20]].concat();
    for plain in [bomb, padding] {
        for bytes in [gzip(&plain), zstd(&plain)] {
            let error = walk(&bytes, Limits::default(), false).end.unwrap_err();
            assert_eq!(error.code(), "archive_ratio_too_high");
        }
    }
}

#[rstest]
#[case::end_alone(END.to_vec())]
#[case::folders_alone(tar(&[member(b'5', "WO/", b"")]))]
fn no_files_in_a_tar(#[case] plain: Vec<u8>) {
    for bytes in [&plain, &gzip(&plain), &zstd(&plain)] {
        exercise(bytes);
        assert_eq!(walk(bytes, Limits::default(), true).end.unwrap_err().code(), "no_files");
    }
}

/// Damage behind two files: they come, then the error.
#[rstest]
#[case::noise(vec![7; 512], "archive_damaged")]
#[case::wrong_checksum({ let mut it = file("c.jpg", b"c"); it[0] = b'x'; it }, "archive_damaged")]
#[case::size_is_no_number({ let mut it = header(b'0', "c.jpg", 1); it.as_old_mut().size = *b"xxxxxxxxxxxx"; it.set_cksum(); it.as_bytes().to_vec() }, "archive_damaged")]
#[case::size_is_too_large(header(b'0', "c.jpg", u64::MAX - 5).as_bytes().to_vec(), "archive_damaged")]
#[case::additional_header_is_no_records([member(b'x', "pax", b"nonsense"), file("c.jpg", b"c")].concat(), "archive_damaged")]
#[case::additional_header_alone(pax(&[("path", b"c.jpg")]), "archive_damaged")]
fn damage_in_a_tar(#[case] damage: Vec<u8>, #[case] code: &str) {
    let plain = tar(&[file("a.jpg", b"a"), file("b.jpg", b"b"), damage]);
    for bytes in [&plain, &gzip(&plain), &zstd(&plain)] {
        exercise(bytes);
        let walked = walk(bytes, Limits::default(), true);
        assert_eq!(walked.end.unwrap_err().code(), code);
        assert_eq!(walked.names, ["a.jpg", "b.jpg"]);
        assert_eq!(walked.files.len(), 2);
    }
}

/// A size beyond the end of the tar, of an entry that is too large to be read anyway.
#[test]
fn huge_sizes_in_a_tar_end_it() {
    let plain = tar(&[file("a.jpg", b"a"), header(b'0', "b.jpg", 1 << 50).as_bytes().to_vec()]);
    for bytes in [&plain, &gzip(&plain), &zstd(&plain)] {
        exercise(bytes);
        let walked = walk(bytes, Limits { unpacked_bytes: u64::MAX, ..Limits::default() }, true);
        let error = walked.end.unwrap_err();
        assert_eq!((error.code(), error.cut().unwrap().as_str()), ("archive_truncated", "b.jpg"));
        assert_eq!(walked.bad[0].problem.code(), "entry_too_large");
    }
}

/// A flipped bit is found by the stream's own checksum, at the latest at its end.
#[test]
fn damage_in_a_packed_stream() {
    let photo: Vec<u8> = (0..50_000_u32).flat_map(|i| i.wrapping_mul(2_654_435_761).to_be_bytes()).collect();
    let plain = tar(&[file("a.jpg", b"a"), file("b.jpg", &photo)]);
    for mut bytes in [gzip(&plain), zstd(&plain)] {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x10;
        let walked = walk(&bytes, Limits::default(), true);
        assert_eq!(walked.end.unwrap_err().code(), "archive_damaged");
        assert_eq!(walked.files[0].1, b"a");
        let behind = [&gzip(&plain)[..], b"something else"].concat();
        let walked = walk(&behind, Limits::default(), true);
        assert_eq!((walked.end.unwrap_err().code(), walked.files.len()), ("archive_damaged", 2));
    }
}

/// Memory for the window is asked for by the stream, so it is bounded.
#[test]
fn windows_of_zstd() {
    let photo = vec![7; 3_000_000];
    let plain = tar(&[file("a.jpg", &photo)]);
    let packed = |log| zstd_with(&plain, |encoder| encoder.window_log(log).unwrap());
    let limits = Limits { archive_ratio: Ratio { max: u64::MAX, from: 0 }, ..Limits::default() };
    assert!(walk(&packed(23), limits, true).end.is_ok());
    let error = walk(&packed(27), limits, true).end.unwrap_err();
    assert_eq!(error.code(), "window_too_large");
    assert!(error.to_string().contains("8388608 bytes"), "{error}");
}
