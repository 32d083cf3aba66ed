//! Archives as programs make them: every file comes, as it was.

use crate::{
    exercise::walk,
    tar_files::{END, file, gnu, gzip, header, member, padded, pax, tar, zstd},
    zip_files::{DESCRIPTOR, Item, UTF8, Zip, zip},
};
use fieldproof_archive::{Archive, Entry, Format, Limits};
use rstest::rstest;
use std::io::Cursor;

/// What all these archives hold: path and content.
fn files() -> Vec<(String, Vec<u8>)> {
    let noise: Vec<u8> = (0..40_000_u32).flat_map(|i| i.wrapping_mul(2_654_435_761).to_be_bytes()).collect();
    let long = format!("WO 1/{}/{}.jpg", "folder".repeat(10), "photo".repeat(15));
    vec![
        ("WO 1/metadata.json".into(), br#"{"cabinet": "A-12"}"#.to_vec()),
        ("WO 1/pose-0.jpg".into(), noise),
        ("WO 1/vide.jpg".into(), Vec::new()),
        ("WO 1/Réseau/à-côté.jpg".into(), b"\xFF\xD8\xFF\xE0".to_vec()),
        (long, vec![7; 512]),
        ("pose.jpg".into(), vec![b'x'; 100_000]),
    ]
}

fn zipped(item: impl Fn(&str, &[u8]) -> Item) -> Zip {
    let mut zip = Zip::default();
    zip.add(&Item { mode: 0o040_755, ..Item::stored("WO 1/", b"") });
    zip.add(&Item { mode: 0o040_755, ..Item::stored("a folder by its mode alone", b"") });
    files().iter().for_each(|(path, content)| zip.add(&item(path, content)));
    zip
}

fn zips() -> Vec<(&'static str, Vec<u8>)> {
    let stored = || zipped(|path, content| Item::stored(path, content));
    let deflated = || zipped(|path, content| Item::deflated(path, content));
    let streamed = |path: &str, content: &[u8]| Item::deflated(path, content).flagged(UTF8 | DESCRIPTOR);
    let zip64 = |path: &str, content: &[u8]| Item { zip64: true, ..Item::deflated(path, content) };
    let extra = |path: &str, content: &[u8]| Item { local_extra: vec![0; 60], ..Item::stored(path, content) };
    let no_flag = |path: &str, content: &[u8]| Item::deflated(path, content).flagged(0);
    let mut commented = deflated().file();
    let length = commented.len();
    commented[length - 2..].copy_from_slice(&[5, 0]);
    commented.extend(b"hello");
    vec![
        ("stored", stored().file()),
        ("deflated", deflated().file()),
        ("with descriptors", zipped(streamed).file()),
        ("zip64", zipped(zip64).zip64_file()),
        ("zip64 in its end alone", deflated().zip64_file()),
        ("zip64 in its entries alone", zipped(zip64).file()),
        ("aligned", zipped(extra).file()),
        ("without the flag for UTF-8", zipped(no_flag).file()),
        ("with a comment", commented),
        ("with something behind it", [&stored().file()[..], b"\n"].concat()),
    ]
}

fn plain_tars() -> Vec<(&'static str, Vec<u8>)> {
    let each = |make: &dyn Fn(&str, &[u8]) -> Vec<u8>| {
        let folder = [member(b'5', "WO 1/", b""), member(b'g', "global", b"20 comment=a comment\n")];
        tar(&folder.into_iter().chain(files().iter().map(|(path, content)| make(path, content))).collect::<Vec<_>>())
    };
    let cut = |path: &str| path.bytes().take(100).collect::<Vec<_>>();
    let gnu_tar = |path: &str, content: &[u8]| {
        let name =
            if path.len() > 100 { gnu(b'L', "././@LongLink", &[path.as_bytes(), b"\0"].concat()) } else { vec![] };
        [name, gnu(b'0', cut(path), content)].concat()
    };
    let pax_tar = |path: &str, content: &[u8]| {
        let size = content.len().to_string();
        let records = [("path", path.as_bytes()), ("size", size.as_bytes()), ("SCHILY.xattr.user.a", b"\n\0\n=")];
        // The size in the header itself says nothing then.
        [&pax(&records)[..], header(b'0', cut(path), 0).as_bytes(), &padded(content)].concat()
    };
    let ustar = |path: &str, content: &[u8]| {
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, path, content).unwrap();
        let bytes = builder.into_inner().unwrap();
        bytes[..bytes.len() - 1024].to_vec()
    };
    let mut by_library = tar::Builder::new(Vec::new());
    for (path, content) in files() {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        by_library.append_data(&mut header, path, &content[..]).unwrap();
    }
    let dotted = |path: &str, content: &[u8]| gnu_tar(&format!("./{path}"), content);
    let whole = each(&gnu_tar);
    vec![
        ("GNU", whole.clone()),
        ("POSIX", each(&pax_tar)),
        ("ustar", each(&ustar)),
        ("of the library", by_library.into_inner().unwrap()),
        ("from inside the folder", each(&dotted)),
        ("with much padding", [&whole[..], &[0; 10_240]].concat()),
        ("with an odd end", [&whole[..], &[0; 100]].concat()),
        ("with one block at its end", whole[..whole.len() - 512].to_vec()),
        ("one behind the other", [&tar(&[])[..], &whole, &tar(&[])].concat()),
        ("behind an end", [&END[..], &whole].concat()),
    ]
}

