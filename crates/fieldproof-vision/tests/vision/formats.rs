//! Every kind of JPEG, PNG and WebP gives the same picture.

use fieldproof_vision::{Limits, Photo, PhotoFormat, WorkingScale};
use jpeg_encoder::{ColorType, SamplingFactor};
use png::BitDepth;
use rstest::rstest;

use crate::{
    files::{Jpeg, Png, interlaced_png, jpeg, png, webp},
    read,
    scene::Picture,
};

const RED: [u8; 3] = [255, 0, 0];
const GREEN: [u8; 3] = [0, 255, 0];
const BLUE: [u8; 3] = [0, 0, 255];
const WHITE: [u8; 3] = [255, 255, 255];
const COLOURS: [[u8; 3]; 4] = [RED, GREEN, BLUE, WHITE];
const GREYS: [[u8; 3]; 4] = [[76; 3], [150; 3], [29; 3], WHITE];

/// The colours in the middle of the four quarters.
fn quarters(photo: &Photo) -> [[u8; 3]; 4] {
    let (width, height) = photo.working_size();
    [(1, 1), (3, 1), (1, 3), (3, 3)].map(|(x, y)| {
        let at = ((height * y / 4 * width) + width * x / 4) as usize * 3;
        photo.rgb()[at..at + 3].try_into().unwrap()
    })
}

fn check(bytes: &[u8], format: PhotoFormat, expected: [[u8; 3]; 4], tolerance: u8) {
    let photo = read(bytes).unwrap();
    assert_eq!(photo.format(), format);
    assert_eq!((photo.facts().width, photo.facts().height), (64, 48));
    assert_eq!(photo.rgb().len(), 64 * 48 * 3);
    let found = quarters(&photo);
    let close = found.iter().flatten().zip(expected.iter().flatten()).all(|(a, b)| a.abs_diff(*b) <= tolerance);
    assert!(close, "{found:?}");
}

#[rstest]
fn jpeg_kinds(
    #[values(SamplingFactor::R_4_4_4, SamplingFactor::R_4_2_2, SamplingFactor::R_4_2_0, SamplingFactor::R_4_1_1)]
    sampling: SamplingFactor,
    #[values(false, true)] progressive: bool,
    #[values(0, 3)] restart: u16,
) {
    let file = Jpeg { sampling, progressive, restart, ..Jpeg::default() }.file(&Picture::quarters(64, 48));
    check(&file, PhotoFormat::Jpeg, COLOURS, 6);
}

#[test]
fn jpeg_grey() {
    let pixels: Vec<u8> = Picture::quarters(64, 48).rgb.chunks(3).map(grey).collect();
    let file = Jpeg::default().pixels(&pixels, 64, 48, ColorType::Luma);
    check(&file, PhotoFormat::Jpeg, GREYS, 4);
}

fn grey(pixel: &[u8]) -> u8 {
    match pixel {
        [255, 0, 0] => 76,
        [0, 255, 0] => 150,
        [0, 0, 255] => 29,
        _ => 255,
    }
}

#[rstest]
fn jpeg_cmyk(#[values(ColorType::Cmyk, ColorType::CmykAsYcck)] colour: ColorType) {
    // Colour as ink, and a third of black on all of it: both parts have to be read.
    let ink: Vec<u8> =
        Picture::quarters(64, 48).rgb.chunks(3).flat_map(|p| [255 - p[0], 255 - p[1], 255 - p[2], 85]).collect();
    let file = Jpeg { quality: 95, ..Jpeg::default() }.pixels(&ink, 64, 48, colour);
    check(&file, PhotoFormat::Jpeg, COLOURS.map(|colour| colour.map(|value| value / 3 * 2)), 8);

    // Without the mark of Adobe, the same numbers mean the opposite.
    if colour == ColorType::Cmyk {
        let plain: Vec<u8> = ink.iter().map(|ink| 255 - ink).collect();
        let file = Jpeg { quality: 95, ..Jpeg::default() }.pixels(&plain, 64, 48, colour);
        let mark = file.windows(5).position(|window| window == b"Adobe").unwrap();
        let file = [&file[..mark], b"Other", &file[mark + 5..]].concat();
        check(&file, PhotoFormat::Jpeg, COLOURS.map(|colour| colour.map(|value| value / 3 * 2)), 8);
    }
}

