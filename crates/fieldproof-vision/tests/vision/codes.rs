//! Codes drawn onto scenes, at every angle and size, several of them and none.

use fieldproof_domain::{
    application::CodeFormat,
    observation::{BoundingBox, Detection, Inscription},
};
use fieldproof_vision::{CodeReader, Details, Limits};
use proptest::prelude::*;
use rstest::rstest;
use rxing::{BarcodeFormat, EncodeHintValue, EncodeHints, MultiFormatWriter, Writer as _, common::BitMatrix};

use crate::{files::jpeg, read, scene::Picture};

/// A code as it is stuck on something: black on white paper.
struct Sticker {
    code: BitMatrix,
    /// Pixels of its narrowest bar or of its squares.
    module: f64,
    /// Height in modules.
    height: f64,
    degrees: f64,
}

impl Sticker {
    fn new(format: BarcodeFormat, text: &str, module: f64) -> Self {
        let hints = EncodeHints::default().with(EncodeHintValue::Margin("0".to_owned()));
        let is_flat = matches!(
            format,
            BarcodeFormat::QR_CODE | BarcodeFormat::AZTEC | BarcodeFormat::DATA_MATRIX | BarcodeFormat::PDF_417
        );
        let least = i32::from(!is_flat);
        let code = MultiFormatWriter.encode_with_hints(text, &format, least, least, &hints).unwrap();
        let height = if is_flat { f64::from(code.height()) } else { 40.0 };
        Self { code, module, height, degrees: 0.0 }
    }

    fn turned(self, degrees: f64) -> Self {
        Self { degrees, ..self }
    }

    /// Stuck on a picture with its middle there; what lies between pixels is mixed.
    fn on(&self, picture: &Picture, x: f64, y: f64) -> Picture {
        const PAPER: f64 = 10.0;
        const PARTS: [f64; 4] = [0.125, 0.375, 0.625, 0.875];
        let (sin, cos) = self.degrees.to_radians().sin_cos();
        let width = f64::from(self.code.width());
        let level = |across: f64, down: f64| {
            let along = (across * cos + down * sin) / self.module + width / 2.0;
            let below = (down * cos - across * sin) / self.module + self.height / 2.0;
            let is_paper = |at: f64, length: f64| at > -PAPER && at < length + PAPER;
            let row = below * f64::from(self.code.height()) / self.height;
            let is_black =
                along >= 0.0 && row >= 0.0 && self.code.try_get(along as u32, row as u32).unwrap_or_default();
            (is_paper(along, width) && is_paper(below, self.height)).then_some(if is_black { 30.0 } else { 225.0 })
        };
        let mut stuck = picture.clone();
        let reach = (width + 2.0 * PAPER).hypot(self.height + 2.0 * PAPER) / 2.0 * self.module;
        let edge = |at: f64, length: usize| at.clamp(0.0, length as f64) as usize;
        for row in edge(y - reach, picture.height)..edge(y + reach, picture.height) {
            for column in edge(x - reach, picture.width)..edge(x + reach, picture.width) {
                let parts = PARTS.iter().flat_map(|down| PARTS.iter().map(move |across| (across, down)));
                let levels = parts.map(|(a, b)| level(column as f64 + a - x, row as f64 + b - y));
                if let Some(levels) = levels.collect::<Option<Vec<f64>>>() {
                    let mean = (levels.iter().sum::<f64>() / levels.len() as f64) as u8;
                    stuck.rgb[(row * picture.width + column) * 3..][..3].copy_from_slice(&[mean; 3]);
                }
            }
        }
        stuck
    }
}

fn seen(formats: &[CodeFormat], picture: &Picture) -> Vec<Inscription> {
    let file = jpeg(picture, 90);
    let photo = read(&file).unwrap();
    CodeReader::new(formats).read(&Details::new(&photo, &file, &Limits::default())).unwrap()
}

fn told(found: &[Inscription]) -> Vec<(&str, &str)> {
    found.iter().map(|one| (one.concept.as_str(), one.text.as_str())).collect()
}

fn scene() -> Picture {
    Picture::scene(5, 1000, 750)
}

