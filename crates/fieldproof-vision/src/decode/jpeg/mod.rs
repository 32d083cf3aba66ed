//! JPEG, decoded straight to working scale: most of the picture is never computed.
//!
//! The decoder in Rust judges every file that is not plainly in order. libjpeg-turbo, where it is built in, is only quicker
//! with those of which no component is missing and about which it has no remark, so that both builds take and refuse the
//! same files.

mod pure;
mod structure;
#[cfg(feature = "libjpeg-turbo")]
mod turbo;

use self::structure::Structure;
use super::Decoded;
use crate::{Limits, PhotoError, WorkingScale, raster::Raster};

/// What decodes JPEG files.
#[cfg(feature = "libjpeg-turbo")]
pub(crate) const DECODER: &str = "libjpeg-turbo";
/// What decodes JPEG files.
#[cfg(not(feature = "libjpeg-turbo"))]
pub(crate) const DECODER: &str = "jpeg-decoder";

pub(super) fn decode(bytes: &[u8], limits: &Limits, scale: WorkingScale) -> Result<Decoded, PhotoError> {
    let structure = Structure::read(bytes)?;
    let (width, height) = (structure.width, structure.height);
    limits.check(width, height)?;
    let divisor = scale.divisor(width, height, [1, 2, 4, 8]);
    let raster = match quickly(bytes, &structure, divisor) {
        Some(raster) => raster,
        None => pure::decode(bytes, &structure, divisor)?,
    };
    Ok(Decoded { raster, width, height, exif: structure.exif.map(<[u8]>::to_vec) })
}

#[cfg(feature = "libjpeg-turbo")]
fn quickly(bytes: &[u8], structure: &Structure<'_>, divisor: u32) -> Option<Raster> {
    let whole = bytes.get(..structure.end).filter(|_| structure.is_whole)?;
    turbo::decode(whole, structure, divisor)
}

#[cfg(not(feature = "libjpeg-turbo"))]
fn quickly(_: &[u8], _: &Structure<'_>, _: u32) -> Option<Raster> {
    None
}