#[test]
fn every_file_of_every_zip() {
    for (name, bytes) in zips() {
        assert_holds_all(&format!("zip {name}"), &bytes, Format::Zip);
    }
}

#[test]
fn every_file_of_every_tar() {
    for (name, bytes) in plain_tars() {
        assert_holds_all(&format!("tar {name}"), &bytes, Format::Tar);
        assert_holds_all(&format!("tar.gz {name}"), &gzip(&bytes), Format::TarGz);
        assert_holds_all(&format!("tar.zst {name}"), &zstd(&bytes), Format::TarZst);
    }
}

#[test]
fn packed_in_several_pieces() {
    let (_, whole) = plain_tars().swap_remove(0);
    // Not at a block's border.
    let (a, b) = whole.split_at(whole.len() / 3 + 7);
    assert_holds_all("gzip members", &[gzip(a), gzip(b""), gzip(b)].concat(), Format::TarGz);
    let skippable = b"\x50\x2A\x4D\x18\x04\0\0\0abcd";
    assert_holds_all(
        "zstd frames",
        &[skippable, &zstd(a)[..], skippable, &zstd(b), skippable].concat(),
        Format::TarZst,
    );
    let packed_tars = [gzip(&whole), gzip(&tar(&[file("last.jpg", b"last")]))].concat();
    let walked = walk(&packed_tars, Limits::default(), true);
    assert_eq!(walked.names.last().unwrap(), "last.jpg");
    assert_eq!(walked.files.len(), files().len() + 1);
    assert!(walked.end.is_ok());
}

fn assert_holds_all(name: &str, bytes: &[u8], format: Format) {
    let walked = walk(bytes, Limits::default(), true);
    assert!(walked.end.is_ok(), "{name}: {:?}", walked.end);
    assert_eq!(walked.bad, [], "{name}");
    let found: Vec<_> = walked.files.into_iter().map(|(path, content)| (path.to_string(), content)).collect();
    assert!(found == files(), "{name}: {:?}", walked.names);

    let mut archive = Archive::open(Cursor::new(bytes.to_vec()), Limits::default()).unwrap();
    assert_eq!(archive.format(), format, "{name}");
    let expected = (format == Format::Zip).then_some(files().len() as u64);
    assert_eq!(archive.files(), expected, "{name}");
    // Again from the beginning, and passing over what is not read.
    for step in [2, 3] {
        let mut entries = archive.entries().unwrap();
        let mut index = 0;
        while let Some(entry) = entries.next_entry().unwrap() {
            let Entry::File(file) = entry else { panic!("{name}: {entry:?}") };
            if index % step == 0 {
                assert!(file.read().unwrap().unwrap() == files()[index].1, "{name} {index}");
            }
            index += 1;
        }
        assert!(entries.next_entry().unwrap().is_none());
        assert_eq!(index, files().len());
    }
}

#[rstest]
#[case::no_flag(b"R\x82seau/\x85.jpg", 0, "Réseau/à.jpg")]
#[case::flag("Réseau/à.jpg".as_bytes(), UTF8, "Réseau/à.jpg")]
fn names_in_a_zip(#[case] name: &[u8], #[case] flags: u16, #[case] path: &str) {
    let walked = walk(&zip(&[Item::stored(name, b"photo").flagged(flags)]), Limits::default(), true);
    assert_eq!(walked.files[0].0.as_str(), path);
}

/// Before POSIX there was no magic, and a folder was a name with a slash.
#[test]
fn the_oldest_tars() {
    let mut old = tar::Header::new_old();
    old.as_old_mut().name[..3].copy_from_slice(b"WO/");
    old.set_size(0);
    old.set_cksum();
    let folder = old.as_bytes().to_vec();
    old.as_old_mut().name[..8].copy_from_slice(b"WO/a.jpg");
    old.set_size(5);
    old.set_cksum();
    let bytes = tar(&[folder, old.as_bytes().to_vec(), padded(b"photo")]);
    let walked = walk(&bytes, Limits::default(), true);
    assert!(walked.end.is_ok());
    assert_eq!(walked.files[0].0.as_str(), "WO/a.jpg");
    assert_eq!(walked.files[0].1, b"photo");
}

/// What is not photos is not this crate's business.
#[test]
fn junk_is_delivered() {
    let names = ["__MACOSX/WO/._a.jpg", "WO/.DS_Store", "WO/Thumbs.db", "WO/a.jpg"];
    let items: Vec<_> = names.iter().map(|name| Item::deflated(name, b"junk")).collect();
    assert_eq!(walk(&zip(&items), Limits::default(), true).names, names);
    let members: Vec<_> = names.iter().map(|name| file(name, b"junk")).collect();
    assert_eq!(walk(&tar(&members), Limits::default(), true).names, names);
}
