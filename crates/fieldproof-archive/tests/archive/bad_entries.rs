//! Every way in which one entry can be bad: it is told by name, and the entries around it come.

use crate::{
    exercise::{exercise, walk},
    tar_files::{file, gnu, gzip, header, member, padded, pax, tar, zstd},
    zip_files::{DEFLATED, DESCRIPTOR, ENCRYPTED, Item, UTF8, zip},
};
use fieldproof_archive::{BadEntry, Limits, Ratio};
use rstest::rstest;

const FIRST: &str = "WO/a.jpg";
const LAST: &str = "WO/z.jpg";

fn limits() -> Limits {
    Limits {
        entry_bytes: 20_000,
        entry_ratio: Ratio { max: 100, from: 10_000 },
        path_depth: 4,
        path_bytes: 150,
        ..Limits::default()
    }
}

/// The one bad entry of an archive that also holds the two good ones, which must have come.
fn bad_one(bytes: &[u8]) -> BadEntry {
    exercise(bytes);
    let mut walked = walk(bytes, limits(), true);
    assert!(walked.end.is_ok(), "{:?}", walked.end);
    let files: Vec<_> = walked.files.iter().map(|(path, content)| (path.as_str(), &content[..])).collect();
    assert_eq!(files, [(FIRST, &b"first"[..]), (LAST, b"last")]);
    assert_eq!(walked.bad.len(), 1, "{:?}", walked.bad);
    walked.bad.remove(0)
}

fn in_zip(item: Item) -> BadEntry {
    bad_one(&zip(&[Item::stored(FIRST, b"first"), item, Item::deflated(LAST, b"last")]))
}

fn in_tar(members: Vec<u8>) -> BadEntry {
    let tar = tar(&[file(FIRST, b"first"), members, file(LAST, b"last")]);
    let bad = bad_one(&tar);
    assert_eq!(bad_one(&gzip(&tar)), bad);
    assert_eq!(bad_one(&zstd(&tar)), bad);
    bad
}

/// Names that are bad in every format; as shown, and whether there is a path all the same.
#[rstest]
#[case::parent(b"../evil.jpg", "parent_folder", "../evil.jpg", false)]
#[case::parent_inside(b"WO/../../evil.jpg", "parent_folder", "WO/../../evil.jpg", false)]
#[case::absolute(b"/etc/passwd", "absolute_path", "/etc/passwd", false)]
#[case::drive(b"C:/Windows/x.jpg", "absolute_path", "C:/Windows/x.jpg", false)]
#[case::backslashes(b"..\\..\\evil.jpg", "backslash_in_path", "..\\..\\evil.jpg", false)]
#[case::share(b"\\\\host\\share\\x.jpg", "backslash_in_path", "\\\\host\\share\\x.jpg", false)]
#[case::line_break(b"WO/a\n.jpg", "control_character", "WO/a\\u{a}.jpg", false)]
#[case::escape(b"WO/\x1b[2J.jpg", "control_character", "WO/\\u{1b}[2J.jpg", false)]
#[case::not_utf8(b"WO/\xFF\xFE.jpg", "name_not_utf8", "WO/\\xff\\xfe.jpg", false)]
#[case::no_name(b"./.", "no_name", "./.", false)]
#[case::too_deep(b"a/b/c/d/e.jpg", "path_too_deep", "a/b/c/d/e.jpg", false)]
#[case::same_name(b"WO/a.jpg", "duplicate_name", "WO/a.jpg", true)]
#[case::same_name_by_dots(b"./WO//a.jpg", "duplicate_name", "WO/a.jpg", true)]
#[case::letter_case(b"wo/A.JPG", "duplicate_name", "wo/A.JPG", true)]
#[case::zip_inside(b"WO/photos.ZIP", "nested_archive", "WO/photos.ZIP", true)]
#[case::tar_inside(b"WO/photos.tar", "nested_archive", "WO/photos.tar", true)]
#[case::tgz_inside(b"WO/photos.tgz", "nested_archive", "WO/photos.tgz", true)]
#[case::gz_inside(b"WO/photo.jpg.gz", "nested_archive", "WO/photo.jpg.gz", true)]
#[case::zst_inside(b"WO/photos.tar.zst", "nested_archive", "WO/photos.tar.zst", true)]
#[case::seven_inside(b"WO/photos.7z", "nested_archive", "WO/photos.7z", true)]
#[case::rar_inside(b"WO/photos.rar", "nested_archive", "WO/photos.rar", true)]
fn names(#[case] name: &[u8], #[case] code: &str, #[case] shown: &str, #[case] has_path: bool) {
    let check = |bad: BadEntry| {
        assert_eq!((bad.problem.code(), bad.name.as_str(), bad.path.is_some()), (code, shown, has_path));
    };
    check(in_zip(Item::stored(name, b"photo")));
    check(in_tar(file(name, b"photo")));
    check(in_tar([gnu(b'L', "long", &[name, b"\0"].concat()), gnu(b'0', "short", b"photo")].concat()));
    check(in_tar([pax(&[("path", name)]), file("short", b"photo")].concat()));
}

