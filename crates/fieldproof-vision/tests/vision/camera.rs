//! What cameras write beside the picture.

use std::io::Cursor;

use chrono::{TimeZone, Utc};
use exif::{Field, In, Rational, Tag, Value, experimental::Writer};
use fieldproof_domain::observation::{GeoPoint, PhotoFacts};
use image_webp::ColorType::Rgb8;
use rstest::rstest;

use crate::{
    files::{Jpeg, Png, webp_with},
    read,
    scene::Picture,
};

fn block(fields: &[(Tag, Value)]) -> Vec<u8> {
    let fields: Vec<Field> =
        fields.iter().map(|(tag, value)| Field { tag: *tag, ifd_num: In::PRIMARY, value: value.clone() }).collect();
    let mut writer = Writer::new();
    fields.iter().for_each(|field| writer.push_field(field));
    let mut block = Cursor::new(Vec::new());
    writer.write(&mut block, false).unwrap();
    block.into_inner()
}

fn text(text: &str) -> Value {
    Value::Ascii(vec![text.as_bytes().to_vec()])
}

fn dms(parts: [(u32, u32); 3]) -> Value {
    Value::Rational(parts.map(|(num, denom)| Rational { num, denom }).to_vec())
}

fn facts(exif: Vec<u8>) -> PhotoFacts {
    let file = Jpeg { exif, ..Jpeg::default() }.file(&Picture::quarters(64, 48));
    read(&file).unwrap().facts().clone()
}

const PLAIN: PhotoFacts =
    PhotoFacts { width: 64, height: 48, taken_at: None, zone_known: false, location: None, make: None, model: None };

#[test]
fn everything_in_every_format() {
    let exif = block(&[
        (Tag::Make, text("Fairphone ")),
        (Tag::Model, text("FP\u{7}5")),
        (Tag::Orientation, Value::Short(vec![6])),
        (Tag::DateTimeOriginal, text("2026:03:29 01:30:00")),
        (Tag::OffsetTimeOriginal, text("+02:00")),
        (Tag::GPSLatitudeRef, text("S")),
        (Tag::GPSLatitude, dms([(33, 1), (51, 1), (2_520, 100)])),
        (Tag::GPSLongitudeRef, text("E")),
        (Tag::GPSLongitude, dms([(151, 1), (12, 1), (36, 1)])),
    ]);
    let picture = Picture::quarters(64, 48);
    let files = [
        Jpeg { exif: exif.clone(), ..Jpeg::default() }.file(&picture),
        Png { exif: Some(exif.clone()), ..Png::default() }.file(&picture.rgb, 64, 48),
        webp_with(&picture.rgb, 64, 48, Rgb8, exif.clone()),
        webp_with(&picture.rgb, 64, 48, Rgb8, [b"Exif\0\0", &exif[..]].concat()),
    ];
    for file in files {
        let photo = read(&file).unwrap();
        let expected = PhotoFacts {
            width: 48,
            height: 64,
            taken_at: Utc.with_ymd_and_hms(2026, 3, 28, 23, 30, 0).single(),
            zone_known: true,
            location: Some(GeoPoint { lat: -33.857, lon: 151.21 }),
            make: Some("Fairphone".to_owned()),
            model: Some("FP5".to_owned()),
        };
        let found = photo.facts();
        let (here, there) = (found.location.unwrap(), expected.location.unwrap());
        assert!((here.lat - there.lat).abs() < 1e-9 && (here.lon - there.lon).abs() < 1e-9, "{here:?}");
        assert_eq!(found, &PhotoFacts { location: Some(here), ..expected });
        assert_eq!(photo.working_size(), (48, 64));
    }
}

