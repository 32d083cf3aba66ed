//! The decoder in Rust.

use jpeg_decoder::{Decoder, Error, PixelFormat};

use super::structure::Structure;
use crate::{PhotoError, raster::Raster, single};

/// The picture, each side divided.
pub(super) fn decode(bytes: &[u8], structure: &Structure<'_>, divisor: u32) -> Result<Raster, PhotoError> {
    let guarded = with_ones_behind_scans(bytes, structure);
    let (info, pixels) = single::run(|| {
        let mut decoder = Decoder::new(&guarded[..]);
        decoder.scale(side(structure.width, divisor), side(structure.height, divisor))?;
        let pixels = decoder.decode()?;
        Ok((decoder.info(), pixels))
    })
    .map_err(reason)?;
    let info = info.ok_or_else(PhotoError::truncated)?;
    let rgb = match info.pixel_format {
        PixelFormat::RGB24 => pixels,
        PixelFormat::L8 => pixels.iter().flat_map(|&grey| [grey; 3]).collect(),
        PixelFormat::CMYK32 => pixels.chunks_exact(4).flat_map(|ink| cmyk(ink, structure.adobe)).collect(),
        PixelFormat::L16 => return Err(PhotoError::broken("its JPEG data is damaged")),
    };
    let raster = Raster { width: u32::from(info.width), height: u32::from(info.height), rgb };
    if raster.rgb.len() != raster.width as usize * raster.height as usize * 3 {
        return Err(PhotoError::truncated());
    }
    Ok(raster)
}

fn side(length: u32, divisor: u32) -> u16 {
    u16::try_from(length.div_ceil(divisor)).unwrap_or(u16::MAX)
}

/// The file with some one-bits behind the data of each scan.
///
/// Where a scan has too little data, the decoder goes on with zero-bits, which are good codes, and gives a picture with
/// a grey or smeared rest. A code of ones alone is never given out (JPEG, annex C), so with ones it stops. Behind a
/// complete scan they are skipped like every stray byte between segments.
fn with_ones_behind_scans(bytes: &[u8], structure: &Structure<'_>) -> Vec<u8> {
    // 16 bytes: longer than the decoder's read-ahead of 8 bytes and the longest code of 2 with its value of 2.
    const ONES: [u8; 32] = {
        let mut ones = [0xFF; 32];
        let mut stuffed = 1;
        while stuffed < ones.len() {
            ones[stuffed] = 0;
            stuffed += 2;
        }
        ones
    };
    let mut guarded = Vec::with_capacity(bytes.len() + structure.scan_ends.len() * ONES.len());
    let mut from = 0;
    for &end in structure.scan_ends.iter().chain([&structure.end]) {
        guarded.extend_from_slice(bytes.get(from..end).unwrap_or_default());
        if end != structure.end {
            guarded.extend_from_slice(&ONES);
        }
        from = end;
    }
    guarded
}

/// The decoder gives ink as Adobe stores it (inverted); files of others are the other way round.
fn cmyk(ink: &[u8], adobe: bool) -> [u8; 3] {
    let light = |index: usize| {
        let ink = ink.get(index).copied().unwrap_or(0);
        u32::from(if adobe { 255 - ink } else { ink })
    };
    [0, 1, 2].map(|colour| ((light(colour) * light(3) + 127) / 255) as u8)
}

fn reason(error: Error) -> PhotoError {
    match error {
        Error::Io(_) => PhotoError::truncated(),
        Error::Format(what) if what == "failed to decode huffman code" => {
            PhotoError::broken("a part of the picture is missing or damaged")
        }
        Error::Unsupported(what) => PhotoError::broken(format!("it uses a rare kind of JPEG ({what:?})")),
        other => PhotoError::broken(format!("its JPEG data is damaged ({other})")),
    }
}