#[test]
fn nul_and_long_names() {
    // A tar's header ends a name at its NUL, so only longer ways to give one can hold it.
    for bad in [
        in_zip(Item::stored(b"WO/a.jpg\0.exe", b"photo")),
        in_tar([gnu(b'L', "long", b"WO/a.jpg\0.exe\0"), gnu(b'0', "short", b"photo")].concat()),
        in_tar([pax(&[("path", b"WO/a.jpg\0.exe")]), file("short", b"photo")].concat()),
    ] {
        assert_eq!((bad.problem.code(), bad.name.as_str()), ("control_character", "WO/a.jpg\\u{0}.exe"));
    }
    let name = "long".repeat(15_000);
    for bad in [
        in_zip(Item::stored(&name, b"photo")),
        in_tar([gnu(b'L', "long", name.as_bytes()), gnu(b'0', "short", b"photo")].concat()),
        in_tar([pax(&[("path", name.as_bytes())]), file("short", b"photo")].concat()),
    ] {
        assert_eq!(bad.problem.code(), "path_too_long");
        assert_eq!(bad.name.chars().count(), 201);
    }
}

#[rstest]
#[case::zip(b"PK\x03\x04 and so on")]
#[case::gzip(b"\x1F\x8B\x08\0")]
#[case::zstd(b"\x28\xB5\x2F\xFD")]
#[case::seven(b"7z\xBC\xAF\x27\x1C")]
#[case::rar(b"Rar!\x1A\x07\0")]
#[case::xz(b"\xFD7zXZ\0")]
#[case::tar(*header(b'0', "inner.jpg", 0).as_bytes())]
fn archives_inside_by_their_content(#[case] content: impl AsRef<[u8]>) {
    let content = content.as_ref();
    for bad in [
        in_zip(Item::stored("WO/b.jpg", content)),
        in_zip(Item::deflated("WO/b.jpg", content)),
        in_tar(file("WO/b.jpg", content)),
    ] {
        assert_eq!((bad.problem.code(), bad.name.as_str()), ("nested_archive", "WO/b.jpg"));
        assert_eq!(bad.path.unwrap().as_str(), "WO/b.jpg");
    }
}

fn photo() -> Item {
    Item::deflated("WO/b.jpg", b"a photo, a photo, a photo")
}

fn stored() -> Item {
    Item::stored("WO/b.jpg", b"a photo")
}

#[rstest]
#[case::symbolic_link(Item { mode: 0o120_777, ..stored() }, "link")]
#[case::device(Item { mode: 0o060_644, ..stored() }, "special_file")]
#[case::terminal(Item { mode: 0o020_644, ..stored() }, "special_file")]
#[case::pipe(Item { mode: 0o010_644, ..stored() }, "special_file")]
#[case::socket(Item { mode: 0o140_644, ..stored() }, "special_file")]
#[case::folder_with_content(Item { mode: 0o040_755, ..stored() }, "special_file")]
#[case::encrypted(photo().flagged(ENCRYPTED), "encrypted")]
#[case::strongly_encrypted(photo().flagged(ENCRYPTED | 1 << 6), "encrypted")]
#[case::aes(photo().method(99), "encrypted")]
#[case::bzip2(photo().method(12), "unsupported_method")]
#[case::deflate64(photo().method(9), "unsupported_method")]
#[case::lzma(photo().method(14), "unsupported_method")]
#[case::zstd(photo().method(93), "unsupported_method")]
#[case::unheard_of(photo().method(999), "unsupported_method")]
#[case::stored_with_two_sizes(Item { unpacked: 8, ..stored() }, "wrong_size")]
#[case::less_than_promised(Item { unpacked: 100, ..photo() }, "wrong_size")]
#[case::more_than_promised(Item { unpacked: 5, ..photo() }, "wrong_size")]
#[case::nothing_promised(Item { unpacked: 0, ..photo() }, "wrong_size")]
#[case::bytes_behind_the_stream(
    Item { packed: photo().packed + 3, data: [&photo().data[..], b"abc"].concat(), ..photo() }, "wrong_size"
)]
#[case::more_packed_than_there_is(Item { packed: photo().packed + 3, ..photo() }, "conflicting_headers")]
#[case::less_packed_than_there_is(Item { packed: 10, ..photo() }, "entry_damaged")]
#[case::wrong_checksum_stored(Item { crc: 1, ..stored() }, "wrong_checksum")]
#[case::wrong_checksum_deflated(Item { crc: 1, ..photo() }, "wrong_checksum")]
#[case::no_deflate(Item { data: vec![0xFF; photo().data.len()], ..photo() }, "entry_damaged")]
#[case::stored_said_to_be_deflated(stored().method(DEFLATED), "entry_damaged")]
#[case::other_name(Item { local_name: b"WO/c.jpg".to_vec(), ..photo() }, "conflicting_headers")]
#[case::longer_name(Item { local_name: b"WO/b.jpg.exe".to_vec(), ..photo() }, "conflicting_headers")]
#[case::other_method(Item { local_method: 0, ..photo() }, "conflicting_headers")]
#[case::encrypted_in_one(Item { local_flags: ENCRYPTED, ..photo() }, "conflicting_headers")]
#[case::too_large(Item::stored("WO/b.jpg", &[7; 20_001]), "entry_too_large")]
#[case::says_it_is_too_large(Item { unpacked: 1 << 31, packed: 10, ..photo() }, "entry_too_large")]
#[case::says_it_is_huge(Item { unpacked: u64::MAX, zip64: true, ..photo() }, "entry_too_large")]
#[case::bomb(Item::deflated("WO/b.jpg", &[0; 20_000]), "entry_ratio_too_high")]
fn in_a_zip(#[case] item: Item, #[case] code: &str) {
    for flags in [item.flags, item.flags | UTF8 | DESCRIPTOR] {
        // A stream's sizes are behind it, where only the directory can say where that is.
        if flags & DESCRIPTOR != 0 && item.packed != item.data.len() as u64 {
            continue;
        }
        let local_flags = if flags == item.flags { item.local_flags } else { item.local_flags | DESCRIPTOR };
        let bad = in_zip(Item { flags, local_flags, ..item.clone() });
        assert_eq!((bad.problem.code(), bad.name.as_str()), (code, "WO/b.jpg"), "{}", bad.problem);
        assert_eq!(bad.path.unwrap().as_str(), "WO/b.jpg");
    }
}