/// The corner pixels of the upright quarters are red, green / blue, white, whichever way the camera was held.
#[rstest]
#[case(1, "rgbw", (64, 48))]
#[case(2, "grwb", (64, 48))]
#[case(3, "wbgr", (64, 48))]
#[case(4, "bwrg", (64, 48))]
#[case(5, "rbgw", (48, 64))]
#[case(6, "brwg", (48, 64))]
#[case(7, "wgbr", (48, 64))]
#[case(8, "gwrb", (48, 64))]
fn orientations(#[case] value: u16, #[case] upright: &str, #[case] size: (u32, u32)) {
    let exif = block(&[(Tag::Orientation, Value::Short(vec![value]))]);
    let photo = read(&Jpeg { exif, ..Jpeg::default() }.file(&Picture::quarters(64, 48))).unwrap();
    assert_eq!(photo.working_size(), size);
    assert_eq!((photo.facts().width, photo.facts().height), size);
    let (width, height) = (size.0 as usize, size.1 as usize);
    let found: String = [(0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)]
        .map(|(x, y)| match photo.rgb()[(y * width + x) * 3..][..3] {
            [(200..), (200..), (200..)] => 'w',
            [(200..), _, _] => 'r',
            [_, (200..), _] => 'g',
            [_, _, (200..)] => 'b',
            _ => '?',
        })
        .iter()
        .collect();
    assert_eq!(found, upright);
}

#[rstest]
#[case::no_offset("2026:01:31 12:00:00", None, Some((2026, 1, 31, 12)))]
#[case::behind("2026:01:31 22:00:00", Some("-05:00"), Some((2026, 2, 1, 3)))]
#[case::blank_offset("2026:01:31 12:00:00", Some("   :  "), Some((2026, 1, 31, 12)))]
#[case::nonsense_offset("2026:01:31 12:00:00", Some("+99:99"), None)]
#[case::blank("    :  :     :  :  ", None, None)]
#[case::zeros("0000:00:00 00:00:00", None, None)]
#[case::no_such_day("2026:02:30 12:00:00", None, None)]
#[case::words("yesterday", None, None)]
fn capture_times(#[case] time: &str, #[case] offset: Option<&str>, #[case] expected: Option<(i32, u32, u32, u32)>) {
    let mut fields = vec![(Tag::DateTimeOriginal, text(time))];
    fields.extend(offset.map(|offset| (Tag::OffsetTimeOriginal, text(offset))));
    let expected = expected.and_then(|(y, m, d, h)| Utc.with_ymd_and_hms(y, m, d, h, 0, 0).single());
    let zone_known = offset == Some("-05:00");
    assert_eq!(facts(block(&fields)), PhotoFacts { taken_at: expected, zone_known, ..PLAIN });
}

#[rstest]
#[case::no_position_yet([(0, 1), (0, 1), (0, 1)], [(0, 1), (0, 1), (0, 1)])]
#[case::divided_by_zero([(48, 0), (0, 0), (0, 0)], [(2, 1), (0, 1), (0, 1)])]
#[case::beyond_the_pole([(90, 1), (1, 1), (0, 1)], [(2, 1), (0, 1), (0, 1)])]
#[case::beyond_the_date_line([(48, 1), (0, 1), (0, 1)], [(181, 1), (0, 1), (0, 1)])]
fn absurd_places_are_left_out(#[case] lat: [(u32, u32); 3], #[case] lon: [(u32, u32); 3]) {
    let fields = [
        (Tag::GPSLatitudeRef, text("N")),
        (Tag::GPSLatitude, dms(lat)),
        (Tag::GPSLongitudeRef, text("W")),
        (Tag::GPSLongitude, dms(lon)),
    ];
    assert_eq!(facts(block(&fields)), PLAIN);
}

#[test]
fn texts_are_cut_and_cleaned() {
    let exif = block(&[(Tag::Make, text(&"x".repeat(1000))), (Tag::Model, text(" \n\t "))]);
    assert_eq!(facts(exif), PhotoFacts { make: Some("x".repeat(128)), ..PLAIN });
}

#[test]
fn broken_exif_costs_only_itself() {
    let exif = block(&[(Tag::Make, text("Maker")), (Tag::Model, text("A long model name, stored apart"))]);
    for length in 0..exif.len() {
        let cut = facts(exif[..length].to_vec());
        assert_eq!((cut.width, cut.height), (64, 48));
    }
    for at in 0..exif.len() {
        let mut broken = exif.clone();
        broken[at] ^= 0xFF;
        facts(broken);
    }
    assert_eq!(facts(b"not TIFF at all".to_vec()), PLAIN);
}
