//! Cut off at every byte: what was whole comes as it was, then the error; never something else.

use crate::{
    exercise::{exercise, small_limits, walk},
    tar_files::{file, gnu, gzip, header, pax, tar, zstd},
    zip_files::{DESCRIPTOR, Item, UTF8, Zip},
};
use fieldproof_archive::Limits;

const FILES: [(&str, &[u8]); 3] = [("WO/a.jpg", b"the first photo"), ("WO/b.jpg", &[7; 700]), ("WO/c.jpg", b"")];

fn plain_tar() -> Vec<u8> {
    let [a, b, c] = FILES.map(|(path, content)| file(path, content));
    // The second has its name in an additional header, the third in another kind of one.
    let b = [pax(&[("path", FILES[1].0.as_bytes())]), [header(b'0', "short", 700).as_bytes(), &b[512..]].concat()];
    let c = [gnu(b'L', "long", FILES[2].0.as_bytes()), [gnu(b'0', "short", b""), c[512..].to_vec()].concat()];
    tar(&[a, b.concat(), c.concat()])
}

fn zips() -> [Vec<u8>; 3] {
    let all = |make: &dyn Fn(&str, &[u8]) -> Item| Zip::of(&FILES.map(|(path, content)| make(path, content)));
    [
        all(&|path, content| Item::stored(path, content)).file(),
        all(&|path, content| Item::deflated(path, content).flagged(UTF8 | DESCRIPTOR)).file(),
        all(&|path, content| Item { zip64: true, ..Item::deflated(path, content) }).zip64_file(),
    ]
}

/// Where the end of a plain tar begins: from here on it is whole.
fn end_of(plain: &[u8]) -> usize {
    plain.len() - 512
}

#[test]
fn a_zip_without_its_end_is_refused() {
    for bytes in zips() {
        for length in 0..bytes.len() {
            let walked = walk(&bytes[..length], small_limits(), true);
            assert_eq!(walked.names, [] as [&str; 0], "{length}");
            let code = walked.end.unwrap_err().code();
            match length {
                0 => assert_eq!(code, "empty_archive"),
                1..4 => assert_eq!(code, "unknown_format"),
                _ => assert_eq!(code, "archive_truncated", "{length} of {}", bytes.len()),
            }
        }
    }
}

/// A zip at the end of what is left of another one is not the archive.
#[test]
fn a_zip_that_ends_with_another_one_is_refused() {
    for inner in zips() {
        let whole = Zip::of(&[Item::stored("WO/a.jpg", b"photo"), Item::stored("WO/inner.bin", &inner)]).file();
        let end = whole.windows(inner.len()).position(|window| window == inner).unwrap() + inner.len();
        let walked = walk(&whole[..end], small_limits(), true);
        assert_eq!((walked.end.unwrap_err().code(), walked.names.len()), ("archive_damaged", 0));
    }
}

#[test]
fn a_plain_tar_keeps_what_was_whole() {
    let plain = plain_tar();
    for length in 0..plain.len() {
        assert_keeps_the_whole(&plain, length, length >= end_of(&plain));
    }
}

#[test]
fn a_packed_tar_keeps_what_was_whole() {
    for bytes in [gzip(&plain_tar()), zstd(&plain_tar())] {
        for length in 0..bytes.len() {
            assert_keeps_the_whole(&bytes, length, false);
        }
    }
    // Cut between the members of a gzip or the frames of a zstd stream.
    let plain = plain_tar();
    let (a, b) = plain.split_at(1500);
    for (a, b) in [(gzip(a), gzip(b)), (zstd(a), zstd(b))] {
        let bytes = [&a[..], &b].concat();
        for length in 0..bytes.len() {
            assert_keeps_the_whole(&bytes, length, false);
        }
    }
}

fn assert_keeps_the_whole(bytes: &[u8], length: usize, ends_well: bool) {
    let cut = &bytes[..length];
    exercise(cut);
    let walked = walk(cut, Limits::default(), true);
    assert_eq!(walked.bad, []);
    assert_eq!(walked.end.is_ok(), ends_well, "{length}");
    let files: Vec<_> = walked.files.iter().map(|(path, content)| (path.as_str(), &content[..])).collect();
    assert_eq!(files, FILES[..files.len()], "{length}");
    let Err(error) = &walked.end else { return };
    let expected = match length {
        0 => &["empty_archive"][..],
        // Not even a header.
        1..512 => &["unknown_format", "archive_truncated"],
        _ => &["archive_truncated"],
    };
    assert!(expected.contains(&error.code()), "{length}: {error:?}");
    // What was handed out and could not be read is named.
    if walked.names.len() > files.len() {
        assert_eq!(error.cut().unwrap().as_str(), FILES[files.len()].0, "{length}");
        assert!(error.to_string().contains(FILES[files.len()].0));
    }
}

/// The entry is also named when the tar ends between its headers, or when it is passed over.
#[test]
fn the_cut_entry_is_named() {
    let plain = plain_tar();
    let cut = |length: usize, read| {
        let error = walk(&plain[..length], Limits::default(), read).end.unwrap_err();
        error.cut().map(ToString::to_string)
    };
    let second = 1024 + 1024 + 512;
    for read in [true, false] {
        assert_eq!(cut(1023, read).as_deref(), Some("WO/a.jpg"));
        assert_eq!(cut(1024, read), None);
        assert_eq!(cut(second - 512, read).as_deref(), Some("WO/b.jpg"));
        assert_eq!(cut(second + 100, read).as_deref(), Some("WO/b.jpg"));
    }
}