#[rstest]
#[case::qr_code(BarcodeFormat::QR_CODE, "CMIB-0412-7", "qr_code")]
#[case::data_matrix(BarcodeFormat::DATA_MATRIX, "DM-12345", "data_matrix")]
#[case::aztec(BarcodeFormat::AZTEC, "AZ-12345", "aztec")]
#[case::pdf_417(BarcodeFormat::PDF_417, "PDF-12345", "pdf_417")]
#[case::code_128(BarcodeFormat::CODE_128, "SN-0412-77821", "code_128")]
#[case::code_39(BarcodeFormat::CODE_39, "ABC-123", "code_39")]
#[case::code_93(BarcodeFormat::CODE_93, "ABC93", "code_93")]
#[case::itf(BarcodeFormat::ITF, "12345678901231", "itf")]
#[case::codabar(BarcodeFormat::CODABAR, "A40156B", "codabar")]
#[case::ean_13(BarcodeFormat::EAN_13, "4006381333931", "ean_13")]
#[case::ean_8(BarcodeFormat::EAN_8, "96385074", "ean_8")]
#[case::upc_a(BarcodeFormat::UPC_A, "036000291452", "upc_a")]
#[case::upc_e(BarcodeFormat::UPC_E, "01234565", "upc_e")]
fn every_kind(#[case] format: BarcodeFormat, #[case] text: &str, #[case] concept: &str) {
    // Of Aztec codes the library reads one in the middle that stands upright, and no small one.
    let (module, degrees) = if format == BarcodeFormat::AZTEC { (6.0, 0.0) } else { (3.0, 3.0) };
    let picture = Sticker::new(format, text, module).turned(degrees).on(&scene(), 500.0, 375.0);
    let found = seen(&CodeFormat::ALL, &picture);
    let expected = text.trim_matches(['A', 'B']);
    let text = if concept == "codabar" { expected } else { text };
    assert_eq!(told(&found), [(concept, text)]);
    assert_eq!(found[0].score, 1.0);
    let of_it: Vec<CodeFormat> = CodeFormat::ALL.into_iter().filter(|format| format.as_str() == concept).collect();
    assert_eq!(told(&seen(&of_it, &picture)), [(concept, text)]);
    let of_others: Vec<CodeFormat> = CodeFormat::ALL.into_iter().filter(|format| format.as_str() != concept).collect();
    assert!(!told(&seen(&of_others, &picture)).contains(&(concept, text)));
}

/// A quarter of the photo's width off the true edges would be no box.
#[rstest]
#[case::upright(0.0)]
#[case::a_little_turned(10.0)]
#[case::slanted(30.0)]
#[case::on_its_side(90.0)]
#[case::upside_down(180.0)]
#[case::on_its_other_side(270.0)]
fn turned(#[case] degrees: f64) {
    let qr = Sticker::new(BarcodeFormat::QR_CODE, "CMIB-0412-7", 3.0).turned(degrees);
    let bars = Sticker::new(BarcodeFormat::CODE_128, "SN-77821", 3.0).turned(degrees);
    let picture = bars.on(&qr.on(&scene(), 200.0, 200.0), 650.0, 450.0);
    let found = seen(&[CodeFormat::QrCode, CodeFormat::Code128], &picture);
    assert_eq!(told(&found), [("qr_code", "CMIB-0412-7"), ("code_128", "SN-77821")]);
    for (found, sticker, (x, y)) in [(&found[0], &qr, (200.0, 200.0)), (&found[1], &bars, (650.0, 450.0))] {
        let (sin, cos) = (degrees.to_radians().sin().abs(), degrees.to_radians().cos().abs());
        let (across, down) = (f64::from(sticker.code.width()) * sticker.module, sticker.height * sticker.module);
        let (width, height) = (across * cos + down * sin, across * sin + down * cos);
        let BoundingBox { xmin, ymin, xmax, ymax } = found.bbox;
        let edges = [xmin * 1000.0, ymin * 750.0, xmax * 1000.0, ymax * 750.0];
        let expected = [x - width / 2.0, y - height / 2.0, x + width / 2.0, y + height / 2.0];
        // Of bars that stand aslant a line crosses only those in the middle of their height.
        let off = if degrees % 90.0 == 0.0 { 8.0 } else { down * sin / 2.0 + down * cos + 8.0 };
        assert!(edges.iter().zip(expected).all(|(edge, right)| (edge - right).abs() < off), "{edges:?} {expected:?}");
    }
}

#[test]
fn small_in_a_large_photo() {
    let qr = Sticker::new(BarcodeFormat::QR_CODE, "CMIB-0412-7", 4.0);
    let bars = Sticker::new(BarcodeFormat::CODE_128, "SN-77821", 3.0).turned(4.0);
    let picture = bars.on(&qr.on(&Picture::scene(6, 4000, 3000), 900.0, 700.0), 2500.0, 2100.0);
    let file = jpeg(&picture, 85);
    let photo = read(&file).unwrap();
    assert_eq!(photo.working_size(), (1000, 750), "a square of one pixel is none");
    let details = Details::new(&photo, &file, &Limits::default());
    let found = CodeReader::new(&CodeFormat::ALL).read(&details).unwrap();
    assert_eq!(told(&found), [("qr_code", "CMIB-0412-7"), ("code_128", "SN-77821")]);

    // What another model has found, and nothing else.
    let region = |xmin: f64, ymin: f64| Detection {
        bbox: BoundingBox { xmin, ymin, xmax: xmin + 0.2, ymax: ymin + 0.2 },
        score: 0.9,
        concept: "plate".to_owned(),
        page: None,
    };
    let reader = CodeReader::new(&CodeFormat::ALL);
    let twice = [region(0.12, 0.12), region(0.14, 0.14), region(0.5, 0.1)];
    let in_regions = reader.read_regions(&details, &twice, 0.05).unwrap();
    assert_eq!(told(&in_regions), [("qr_code", "CMIB-0412-7")]);
    assert!(in_regions[0].bbox.iou(&found[0].bbox) > 0.85, "{:?} {:?}", in_regions[0].bbox, found[0].bbox);
    assert!(reader.read_regions(&details, &[], 0.0).unwrap().is_empty());
}

