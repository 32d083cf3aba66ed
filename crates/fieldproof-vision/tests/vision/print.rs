//! Printed text, read by Tesseract, which `FIELDPROOF_TEST_TESSERACT` names; `cargo xtask test` installs it.

use fieldproof_domain::observation::{BoundingBox, Detection, Inscription};
use fieldproof_vision::{Details, Limits, PrintError, PrintReader};

use crate::{files::jpeg, read, scene::Picture};

const LINE: &[u8] = include_bytes!("../photos/line.png");
const TEXT: &str = "CMIB-G-X-4NOZAJ";

fn english() -> Vec<String> {
    vec!["eng".to_owned()]
}

fn reader() -> Option<PrintReader> {
    let Some(program) = std::env::var_os("FIELDPROOF_TEST_TESSERACT") else {
        println!("there is no Tesseract: FIELDPROOF_TEST_TESSERACT is not set");
        return None;
    };
    Some(PrintReader::open_program(&program.to_string_lossy(), &english()).unwrap())
}

/// A line of print on a photo, from this place on, so many times as small.
fn with_line(picture: &Picture, left: usize, top: usize, smaller: usize) -> Picture {
    let line = read(LINE).unwrap();
    let (width, height) = line.working_size();
    let (width, height) = (width as usize / smaller, height as usize / smaller);
    Picture::of(picture.width, picture.height, |x, y| {
        let (across, down) = (x.wrapping_sub(left), y.wrapping_sub(top));
        let from = if across < width && down < height {
            let parts = (0..smaller * smaller).map(|part| (part % smaller, part / smaller));
            let at = |(a, b)| ((down * smaller + b) * width * smaller + across * smaller + a) * 3;
            let sum: usize = parts.map(|part| usize::from(line.rgb()[at(part)])).sum();
            return [(sum / smaller / smaller) as u8; 3];
        } else {
            (y * picture.width + x) * 3
        };
        [picture.rgb[from], picture.rgb[from + 1], picture.rgb[from + 2]]
    })
}

fn lines(found: &[Inscription]) -> Vec<&str> {
    found.iter().map(|line| line.text.as_str()).collect()
}

#[test]
fn lines_on_a_photo() {
    let Some(reader) = reader() else { return };
    let wall = Picture::of(1600, 1200, |x, y| [(150 + x / 40) as u8, (150 + y / 40) as u8, 160]);
    let file = jpeg(&with_line(&with_line(&wall, 800, 700, 2), 200, 200, 1), 90);
    let photo = read(&file).unwrap();
    let found = reader.read(&Details::new(&photo, &file, &Limits::default())).unwrap();
    assert_eq!(lines(&found), [TEXT, TEXT]);
    for (line, [left, top, right, bottom]) in found.iter().zip([[200, 200, 840, 296], [800, 700, 1120, 748]]) {
        assert!(line.score > 0.7 && line.concept == "line", "{line:?}");
        let BoundingBox { xmin, ymin, xmax, ymax } = line.bbox;
        let (left, top) = (f64::from(left) / 1600.0, f64::from(top) / 1200.0);
        let (right, bottom) = (f64::from(right) / 1600.0, f64::from(bottom) / 1200.0);
        assert!(xmin > left - 0.01 && ymin > top - 0.01 && xmax < right + 0.01 && ymax < bottom + 0.01, "{line:?}");
    }
}

#[test]
fn small_print_in_a_region_of_a_large_photo() {
    let Some(reader) = reader() else { return };
    let picture = with_line(&Picture::scene(8, 3200, 2400), 1200, 900, 4);
    let file = jpeg(&picture, 90);
    let photo = read(&file).unwrap();
    let details = Details::new(&photo, &file, &Limits::default());
    let bbox = BoundingBox { xmin: 0.375, ymin: 0.375, xmax: 0.425, ymax: 0.385 };
    let region = Detection { bbox, score: 0.9, concept: "plate".to_owned(), page: None };
    let found = reader.read_regions(&details, &[region], 0.0).unwrap();
    assert_eq!(lines(&found), [TEXT]);
    assert!(found[0].bbox.xmin >= bbox.xmin && found[0].bbox.ymax <= bbox.ymax + 1e-9, "{found:?}");
    assert!(reader.read_regions(&details, &[], 0.5).unwrap().is_empty());
}

#[test]
fn nothing_is_written_on_a_wall() {
    let Some(reader) = reader() else { return };
    let file = jpeg(&Picture::of(800, 600, |x, y| [(100 + x / 20) as u8, (100 + y / 20) as u8, 120]), 90);
    let photo = read(&file).unwrap();
    assert_eq!(lines(&reader.read(&Details::new(&photo, &file, &Limits::default())).unwrap()), Vec::<&str>::new());
}

#[test]
fn a_language_that_is_not_there_is_named() {
    let Some(program) = std::env::var_os("FIELDPROOF_TEST_TESSERACT") else {
        println!("there is no Tesseract: FIELDPROOF_TEST_TESSERACT is not set");
        return;
    };
    let languages = ["eng".to_owned(), "tlh".to_owned()];
    let error = PrintReader::open_program(&program.to_string_lossy(), &languages).unwrap_err();
    assert!(matches!(&error, PrintError::NoLanguage(name) if name == "tlh"), "{error}");
}

#[test]
fn a_machine_without_it_says_so() {
    let error = PrintReader::open_program("/no/such/tesseract", &english()).unwrap_err();
    assert!(matches!(error, PrintError::NotInstalled), "{error}");
    assert!(error.to_string().contains("install it"), "{error}");
}
