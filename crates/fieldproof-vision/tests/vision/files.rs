//! Pictures as files of every kind.

use std::borrow::Cow;

use image_webp::WebPEncoder;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use png::{BitDepth, Compression};

use crate::scene::Picture;

pub(crate) struct Jpeg {
    pub(crate) quality: u8,
    pub(crate) sampling: SamplingFactor,
    pub(crate) progressive: bool,
    pub(crate) restart: u16,
    pub(crate) exif: Vec<u8>,
}

impl Default for Jpeg {
    fn default() -> Self {
        Self { quality: 90, sampling: SamplingFactor::R_4_2_0, progressive: false, restart: 0, exif: Vec::new() }
    }
}

impl Jpeg {
    pub(crate) fn file(self, picture: &Picture) -> Vec<u8> {
        self.pixels(&picture.rgb, picture.width, picture.height, ColorType::Rgb)
    }

    pub(crate) fn pixels(self, pixels: &[u8], width: usize, height: usize, colour: ColorType) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, self.quality);
        encoder.set_sampling_factor(self.sampling);
        encoder.set_progressive(self.progressive);
        if self.restart > 0 {
            encoder.set_restart_interval(self.restart);
        }
        if !self.exif.is_empty() {
            encoder.add_exif_metadata(&self.exif).unwrap();
        }
        encoder.encode(pixels, width as u16, height as u16, colour).unwrap();
        file
    }
}

pub(crate) fn jpeg(picture: &Picture, quality: u8) -> Vec<u8> {
    Jpeg { quality, ..Jpeg::default() }.file(picture)
}

pub(crate) struct Png {
    pub(crate) colour: png::ColorType,
    pub(crate) depth: BitDepth,
    pub(crate) palette: Option<Vec<u8>>,
    pub(crate) transparent: Option<Vec<u8>>,
    pub(crate) exif: Option<Vec<u8>>,
}

impl Default for Png {
    fn default() -> Self {
        let (colour, depth) = (png::ColorType::Rgb, BitDepth::Eight);
        Self { colour, depth, palette: None, transparent: None, exif: None }
    }
}

impl Png {
    pub(crate) fn file(self, pixels: &[u8], width: usize, height: usize) -> Vec<u8> {
        let mut file = Vec::new();
        let mut info = png::Info::with_size(width as u32, height as u32);
        info.color_type = self.colour;
        info.bit_depth = self.depth;
        info.palette = self.palette.map(Cow::Owned);
        info.trns = self.transparent.map(Cow::Owned);
        info.exif_metadata = self.exif.map(Cow::Owned);
        let mut encoder = png::Encoder::with_info(&mut file, info).unwrap();
        encoder.set_compression(Compression::Fast);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(pixels).unwrap();
        writer.finish().unwrap();
        file
    }
}

pub(crate) fn png(picture: &Picture) -> Vec<u8> {
    Png::default().file(&picture.rgb, picture.width, picture.height)
}

/// An interlaced PNG, its data stored without compression.
pub(crate) fn interlaced_png(picture: &Picture) -> Vec<u8> {
    let passes = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];
    let mut data = Vec::new();
    for [left, top, right, down] in passes {
        for y in (top..picture.height).step_by(down).filter(|_| left < picture.width) {
            data.push(0);
            for x in (left..picture.width).step_by(right) {
                data.extend_from_slice(&picture.rgb[(y * picture.width + x) * 3..][..3]);
            }
        }
    }
    let mut header = [(picture.width as u32).to_be_bytes(), (picture.height as u32).to_be_bytes()].concat();
    header.extend([8, 2, 0, 0, 1]);
    let mut zlib = vec![0x78, 0x01];
    let blocks: Vec<&[u8]> = data.chunks(60_000).collect();
    for (index, block) in blocks.iter().enumerate() {
        zlib.push(u8::from(index + 1 == blocks.len()));
        zlib.extend((block.len() as u16).to_le_bytes());
        zlib.extend((!(block.len() as u16)).to_le_bytes());
        zlib.extend_from_slice(block);
    }
    let (a, b) = data.iter().fold((1_u32, 0_u32), |(a, b), &byte| {
        let a = (a + u32::from(byte)) % 65_521;
        (a, (a + b) % 65_521)
    });
    zlib.extend((b << 16 | a).to_be_bytes());
    [b"\x89PNG\r\n\x1A\n".to_vec(), chunk(b"IHDR", &header), chunk(b"IDAT", &zlib), chunk(b"IEND", &[])].concat()
}

/// A PNG chunk with its checksum.
pub(crate) fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let body = [name, content].concat();
    let crc = body.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    });
    [&(content.len() as u32).to_be_bytes()[..], &body, &(!crc).to_be_bytes()].concat()
}

/// A lossless WebP.
pub(crate) fn webp(pixels: &[u8], width: usize, height: usize, colour: image_webp::ColorType) -> Vec<u8> {
    webp_with(pixels, width, height, colour, Vec::new())
}

pub(crate) fn webp_with(
    pixels: &[u8],
    width: usize,
    height: usize,
    colour: image_webp::ColorType,
    exif: Vec<u8>,
) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = WebPEncoder::new(&mut file);
    encoder.set_exif_metadata(exif);
    encoder.encode(pixels, width as u32, height as u32, colour).unwrap();
    file
}
