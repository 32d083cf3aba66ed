//! What fuzzing starts from: one small archive of each kind, good and bad, in `fuzz/seeds/archive`. They are replayed
//! here, so that what fuzzing once found stays found.
//!
//! To write them anew: `cargo test -p fieldproof-archive --test archive -- --ignored write_the_seeds`

use crate::{
    exercise::exercise,
    tar_files::{file, gnu, gzip, header, member, pax, tar, zstd},
    zip_files::{DESCRIPTOR, ENCRYPTED, Item, UTF8, Zip, zip},
};
use std::{fs, path::PathBuf};

const CABINET: &[u8] = br#"{"cabinet": "A-12"}"#;
const JPEG: &[u8] = b"\xFF\xD8\xFF\xE0";

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "..", "fuzz", "seeds", "archive"].iter().collect()
}

/// Every content that is packed in one of the zips, whether or not its entry may be read.
pub(crate) fn packed_in_zips() -> Vec<Vec<u8>> {
    let contents: [&[u8]; 7] = [CABINET, JPEG, b"stored", b"a", b"b", b"/etc/passwd", &[b'x'; 300]];
    contents.map(<[u8]>::to_vec).into_iter().chain([vec![0; 60_000]]).collect()
}

/// The archives by name.
pub(crate) fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let items = [
        Item::deflated("WO 1/metadata.json", CABINET),
        Item::stored("WO 1/pose-0.jpg", JPEG),
        Item::deflated("WO 2/R\u{e9}seau.jpg", &[b'x'; 300]),
    ];
    let each = |change: &dyn Fn(Item) -> Item| items.clone().map(change);
    let bad_names =
        ["../x.jpg", "/x.jpg", "C:/x.jpg", "a\\x.jpg", "a\0.jpg", "A.jpg", "a.jpg", "x.zip", "a/b/c/d/e.jpg"];
    let members = [member(b'5', "WO 1/", b""), file("WO 1/metadata.json", CABINET), file("WO 1/pose-0.jpg", &[7; 600])];
    let plain = tar(&members);
    let bad_kinds = [b"1", b"2", b"3", b"4", b"6", b"S", b"M", b"?"].map(|kind| gnu(kind[0], "WO/x.jpg", b""));
    vec![
        ("zip-stored", zip(&each(&|item| Item::stored(item.name, b"stored")))),
        ("zip-deflated", zip(&items)),
        ("zip-descriptors", zip(&each(&|item| item.flagged(UTF8 | DESCRIPTOR)))),
        ("zip-zip64", Zip::of(&each(&|item| Item { zip64: true, ..item })).zip64_file()),
        ("zip-extra", zip(&each(&|item| Item { local_extra: vec![0; 8], ..item }))),
        ("zip-bad-names", zip(&bad_names.map(|name| Item::stored(name, b"a")))),
        ("zip-bad-sizes", zip(&each(&|item| Item { unpacked: item.unpacked + 1, ..item }))),
        ("zip-encrypted", zip(&each(&|item| item.flagged(ENCRYPTED)))),
        ("zip-link", zip(&[Item { mode: 0o120_777, ..Item::stored("a", b"/etc/passwd") }, Item::stored("b", b"b")])),
        ("zip-western-name", zip(&[Item::stored(b"R\x82seau.jpg", b"a").flagged(0)])),
        ("zip-bomb", zip(&[Item::deflated("WO/a.jpg", &[0; 60_000]), Item::stored("b", b"b")])),
        ("tar-posix", plain.clone()),
        ("tar-pax", tar(&[pax(&[("path", b"WO/long.jpg"), ("size", b"3")]), file("short", b"abc")])),
        ("tar-gnu-long", tar(&[gnu(b'L', "././@LongLink", b"WO/long.jpg\0"), gnu(b'0', "short", b"abc")])),
        ("tar-bad-names", tar(&bad_names.map(|name| file(name.split('\0').next().unwrap(), b"a")))),
        ("tar-bad-kinds", tar(&[bad_kinds.concat(), file("a", b"a")])),
        ("tar-huge-size", tar(&[header(b'0', "a", 1 << 40).as_bytes().to_vec()])),
        ("tar-gz", gzip(&plain)),
        ("tar-gz-members", [gzip(&plain[..700]), gzip(&plain[700..])].concat()),
        ("tar-zst", zstd(&plain)),
        ("tar-zst-frames", [&b"\x50\x2A\x4D\x18\x01\0\0\0a"[..], &zstd(&plain[..700]), &zstd(&plain[700..])].concat()),
    ]
}

#[test]
#[ignore = "writes into the repository"]
fn write_the_seeds() {
    fs::create_dir_all(folder()).unwrap();
    for (name, bytes) in seeds() {
        fs::write(folder().join(name), bytes).unwrap();
    }
}

#[test]
fn the_committed_seeds_do_no_harm() {
    let mut count = 0;
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        eprintln!("{}", path.display());
        exercise(&fs::read(path).unwrap());
        count += 1;
    }
    assert!(count >= seeds().len(), "{count}");
}

/// What the seeds are meant to be, so that fuzzing starts behind the first checks.
#[test]
fn the_seeds_reach_what_they_are_named_after() {
    for (name, bytes) in seeds() {
        let walked = crate::exercise::walk(&bytes, crate::exercise::small_limits(), true);
        assert_eq!(walked.end.is_ok(), name != "tar-huge-size", "{name}: {:?}", walked.end);
        let is_bad = ["bad", "encrypted", "link", "bomb", "huge"].iter().any(|word| name.contains(word));
        assert_eq!(!walked.bad.is_empty(), is_bad, "{name}: {:?}", walked.bad);
    }
}
