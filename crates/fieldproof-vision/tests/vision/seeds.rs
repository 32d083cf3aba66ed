//! What fuzzing starts from: small photos of each kind, with all that can stand beside the picture, in
//! `fuzz/seeds/photo`. They are replayed here, so that what fuzzing once found stays found.
//!
//! To write them anew: `cargo test -p fieldproof-vision --test vision -- --ignored write_the_seeds`

use std::{fs, path::PathBuf};

use image_webp::ColorType::Rgb8;

use crate::{
    exercise::exercise,
    files::{Jpeg, Png, interlaced_png, jpeg, png, webp_with},
    scene::Picture,
    traces::{exif_with, signed_jpeg},
};

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "..", "fuzz", "seeds", "photo"].iter().collect()
}

fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let picture = Picture::scene(1, 48, 36);
    let exif = || exif_with("Some Editor 1.0", &jpeg(&Picture::scene(1, 16, 12), 70));
    vec![
        ("jpeg-exif", Jpeg { exif: exif(), ..Jpeg::default() }.file(&picture)),
        ("jpeg-progressive", Jpeg { progressive: true, ..Jpeg::default() }.file(&picture)),
        ("jpeg-restarts", Jpeg { restart: 2, ..Jpeg::default() }.file(&picture)),
        ("jpeg-signed", signed_jpeg(&picture)),
        ("png", png(&picture)),
        ("png-exif", Png { exif: Some(exif()), ..Png::default() }.file(&picture.rgb, 48, 36)),
        ("png-interlaced", interlaced_png(&picture)),
        ("webp-exif", webp_with(&picture.rgb, 48, 36, Rgb8, exif())),
        ("webp-lossy", include_bytes!("../photos/lossy.webp").to_vec()),
        ("webp-alpha", include_bytes!("../photos/lossy_alpha.webp").to_vec()),
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

#[test]
fn the_seeds_are_photos() {
    for (name, bytes) in seeds() {
        assert!(crate::read(&bytes).is_ok(), "{name}");
        exercise(&bytes);
    }
}
