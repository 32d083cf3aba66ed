//! A photo is itself after re-saving, scaling and a change of light, and no other.

use fieldproof_domain::observation::PerceptualHash;

use crate::{
    files::{jpeg, png},
    read,
    scene::Picture,
};

/// The default of the duplicate check.
const MAX_DISTANCE: u32 = 24;

fn hash(file: &[u8]) -> PerceptualHash {
    read(file).unwrap().perceptual_hash().unwrap()
}

#[test]
fn survives_what_messengers_do() {
    for number in 1..=6 {
        let scene = Picture::scene(number, 640, 480);
        let original = hash(&png(&scene));
        let changed = [
            ("saved at 40", jpeg(&scene, 40)),
            ("half the size", jpeg(&scene.halved(), 85)),
            ("a quarter, saved at 40", jpeg(&scene.halved().halved(), 40)),
            ("brighter", jpeg(&scene.each(|value| f64::from(value) * 1.1), 85)),
            ("darker", jpeg(&scene.each(|value| f64::from(value) * 0.8), 85)),
            ("less contrast", jpeg(&scene.each(|value| 60.0 + f64::from(value) * 0.6), 85)),
            ("noise", jpeg(&scene.noisy(4.0), 85)),
        ];
        for (change, file) in changed {
            let distance = original.distance(&hash(&file)).unwrap();
            assert!(distance <= MAX_DISTANCE, "scene {number}, {change}: {distance}");
        }
    }
}

#[test]
fn a_larger_file_of_the_same_scene_is_the_same() {
    let large = hash(&jpeg(&Picture::scene(3, 1600, 1280), 85));
    let small = hash(&jpeg(&Picture::scene(3, 800, 600), 85));
    assert!(large.distance(&small).unwrap() <= MAX_DISTANCE);
}

#[test]
fn other_scenes_are_far_away() {
    let hashes: Vec<PerceptualHash> =
        (1..=24).map(|number| hash(&jpeg(&Picture::scene(number, 320, 240), 85))).collect();
    for (index, one) in hashes.iter().enumerate() {
        for other in &hashes[..index] {
            let distance = one.distance(other).unwrap();
            assert!(distance > 80, "{distance}");
        }
        // Half of the bits, by the median.
        let ones: u32 = one.bits.iter().map(|word| word.count_ones()).sum();
        assert_eq!(ones, 128);
    }
}

#[test]
fn pictures_of_nothing_have_no_hash() {
    let wall = Picture::of(640, 480, |x, y| [(150 + x / 40 + y / 60) as u8; 3]);
    for picture in [Picture::of(64, 64, |_, _| [128; 3]), wall.noisy(3.0), wall.each(|_| 6.0).noisy(2.0), wall] {
        assert_eq!(read(&png(&picture)).unwrap().perceptual_hash(), None);
    }
}

/// Stored hashes are compared with new ones for years: the same photo has to give the same bits.
#[test]
fn version_1_stays_as_it_is() {
    let found = hash(&png(&Picture::scene(1, 64, 64)));
    assert_eq!(found.version, 1);
    assert_eq!(
        found.bits.map(|word| format!("{word:016x}")),
        ["59417f2bb01ee18f", "85f127f0c4a33af3", "1f38dd8f2cdc6159", "81490dd51c0f8679"]
    );
}

/// What is left between these edges.
fn cut(picture: &Picture, [left, top, right, bottom]: [usize; 4]) -> Picture {
    Picture::of(right - left, bottom - top, |x, y| {
        let at = ((y + top) * picture.width + x + left) * 3;
        picture.rgb[at..][..3].try_into().unwrap()
    })
}

#[test]
fn a_tenth_may_be_cut_off_anywhere() {
    for number in 1..=6 {
        let scene = Picture::scene(number, 640, 480);
        let whole = read(&jpeg(&scene, 85)).unwrap().cuts().unwrap();
        for edges in [
            [0, 0, 576, 480],
            [64, 0, 640, 480],
            [0, 0, 640, 432],
            [0, 48, 640, 480],
            [32, 24, 608, 456],
            [0, 0, 576, 432],
            [64, 48, 640, 480],
            [16, 12, 624, 468],
            [20, 0, 640, 460],
        ] {
            let part = cut(&scene, edges);
            let part = read(&jpeg(&part.each(|value| f64::from(value) * 0.9), 60)).unwrap().cuts().unwrap();
            for (one, other) in [(&whole, &part), (&part, &whole)] {
                let distance = one.distance_to(&other.middle());
                assert!(distance.is_some_and(|bits| bits <= MAX_DISTANCE), "{number} {edges:?}: {distance:?}");
            }
        }
    }
}

#[test]
fn no_part_of_another_scene_is_near() {
    let photos: Vec<_> =
        (1..=24).map(|number| read(&jpeg(&Picture::scene(number, 320, 240), 85)).unwrap().cuts().unwrap()).collect();
    for (index, one) in photos.iter().enumerate() {
        let own = one.distance_to(&one.middle());
        assert!(own.is_some_and(|bits| bits <= MAX_DISTANCE), "{own:?}");
        for other in photos.iter().take(index) {
            let distance = one.distance_to(&other.middle());
            assert!(distance.is_none_or(|bits| bits > MAX_DISTANCE), "{distance:?}");
        }
    }
    let wall = Picture::of(640, 480, |x, y| [(150 + x / 40 + y / 60) as u8; 3]);
    assert!(read(&png(&wall)).unwrap().cuts().is_none());
}

/// As for the hash of the whole photo.
#[test]
fn the_middle_stays_as_it_is() {
    let found = read(&png(&Picture::scene(1, 64, 64))).unwrap().cuts().unwrap().middle();
    assert_eq!(found.version, 1);
    let words = found.bits.map(|word| format!("{word:016x}"));
    assert_eq!(words, ["40fff923bfbb1a76", "38f37b437aac35e4", "da61ff8f43b695cd", "94f0d20c12288df3"]);
}
