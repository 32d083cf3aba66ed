//! Cut off, damaged, or made to hurt: always an error, never a panic or half a picture.

use fieldproof_vision::{PhotoError, sniff};
use proptest::prelude::*;
use rstest::rstest;

use crate::{
    files::{Jpeg, interlaced_png, jpeg, png, webp},
    read,
    scene::Picture,
};

fn small_files() -> Vec<(&'static str, Vec<u8>)> {
    let picture = Picture::scene(1, 48, 36);
    vec![
        ("baseline", jpeg(&picture, 80)),
        ("progressive", Jpeg { progressive: true, ..Jpeg::default() }.file(&picture)),
        ("restarts", Jpeg { restart: 2, ..Jpeg::default() }.file(&picture)),
        ("png", png(&picture)),
        ("interlaced", interlaced_png(&picture)),
        ("lossless webp", webp(&picture.rgb, 48, 36, image_webp::ColorType::Rgb8)),
        ("lossy webp", include_bytes!("../photos/lossy.webp").to_vec()),
        ("alpha webp", include_bytes!("../photos/lossy_alpha.webp").to_vec()),
    ]
}

#[test]
fn every_prefix_is_refused() {
    for (name, file) in small_files() {
        assert!(read(&file).is_ok(), "{name}");
        // A padding byte at the very end may be missing.
        let needed = if name.ends_with("webp") { file.len() - 1 } else { file.len() };
        for length in 0..needed {
            let error = read(&file[..length]).expect_err(&format!("{name} cut to {length} of {}", file.len()));
            if sniff(&file[..length]).is_ok() {
                assert!(matches!(error, PhotoError::Broken { .. }), "{name} {length}: {error}");
            }
        }
    }
}

/// A repaired upload: the scan is cut, but an end mark follows.
#[rstest]
fn a_short_scan_with_an_end_mark_is_refused(
    #[values(false, true)] progressive: bool,
    #[values(30, 60, 95)] percent: usize,
) {
    let file = Jpeg { progressive, ..Jpeg::default() }.file(&Picture::scene(2, 160, 120));
    let data = file.windows(2).rposition(|window| window == [0xFF, 0xDA]).unwrap() + 12;
    let mut cut = data + (file.len() - data) * percent / 100;
    while file[cut - 1] == 0xFF {
        cut -= 1;
    }
    let repaired = [&file[..cut], &[0xFF, 0xD9]].concat();
    let error = read(&repaired).expect_err("half a picture").to_string();
    assert!(error.contains("missing or damaged"), "{error}");
}

#[test]
fn messages_tell_what_to_do() {
    let file = jpeg(&Picture::scene(1, 48, 36), 80);
    assert_eq!(
        read(&file[..file.len() / 2]).unwrap_err().to_string(),
        "the photo is broken: the file ends before the picture does; send the complete file again, or take the photo \
         again"
    );
    assert_eq!(read(b"").unwrap_err().to_string(), "the photo is empty: it has no bytes");
}

#[test]
fn a_webp_cannot_claim_two_sizes() {
    let mut file = include_bytes!("../photos/lossy_alpha.webp").to_vec();
    let frame = file.windows(3).position(|window| window == [0x9D, 0x01, 0x2A]).unwrap() + 3;
    // 16,383 x 16,383 inside a canvas of 64 x 48.
    file[frame..frame + 4].copy_from_slice(&[0xFF, 0x3F, 0xFF, 0x3F]);
    assert!(matches!(read(&file), Err(PhotoError::TooManyPixels { width: 16_383, height: 16_383, .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn damaged_files_never_panic(
        which in 0_usize..8,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let (_, mut file) = small_files().swap_remove(which);
        for (index, byte) in damage {
            let at = index.index(file.len());
            file[at] = byte;
        }
        if let Ok(photo) = read(&file) {
            prop_assert!((0.0..=200.0).contains(&photo.measures().sharpness));
            prop_assert!((0.0..=255.0).contains(&photo.measures().exposure.light));
            photo.perceptual_hash();
        }
    }

    // Not WebP: nearly all bytes are a picture to its arithmetic coding.
    #[test]
    fn noise_behind_a_signature_is_refused(
        which in 0_usize..5,
        keep in 3_usize..40,
        noise in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let (_, file) = small_files().swap_remove(which);
        let bytes = [&file[..keep], &noise[..]].concat();
        prop_assert!(read(&bytes).is_err());
    }
}
