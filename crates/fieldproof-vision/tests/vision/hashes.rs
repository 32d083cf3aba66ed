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
