//! WebP, still pictures.

use std::io::{Cursor, ErrorKind};

use image_webp::{DecodingError, WebPDecoder};

use super::{Decoded, on_white, shrink::Shrink};
use crate::{Limits, PhotoError, WorkingScale};

pub(super) fn decode(bytes: &[u8], limits: &Limits, scale: WorkingScale) -> Result<Decoded, PhotoError> {
    let structure = Structure::read(bytes)?;
    for (width, height) in &structure.sizes {
        limits.check(*width, *height)?;
    }
    if structure.animated {
        return Err(PhotoError::Unsupported { what: "animated WebP pictures", advice: "send one still photo" });
    }

    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(reason)?;
    let (width, height) = decoder.dimensions();
    limits.check(width, height)?;
    let size = decoder.output_buffer_size().ok_or_else(PhotoError::truncated)?;
    let mut pixels = vec![0; size];
    decoder.read_image(&mut pixels).map_err(reason)?;

    let mut shrink = Shrink::new(width, height, scale);
    let channels = if decoder.has_alpha() { 4 } else { 3 };
    for (y, row) in (0..height).zip(pixels.chunks_exact(width as usize * channels)) {
        match channels {
            4 => shrink.add(y, 0, 1, row.chunks_exact(4).map(|p| on_white([p[0], p[1], p[2]], p[3]))),
            _ => shrink.add(y, 0, 1, row.chunks_exact(3).map(|p| [p[0], p[1], p[2]])),
        }
    }
    let exif = structure.exif.map(|block| block.strip_prefix(b"Exif\0\0").unwrap_or(block).to_vec());
    Ok(Decoded { raster: shrink.finish(), width, height, exif })
}

/// What the chunks say, read before any pixel memory is asked for: the picture inside a file can claim another size
/// than the file, and the decoder would believe it first.
#[derive(Default)]
struct Structure<'a> {
    sizes: Vec<(u32, u32)>,
    animated: bool,
    exif: Option<&'a [u8]>,
}

impl<'a> Structure<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, PhotoError> {
        let length = bytes.get(4..).and_then(little_endian::<4>).ok_or_else(PhotoError::truncated)? as usize;
        let body = bytes.get(8..).ok_or_else(PhotoError::truncated)?;
        let mut rest = body.get(..length).and_then(|body| body.get(4..)).ok_or_else(PhotoError::truncated)?;
        let mut structure = Self::default();
        // A single odd byte at the end is harmless and seen in the wild.
        while rest.len() >= 8 {
            let (header, tail) = rest.split_at(8);
            let size = header.get(4..).and_then(little_endian::<4>).unwrap_or(0) as usize;
            let chunk = tail.get(..size).ok_or_else(PhotoError::truncated)?;
            structure.note(header.get(..4).unwrap_or_default(), chunk)?;
            rest = tail.get(size + size % 2..).unwrap_or_default();
        }
        if structure.sizes.is_empty() {
            return Err(PhotoError::broken("it holds no picture"));
        }
        Ok(structure)
    }

    fn note(&mut self, name: &[u8], chunk: &'a [u8]) -> Result<(), PhotoError> {
        let size = match name {
            b"VP8X" => chunk
                .get(4..)
                .and_then(|rest| Some((little_endian::<3>(rest)?, rest.get(3..)?)))
                .and_then(|(width, rest)| Some((width + 1, little_endian::<3>(rest)? + 1))),
            b"VP8 " => chunk
                .get(6..)
                .and_then(|rest| Some((little_endian::<2>(rest)?, rest.get(2..)?)))
                .and_then(|(width, rest)| Some((width & 0x3FFF, little_endian::<2>(rest)? & 0x3FFF))),
            b"VP8L" => {
                chunk.get(1..).and_then(little_endian::<4>).map(|bits| ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1))
            }
            b"ANIM" | b"ANMF" => {
                self.animated = true;
                return Ok(());
            }
            b"EXIF" => {
                self.exif = Some(chunk);
                return Ok(());
            }
            _ => return Ok(()),
        };
        self.sizes.push(size.ok_or_else(PhotoError::truncated)?);
        Ok(())
    }
}

fn little_endian<const N: usize>(bytes: &[u8]) -> Option<u32> {
    let first: &[u8; N] = bytes.first_chunk()?;
    Some(first.iter().rev().fold(0, |value, &byte| value << 8 | u32::from(byte)))
}

fn reason(error: DecodingError) -> PhotoError {
    match error {
        DecodingError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => PhotoError::truncated(),
        other => PhotoError::broken(format!("its WebP data is damaged ({other})")),
    }
}