#[rstest]
#[case::hard_link(member(b'1', "WO/b.jpg", b""), "link")]
#[case::symbolic_link(member(b'2', "WO/b.jpg", b""), "link")]
#[case::link_that_says_it_has_content(header(b'2', "WO/b.jpg", 99_999).as_bytes().to_vec(), "link")]
#[case::terminal(member(b'3', "WO/b.jpg", b""), "special_file")]
#[case::device(member(b'4', "WO/b.jpg", b""), "special_file")]
#[case::pipe(member(b'6', "WO/b.jpg", b""), "special_file")]
#[case::part_of_several_tapes(member(b'M', "WO/b.jpg", b"content"), "special_file")]
#[case::unheard_of(member(b'?', "WO/b.jpg", b"content"), "special_file")]
#[case::sparse(gnu(b'S', "WO/b.jpg", b"content"), "sparse_file")]
#[case::sparse_of_posix(
    [pax(&[("GNU.sparse.major", b"1"), ("GNU.sparse.name", b"WO/b.jpg")]), file("WO/GNUSparseFile.1/b.jpg", b"content")]
        .concat(),
    "sparse_file"
)]
#[case::too_large(file("WO/b.jpg", &[7; 20_001]), "entry_too_large")]
#[case::too_large_by_posix(
    [&pax(&[("size", b"20001")])[..], header(b'0', "WO/b.jpg", 5).as_bytes(), &padded(&[7; 20_001])].concat(),
    "entry_too_large"
)]
fn in_a_tar(#[case] members: Vec<u8>, #[case] code: &str) {
    let bad = in_tar(members);
    assert_eq!((bad.problem.code(), bad.name.as_str()), (code, "WO/b.jpg"));
    assert_eq!(bad.path.unwrap().as_str(), "WO/b.jpg");
}

/// The blocks behind the header that say where the zeros are.
#[test]
fn sparse_with_a_long_map() {
    let mut sparse = header(b'S', "WO/b.jpg", 7);
    sparse.as_mut_bytes()[257..265].copy_from_slice(b"ustar  \0");
    sparse.as_mut_bytes()[482] = 1;
    sparse.set_cksum();
    let mut map = tar::GnuExtSparseHeader::new();
    let last = map.as_bytes().to_vec();
    map.set_is_extended(true);
    let bad = in_tar([&sparse.as_bytes()[..], map.as_bytes(), &last, &padded(b"content")].concat());
    assert_eq!(bad.problem.code(), "sparse_file");
}

/// An additional header is not taken into memory at any size; the entry it speaks of cannot be known then.
#[test]
fn huge_additional_headers() {
    let records = pax(&[("path", b"WO/b.jpg"), ("comment", &vec![b'x'; 1_100_000])]);
    let bad = in_tar([records, file("WO/short.jpg", b"photo")].concat());
    assert_eq!((bad.problem.code(), bad.name.as_str()), ("header_too_large", "WO/short.jpg"));
    let long = gnu(b'L', "long", &vec![b'x'; 1_100_000]);
    let bad = in_tar([long, gnu(b'0', "WO/short.jpg", b"photo")].concat());
    assert_eq!((bad.problem.code(), bad.name.as_str()), ("header_too_large", "WO/short.jpg"));
}

/// Of several files of a name the first comes, also if a bad entry had the name before.
#[test]
fn the_first_good_one_has_the_name() {
    let link = Item { mode: 0o120_777, ..Item::stored("WO/b.jpg", b"/etc/passwd") };
    let items = [link, Item::stored("WO/b.jpg", b"one"), Item::stored("WO/B.jpg", b"two")];
    let walked = walk(&zip(&items), limits(), true);
    assert_eq!(walked.files[0].1, b"one");
    assert_eq!(walked.bad.iter().map(|bad| bad.problem.code()).collect::<Vec<_>>(), ["link", "duplicate_name"]);
}
