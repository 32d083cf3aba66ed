//! Photos of something with a label on it.

use rxing::{BarcodeFormat, EncodeHintValue, EncodeHints, MultiFormatWriter, Writer as _, common::BitMatrix};

use crate::Scene;

const WIDTH: usize = 800;
const HEIGHT: usize = 600;
/// Pixels of a square of the code, and how much paper is around it.
const SQUARE: usize = 4;
const PAPER: usize = 16;

/// A JPEG of 800 x 600 pixels: a scene with a white label in its middle, which has this text as a QR code.
pub fn labelled(scene: Scene, text: &str) -> Vec<u8> {
    let hints = EncodeHints::default().with(EncodeHintValue::Margin("0".to_owned()));
    let code = MultiFormatWriter.encode_with_hints(text, &BarcodeFormat::QR_CODE, 0, 0, &hints).expect("a QR code");
    let mut rgb = scene.draw(WIDTH, HEIGHT);
    stick(&mut rgb, &code);
    let mut bytes = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
    encoder.encode(&rgb, WIDTH as u16, HEIGHT as u16, jpeg_encoder::ColorType::Rgb).expect("a JPEG");
    bytes
}

fn stick(rgb: &mut [u8], code: &BitMatrix) {
    let side = code.width() as usize * SQUARE;
    let (left, top) = ((WIDTH - side) / 2, (HEIGHT - side) / 2);
    for y in top - PAPER..top + side + PAPER {
        for x in left - PAPER..left + side + PAPER {
            let square = |at: usize, from: usize| (at.wrapping_sub(from) / SQUARE) as u32;
            let is_black = code.try_get(square(x, left), square(y, top)).unwrap_or_default();
            let level = if is_black { 25 } else { 230 };
            rgb[(y * WIDTH + x) * 3..][..3].copy_from_slice(&[level; 3]);
        }
    }
}
