//! Archives that could cost memory.

use crate::{
    process::measured,
    tar_files::{END, file, gzip, header, pax, tar, zstd, zstd_with},
    zip_files::{Item, Zip, zip},
};

/// What reading may take beside what the process has anyway, KiB.
const BOUND: u64 = 30 * 1024;
const COUNT: usize = 199_999;
const LARGEST: usize = 8 << 20;

/// As many entries as are allowed, with names of a usual length, and one of them as large as is allowed.
fn many_in_a_zip() -> Vec<u8> {
    let mut zip = Zip::default();
    for i in 0..COUNT {
        zip.add(&Item::stored(format!("work orders of the week/cabinet {i}/pose du coffret, de face-0.jpg"), b"photo"));
    }
    zip.add(&Item::stored("WO/large.jpg", &noise(LARGEST)));
    zip.file()
}

fn many_in_a_tar() -> Vec<u8> {
    let mut bytes = Vec::new();
    for i in 0..COUNT {
        bytes.extend(file(format!("cabinet {i}/pose du coffret, de face-0.jpg"), b""));
    }
    bytes.extend(file("WO/large.jpg", &noise(LARGEST)));
    bytes.extend(END);
    bytes
}

/// Not to be packed.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let next = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    (0..length).map(next).collect()
}

/// A deflated entry that promises little and unpacks to a lot.
fn lying_bomb() -> Vec<u8> {
    let bomb = Item::deflated("WO/a.jpg", &vec![0; 100 << 20]);
    zip(&[Item { unpacked: LARGEST as u64, ..bomb }, Item::stored("WO/b.jpg", b"photo")])
}

fn long_names() -> Vec<u8> {
    let mut zip = Zip::default();
    for i in 0..1000 {
        zip.add(&Item::stored(format!("{i}{}", "x".repeat(65_000)), b"photo"));
    }
    zip.file()
}

/// Photos as large as is allowed.
fn large() -> Vec<u8> {
    tar(&[0, 1, 2, 3].map(|i| file(format!("WO/{i}.jpg"), &noise(LARGEST))))
}

fn in_window(log: u32) -> Vec<u8> {
    zstd_with(&large(), |encoder| {
        encoder.window_log(log).unwrap();
    })
}

fn zeros() -> Vec<u8> {
    [&header(b'0', "WO/a.jpg", 200 << 20).as_bytes()[..], &vec![0; 200 << 20]].concat()
}

fn huge_header() -> Vec<u8> {
    tar(&[pax(&[("comment", &vec![b'x'; 90 << 20]), ("path", b"a")]), file("WO/a.jpg", b"photo")])
}

#[test]
fn reading_takes_less_than_30_mib() {
    // Made one by one, since this process is to fit as well.
    type Make<'a> = &'a dyn Fn() -> Vec<u8>;
    let table: [(&str, Make<'_>, &str); _] = [
        ("as many entries as a zip may have", &many_in_a_zip, "200000 files, 0 bad"),
        ("as many entries as a tar may have", &many_in_a_tar, "200000 files, 0 bad"),
        ("names without end in a zip", &long_names, "0 files, 1000 bad"),
        ("a bomb that promises little", &lying_bomb, "1 files, 1 bad"),
        ("large entries in gzip", &|| gzip(&large()), "4 files, 0 bad"),
        ("large entries in the widest window", &|| in_window(23), "4 files, 0 bad"),
        ("a window that is too wide", &|| in_window(27), "window_too_large"),
        ("a bomb in gzip", &|| gzip(&zeros()), "0 files, 1 bad, archive_ratio_too_high"),
        ("a bomb in zstd", &|| zstd(&zeros()), "0 files, 1 bad, archive_ratio_too_high"),
        ("a huge additional header", &huge_header, "0 files, 1 bad"),
    ];
    for (name, make, expected) in table {
        let (grown, outcome) = measured(&make());
        eprintln!("{name}: {:.1} MiB", grown as f64 / 1024.0);
        assert_eq!(outcome, expected, "{name}");
        assert!(grown < BOUND, "{name}: {grown} KiB");
    }
}