#[test]
fn png_kinds() {
    let picture = Picture::quarters(64, 48);
    let pixels = |convert: &dyn Fn(&[u8]) -> Vec<u8>| -> Vec<u8> { picture.rgb.chunks(3).flat_map(convert).collect() };
    let file = |png: Png, pixels: Vec<u8>| png.file(&pixels, 64, 48);
    let exactly = |bytes: &[u8], expected| check(bytes, PhotoFormat::Png, expected, 0);
    let is_white = |pixel: &[u8]| pixel == [255, 255, 255];
    use png::ColorType::{Grayscale, GrayscaleAlpha, Indexed, Rgb, Rgba};

    exactly(&png(&picture), COLOURS);
    exactly(&interlaced_png(&picture), COLOURS);
    // White as black that is fully transparent.
    let rgba = pixels(&|p| if is_white(p) { vec![0, 0, 0, 0] } else { [p, &[255]].concat() });
    exactly(&file(Png { colour: Rgba, ..Png::default() }, rgba), COLOURS);
    let half = pixels(&|p| [p, &[128]].concat());
    exactly(
        &file(Png { colour: Rgba, ..Png::default() }, half),
        [[255, 127, 127], [127, 255, 127], [127, 127, 255], WHITE],
    );
    exactly(&file(Png { colour: Grayscale, ..Png::default() }, pixels(&|p| vec![grey(p)])), GREYS);
    let grey_alpha = pixels(&|p| if is_white(p) { vec![0, 0] } else { vec![grey(p), 255] });
    exactly(&file(Png { colour: GrayscaleAlpha, ..Png::default() }, grey_alpha), GREYS);
    let sixteen = pixels(&|p| p.iter().flat_map(|&value| [value, value]).collect());
    exactly(&file(Png { colour: Rgb, depth: BitDepth::Sixteen, ..Png::default() }, sixteen), COLOURS);
    let palette = Some([RED, GREEN, BLUE, [9, 9, 9]].concat());
    let index = pixels(&|p| vec![COLOURS.iter().position(|colour| colour == p).unwrap() as u8]);
    let transparent = Some(vec![255, 255, 255, 0]);
    exactly(&file(Png { colour: Indexed, palette, transparent, ..Png::default() }, index), COLOURS);
    let bits =
        pixels(&|p| vec![u8::from(p[0] == 255)]).chunks(8).map(|bits| bits.iter().fold(0, |a, b| a << 1 | b)).collect();
    exactly(
        &file(Png { colour: Grayscale, depth: BitDepth::One, ..Png::default() }, bits),
        [WHITE, [0; 3], [0; 3], WHITE],
    );
}

#[test]
fn webp_kinds() {
    let picture = Picture::quarters(64, 48);
    let file = webp(&picture.rgb, 64, 48, image_webp::ColorType::Rgb8);
    check(&file, PhotoFormat::WebP, COLOURS, 0);
    let rgba: Vec<u8> =
        picture.rgb.chunks(3).flat_map(|p| if p == [255; 3] { [0; 4] } else { [p[0], p[1], p[2], 255] }).collect();
    check(&webp(&rgba, 64, 48, image_webp::ColorType::Rgba8), PhotoFormat::WebP, COLOURS, 0);
    check(include_bytes!("../photos/lossy.webp"), PhotoFormat::WebP, COLOURS, 10);
    check(include_bytes!("../photos/lossy_alpha.webp"), PhotoFormat::WebP, COLOURS, 10);
    let error = read(include_bytes!("../photos/animated.webp")).unwrap_err().to_string();
    assert_eq!(error, "animated WebP pictures cannot be read: send one still photo");
}

#[rstest]
#[case::jpeg_by_four(3000, 2600, jpeg, (750, 650))]
#[case::jpeg_by_two(1400, 2000, jpeg, (700, 1000))]
#[case::jpeg_as_it_is(1000, 800, jpeg, (1000, 800))]
#[case::png_by_three(2000, 1921, |picture: &Picture, _| png(picture), (667, 641))]
#[case::interlaced_by_two(1281, 1300, |picture: &Picture, _| interlaced_png(picture), (641, 650))]
fn working_scale(
    #[case] width: usize,
    #[case] height: usize,
    #[case] file: impl Fn(&Picture, u8) -> Vec<u8>,
    #[case] working: (u32, u32),
) {
    let photo = read(&file(&Picture::quarters(width, height), 80)).unwrap();
    assert_eq!(photo.working_size(), working);
    assert_eq!((photo.facts().width, photo.facts().height), (width as u32, height as u32));
    assert_eq!((photo.measures().width, photo.measures().height), (width as u32, height as u32));
    let found = quarters(&photo);
    assert!(found.iter().flatten().zip(COLOURS.iter().flatten()).all(|(a, b)| a.abs_diff(*b) < 6), "{found:?}");
}

#[test]
fn one_pixel_is_a_photo() {
    let picture = Picture::of(1, 1, |_, _| [10, 200, 30]);
    for file in [png(&picture), interlaced_png(&picture), webp(&picture.rgb, 1, 1, image_webp::ColorType::Rgb8)] {
        let photo = read(&file).unwrap();
        assert_eq!(photo.rgb(), [10, 200, 30]);
        assert_eq!((photo.measures().sharpness, photo.perceptual_hash()), (0.0, None));
    }
    assert_eq!(read(&jpeg(&picture, 90)).unwrap().working_size(), (1, 1));
}

#[test]
fn phones_put_videos_behind_photos() {
    let file = jpeg(&Picture::quarters(64, 48), 90);
    check(&[&file[..], b"\0\0\0\x18ftypmp42 moving \xFF\xD8\xFF\xD9 picture"].concat(), PhotoFormat::Jpeg, COLOURS, 6);
}

#[test]
fn models_may_want_more_pixels() {
    let file = jpeg(&Picture::quarters(3000, 2400), 80);
    // Never less than the measures need.
    for (side, working) in [(1, (1500, 1200)), (640, (1500, 1200)), (1201, (3000, 2400))] {
        let scale = WorkingScale::at_least(side);
        let photo = fieldproof_vision::decode(&file, &Limits::default(), scale).unwrap();
        assert_eq!(photo.working_size(), working);
    }
}
