//! Two-dimensional codes, each kind by its own reader: which is found first does not depend on the order of a set.

use std::collections::HashSet;

use fieldproof_domain::application::CodeFormat;
use rxing::{
    BarcodeFormat, DecodeHints, Point, RXingResult, Reader as _,
    aztec::AztecReader,
    common::BitMatrix,
    datamatrix::{
        decoder::Decoder,
        detector::{DatamatrixDetectorResult, zxing_cpp_detector},
    },
    multi::MultipleBarcodeReader as _,
    pdf417::PDF417Reader,
    qrcode::cpp_port::QrReader,
};

use super::{Bitmap, Seen, known_as};

/// Each costs one more look at the picture.
const MOST_DATA_MATRICES: usize = 16;

/// All codes of these kinds; of Aztec codes one that stands upright in the picture's middle.
pub(super) fn read(picture: &mut Bitmap, formats: &[CodeFormat], hints: &DecodeHints) -> Vec<Seen> {
    let of =
        |wanted: &[CodeFormat]| wanted.iter().copied().filter(|format| formats.contains(format)).collect::<Vec<_>>();
    let mut seen = Vec::new();
    let squares = of(&[CodeFormat::QrCode, CodeFormat::MicroQrCode]);
    if !squares.is_empty() {
        let known: HashSet<BarcodeFormat> = squares.iter().map(|format| known_as(*format)).collect();
        let hints = DecodeHints { PossibleFormats: Some(known), ..hints.clone() };
        seen.extend(all(QrReader.decode_multiple_with_hints(picture, &hints).unwrap_or_default(), &squares));
    }
    if formats.contains(&CodeFormat::DataMatrix) {
        seen.extend(data_matrices(picture.get_black_matrix()));
    }
    if formats.contains(&CodeFormat::Aztec) {
        let found = AztecReader.decode_with_hints(picture, hints);
        seen.extend(all(found.into_iter().collect(), &[CodeFormat::Aztec]));
    }
    if formats.contains(&CodeFormat::Pdf417) {
        let found = PDF417Reader.decode_multiple_with_hints(picture, hints).unwrap_or_default();
        seen.extend(all(found, &[CodeFormat::Pdf417]));
    }
    seen
}

fn all(found: Vec<RXingResult>, formats: &[CodeFormat]) -> Vec<Seen> {
    let seen = |found: RXingResult| {
        let format = *formats.iter().find(|format| known_as(**format) == *found.getBarcodeFormat())?;
        Some(Seen { format, text: found.getText().to_owned(), points: found.getPoints().to_vec() })
    };
    found.into_iter().filter_map(seen).collect()
}

/// The library stops at the first one: that is whitened, and it looks again.
fn data_matrices(picture: &BitMatrix) -> Vec<Seen> {
    let mut picture = picture.clone();
    let mut seen: Vec<Seen> = Vec::new();
    for _ in 0..MOST_DATA_MATRICES {
        let Some(found) = data_matrix(&picture) else { break };
        let edge = |at: f32, length: u32| at.clamp(0.0, length as f32) as u32;
        let (width, height) = (picture.width(), picture.height());
        let all = |length: u32, at: fn(&Point) -> f32| {
            let (least, most) = found.points.iter().map(at).fold((f32::MAX, 0.0), |(a, b), at| (at.min(a), at.max(b)));
            edge(least, length)..edge(most + 1.0, length)
        };
        for y in all(height, |point| point.y) {
            all(width, |point| point.x).for_each(|x| picture.unset(x, y));
        }
        seen.push(found);
    }
    seen
}

fn data_matrix(picture: &BitMatrix) -> Option<Seen> {
    use rxing::common::DetectorRXingResult as _;
    let read = |symbol: DatamatrixDetectorResult| {
        let decoded = Decoder::new().decode(symbol.getBits()).ok()?;
        let points = symbol.getPoints().to_vec();
        Some(Seen { format: CodeFormat::DataMatrix, text: decoded.getText().to_owned(), points })
    };
    zxing_cpp_detector::detect(picture, true, true).ok()?.into_iter().find_map(read)
}
