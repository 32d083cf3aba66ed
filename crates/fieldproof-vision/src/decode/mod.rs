//! Bytes of one format to pixels at working scale. One file for each format.

mod jpeg;
mod orientation;
mod png;
mod shrink;
mod webp;

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{Limits, PhotoError, PhotoFormat, WorkingScale, raster::Raster};

pub(crate) use jpeg::DECODER;
pub(crate) use orientation::Orientation;

/// A decoded file, not yet upright.
pub(crate) struct Decoded {
    /// At working scale.
    pub(crate) raster: Raster,
    /// Pixels across in the file.
    pub(crate) width: u32,
    /// Pixels down in the file.
    pub(crate) height: u32,
    /// The EXIF block, from its TIFF header on.
    pub(crate) exif: Option<Vec<u8>>,
}

/// Decodes the whole file, so that a picture that is cut off is found out.
pub(crate) fn pixels(
    format: PhotoFormat,
    bytes: &[u8],
    limits: &Limits,
    scale: WorkingScale,
) -> Result<Decoded, PhotoError> {
    let decode = match format {
        PhotoFormat::Jpeg => jpeg::decode,
        PhotoFormat::Png => png::decode,
        PhotoFormat::WebP => webp::decode,
    };
    // The decoders are written for hostile input, but they index and unwrap; a case that their authors missed must
    // cost one photo, not a worker. Nothing that a panic could leave half-done outlives the closure.
    catch_unwind(AssertUnwindSafe(|| decode(bytes, limits, scale)))
        .unwrap_or_else(|_| Err(PhotoError::broken("the decoder cannot make sense of it")))
}

/// One pixel with alpha, laid on white paper.
fn on_white(rgb: [u8; 3], alpha: u8) -> [u8; 3] {
    let alpha = u32::from(alpha);
    rgb.map(|value| ((u32::from(value) * alpha + 255 * (255 - alpha) + 127) / 255) as u8)
}
