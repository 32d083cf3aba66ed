//! Sharp and blurred, dark and bright: told apart whatever the scene, its contrast, and the camera's resolution.

use fieldproof_vision::WorkingScale;
use rstest::rstest;

use crate::{
    files::{jpeg, png},
    read,
    scene::Picture,
};

/// The default of the check.
const MIN_SHARPNESS: f64 = 37.0;

fn sharpness(picture: &Picture) -> f64 {
    read(&png(picture)).unwrap().measures().sharpness
}

#[rstest]
fn sharp_and_blurred(#[values(1, 2, 3)] number: u64) {
    let scene = Picture::scene(number, 800, 600);
    let sharp = sharpness(&scene);
    let steps = [0, 1, 2, 3, 5].map(|reach| sharpness(&scene.blurred(reach)));
    assert!(steps.is_sorted_by(|sharper, softer| sharper > softer), "{steps:?}");
    assert!(sharp > 50.0, "{sharp}");
    // Slightly soft is still good, three pixels of Gaussian are not.
    let soft = sharpness(&scene.softened());
    assert!(soft > MIN_SHARPNESS, "{soft}");
    assert!(steps[2] < MIN_SHARPNESS, "{steps:?}");
}

#[rstest]
fn motion_blurs_one_direction(#[values((1, 0), (0, 1), (1, 1), (1, -1))] direction: (isize, isize)) {
    let scene = Picture::scene(4, 800, 600);
    let moved = sharpness(&scene.smeared(8, direction.0, direction.1));
    assert!(moved < MIN_SHARPNESS, "{moved}");
}

#[test]
fn what_is_not_blur() {
    let scene = Picture::scene(5, 800, 600);
    let sharp = sharpness(&scene);
    let close = |found: f64| (found / sharp - 1.0).abs() < 0.15;
    let pale = sharpness(&scene.each(|value| 100.0 + f64::from(value) * 0.25));
    let dark = sharpness(&scene.each(|value| f64::from(value) * 0.2));
    assert!(close(pale) && close(dark), "{sharp}: pale {pale}, dark {dark}");
    let saved = read(&jpeg(&scene, 50)).unwrap().measures().sharpness;
    assert!(close(saved), "{sharp}: saved {saved}");
    // The subject is a third of the photo, everything else is out of focus.
    let behind = scene.blurred(6);
    let subject = Picture::of(800, 600, |x, y| {
        let source = if (200..600).contains(&x) && (100..500).contains(&y) { &scene } else { &behind };
        source.rgb[(y * 800 + x) * 3..][..3].try_into().unwrap()
    });
    assert!(sharpness(&subject) > 0.75 * sharp, "{sharp}: subject {}", sharpness(&subject));
}

#[test]
fn noise_does_not_hide_blur() {
    let blurred = Picture::scene(6, 800, 600).blurred(4);
    for noisy in
        [blurred.noisy(3.0), blurred.noisy(6.0), blurred.each(|value| 20.0 + f64::from(value) * 0.3).noisy(3.0)]
    {
        let found = sharpness(&noisy);
        assert!(found < MIN_SHARPNESS, "{found}");
    }
}

#[test]
fn the_cameras_resolution_does_not_matter() {
    let blurred = Picture::scene(7, 1600, 1280).blurred(6);
    let found = [read(&jpeg(&blurred, 90)).unwrap(), read(&jpeg(&blurred.halved(), 90)).unwrap()]
        .map(|photo| photo.measures().sharpness);
    assert!((found[0] / found[1] - 1.0).abs() < 0.1, "{found:?}");
    assert_eq!(WorkingScale::FOR_MEASURES, 640);
}

#[test]
fn nothing_to_see_is_not_sharp() {
    for level in [0, 4, 128, 255] {
        let flat = Picture::of(200, 100, |_, _| [level; 3]);
        assert_eq!(sharpness(&flat), 0.0);
        assert!(sharpness(&flat.each(|_| 100.0).noisy(3.0)) < MIN_SHARPNESS);
    }
    let shade = Picture::of(700, 650, |x, y| [(x / 7 + y / 10) as u8; 3]);
    assert!(sharpness(&shade) < MIN_SHARPNESS, "{}", sharpness(&shade));
}

#[rstest]
#[case([0, 0, 0], 0.0)]
#[case([255, 255, 255], 255.0)]
#[case([128, 128, 128], 128.0)]
#[case([255, 0, 0], 77.0)]
fn light_of_a_colour(#[case] colour: [u8; 3], #[case] light: f64) {
    let measures = read(&png(&Picture::of(90, 60, |_, _| colour))).unwrap().measures();
    assert_eq!(measures.exposure.light, light);
    assert!(!measures.has_structure);
}

#[test]
fn light_follows_the_exposure() {
    let scene = Picture::scene(8, 400, 300);
    let exposure =
        |factor: f64| read(&jpeg(&scene.each(|value| f64::from(value) * factor), 85)).unwrap().measures().exposure;
    let normal = exposure(1.0);
    assert!(normal.light > 40.0 && normal.burnt < 18.0, "{normal:?}");
    assert!((exposure(0.2).light / normal.light - 0.2).abs() < 0.02);
    assert!(exposure(0.2).light < 40.0);
    assert!(exposure(5.0).burnt > 18.0, "{:?}", exposure(5.0));
}
