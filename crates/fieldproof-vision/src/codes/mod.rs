//! Barcodes and two-dimensional codes.

mod lines;
mod matrices;

use std::panic::{AssertUnwindSafe, catch_unwind};

use fieldproof_domain::{
    application::CodeFormat,
    observation::{Detection, Inscription},
};
use rxing::{BinaryBitmap, DecodeHints, Luma8LuminanceSource, Point, common::HybridBinarizer};

use crate::{
    Details, PhotoError,
    raster::{Luma, Raster},
    written::{Found, around, in_order, in_regions},
};

/// Reads codes.
#[derive(Clone, Debug)]
pub struct CodeReader {
    formats: Vec<CodeFormat>,
}

/// A code on a picture, in its pixels.
struct Seen {
    format: CodeFormat,
    text: String,
    points: Vec<Point>,
}

/// A picture in black and white, as the library has it.
type Bitmap = BinaryBitmap<HybridBinarizer<Luma8LuminanceSource>>;

impl CodeReader {
    /// Of codes of these kinds.
    pub fn new(formats: &[CodeFormat]) -> Self {
        Self { formats: formats.to_vec() }
    }

    /// The codes on a photo, from top to bottom. It is looked at at working scale and, where no code is found, as it
    /// was taken.
    ///
    /// # Errors
    /// [`PhotoError`] where the photo cannot be decoded a second time.
    pub fn read(&self, details: &Details<'_>) -> Result<Vec<Inscription>, PhotoError> {
        let found = self.look(details.working());
        if !found.is_empty() || details.is_working_scale_full() {
            return Ok(in_order(found));
        }
        Ok(in_order(self.look(details.full()?)))
    }

    /// The codes in regions of a photo, each with `margin` on its sides (in parts of its width and height), as they
    /// were taken; the places are those on the photo.
    ///
    /// # Errors
    /// As [`CodeReader::read`].
    pub fn read_regions(
        &self,
        details: &Details<'_>,
        regions: &[Detection],
        margin: f64,
    ) -> Result<Vec<Inscription>, PhotoError> {
        in_regions(details, regions, margin, |part| Ok(self.look(part)))
    }

    fn look(&self, picture: &Raster) -> Found {
        let (width, height) = (f64::from(picture.width), f64::from(picture.height));
        // The library indexes what it finds, and not all of it was written with hostile pictures in mind. Nothing
        // outlives the call that a panic could leave half done.
        let seen = catch_unwind(AssertUnwindSafe(|| self.codes(picture.luma()))).unwrap_or_default();
        let inscription = |Seen { format, text, points }| {
            let points = points.into_iter().map(|point| (f64::from(point.x), f64::from(point.y)));
            let bbox = around(points, EDGE, width, height);
            Inscription { bbox, score: 1.0, concept: format.as_str().to_owned(), text }
        };
        seen.into_iter().map(inscription).collect()
    }

    fn codes(&self, Luma { width, height, values }: Luma) -> Vec<Seen> {
        let Ok(source) = Luma8LuminanceSource::new(values, width, height) else { return Vec::new() };
        let mut picture: Bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
        let hints = DecodeHints { TryHarder: Some(true), ..DecodeHints::default() };
        let mut seen = lines::read(&picture, &self.formats, &hints);
        seen.extend(matrices::read(&mut picture, &self.formats, &hints));
        seen
    }
}

/// Pixels by which a code may reach beyond the points that are found on it.
const EDGE: f64 = 2.0;

/// The library's word for a format.
fn known_as(format: CodeFormat) -> rxing::BarcodeFormat {
    use rxing::BarcodeFormat as Known;
    match format {
        CodeFormat::QrCode => Known::QR_CODE,
        CodeFormat::MicroQrCode => Known::MICRO_QR_CODE,
        CodeFormat::DataMatrix => Known::DATA_MATRIX,
        CodeFormat::Aztec => Known::AZTEC,
        CodeFormat::Pdf417 => Known::PDF_417,
        CodeFormat::Code128 => Known::CODE_128,
        CodeFormat::Code39 => Known::CODE_39,
        CodeFormat::Code93 => Known::CODE_93,
        CodeFormat::Itf => Known::ITF,
        CodeFormat::Codabar => Known::CODABAR,
        CodeFormat::Ean13 => Known::EAN_13,
        CodeFormat::Ean8 => Known::EAN_8,
        CodeFormat::UpcA => Known::UPC_A,
        CodeFormat::UpcE => Known::UPC_E,
    }
}