#[test]
fn several() {
    let mut picture = Picture::scene(7, 1200, 900);
    for (format, text, module, x, y) in [
        (BarcodeFormat::QR_CODE, "one", 4.0, 150.0, 150.0),
        (BarcodeFormat::QR_CODE, "two", 4.0, 500.0, 160.0),
        (BarcodeFormat::DATA_MATRIX, "three", 4.0, 850.0, 170.0),
        (BarcodeFormat::DATA_MATRIX, "four", 4.0, 1050.0, 180.0),
        (BarcodeFormat::CODE_128, "five", 2.0, 250.0, 500.0),
        (BarcodeFormat::CODE_128, "six", 2.0, 700.0, 510.0),
        // The same once more is another one.
        (BarcodeFormat::CODE_128, "six", 2.0, 700.0, 750.0),
    ] {
        picture = Sticker::new(format, text, module).on(&picture, x, y);
    }
    let found = seen(&CodeFormat::ALL, &picture);
    let texts: Vec<_> = found.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(texts, ["one", "two", "three", "four", "five", "six", "six"]);
}

#[test]
fn none() {
    for number in 0..6 {
        assert_eq!(told(&seen(&CodeFormat::ALL, &Picture::scene(number, 1000, 750))), []);
        assert_eq!(told(&seen(&CodeFormat::ALL, &Picture::scene(number, 500, 375).noisy(12.0))), []);
    }
    // Fences, grilles, blinds.
    for stripe in [2, 3, 5, 9] {
        let fence = Picture::of(1000, 750, |x, _| if (x / stripe) % 2 == 0 { [40; 3] } else { [200; 3] });
        assert_eq!(told(&seen(&CodeFormat::ALL, &fence)), []);
    }
    let blurred = Sticker::new(BarcodeFormat::QR_CODE, "CMIB-0412-7", 3.0).on(&scene(), 500.0, 375.0).blurred(6);
    assert_eq!(told(&seen(&CodeFormat::ALL, &blurred)), []);
}

#[rstest]
#[case::soft(|picture: Picture| picture.softened())]
#[case::noisy(|picture: Picture| picture.noisy(10.0))]
#[case::dark(|picture: Picture| picture.each(|level| f64::from(level) * 0.3))]
#[case::pale(|picture: Picture| picture.each(|level| 100.0 + f64::from(level) * 0.4))]
#[case::shaken(|picture: Picture| picture.smeared(1, 1, 1))]
fn as_photos_are(#[case] spoil: fn(Picture) -> Picture) {
    let qr = Sticker::new(BarcodeFormat::QR_CODE, "CMIB-0412-7", 4.0).turned(7.0);
    let bars = Sticker::new(BarcodeFormat::CODE_128, "SN-77821", 3.0).turned(-5.0);
    let picture = spoil(bars.on(&qr.on(&scene(), 200.0, 200.0), 650.0, 450.0));
    let found = seen(&CodeFormat::ALL, &picture);
    assert_eq!(told(&found), [("qr_code", "CMIB-0412-7"), ("code_128", "SN-77821")]);
}

#[test]
fn a_text_is_cut_and_cannot_be_empty() {
    let long = "ä1".repeat(500);
    let picture =
        Sticker::new(BarcodeFormat::QR_CODE, &long, 4.0).on(&Picture::of(900, 900, |_, _| [200; 3]), 450.0, 450.0);
    let found = seen(&[CodeFormat::QrCode], &picture);
    assert_eq!(found.iter().map(|one| one.text.len()).collect::<Vec<_>>(), [999], "no letter is cut in two");
    assert!(long.starts_with(&found[0].text));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Pictures that no camera takes, and codes that are cut up: an answer, whatever it is.
    #[test]
    fn whatever_it_is(
        width in 1_usize..300,
        height in 1_usize..300,
        number in any::<u64>(),
        cut in 0.0..1.0,
        format in prop::sample::select(vec![
            BarcodeFormat::QR_CODE, BarcodeFormat::AZTEC, BarcodeFormat::DATA_MATRIX, BarcodeFormat::PDF_417,
            BarcodeFormat::CODE_128,
        ]),
    ) {
        let mut dice = crate::scene::Dice::new(number);
        let noise: Vec<u8> = (0..width * height).map(|_| if dice.below(2) == 0 { 0 } else { 255 }).collect();
        let picture = Picture::of(width, height, |x, y| {
            if (x as f64) < cut * width as f64 { [noise[y * width + x]; 3] } else { [210; 3] }
        });
        let picture = Sticker::new(format, "12345", 2.0 + cut).turned(cut * 90.0).on(&picture, width as f64 * cut, height as f64 / 2.0);
        for found in seen(&CodeFormat::ALL, &picture) {
            let BoundingBox { xmin, ymin, xmax, ymax } = found.bbox;
            prop_assert!(0.0 <= xmin && xmin <= xmax && xmax <= 1.0 && 0.0 <= ymin && ymin <= ymax && ymax <= 1.0);
        }
    }
}
