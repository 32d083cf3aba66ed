//! What files carry beside the picture: blocks of EXIF, XMP and C2PA, found by walking over segments or chunks. Nothing is
//! decoded, and what comes behind the picture's data is not looked at.

use std::borrow::Cow;

use crate::PhotoFormat;

/// Most bytes of a C2PA manifest that are read: it holds small pictures of what it was made from.
const MAX_C2PA: usize = 4 * 1024 * 1024;

/// Most chunks or segments that are walked over.
const MAX_PARTS: usize = 4096;

/// The blocks of one file.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Carried<'a> {
    /// From its TIFF header on.
    pub(super) exif: Option<&'a [u8]>,
    pub(super) xmp: Option<Cow<'a, [u8]>>,
    /// JUMBF boxes.
    pub(super) c2pa: Option<Cow<'a, [u8]>>,
    /// Programs that are named outside of all blocks.
    pub(super) software: Vec<String>,
}

impl<'a> Carried<'a> {
    /// What can be found; a file that ends too early has what came before.
    pub(super) fn read(format: PhotoFormat, bytes: &'a [u8]) -> Self {
        let mut carried = Self::default();
        match format {
            PhotoFormat::Jpeg => carried.walk_jpeg(bytes),
            PhotoFormat::Png => carried.walk_png(bytes),
            PhotoFormat::WebP => carried.walk_webp(bytes),
        };
        carried
    }

    fn walk_jpeg(&mut self, bytes: &'a [u8]) -> Option<()> {
        const SCAN: u8 = 0xDA;
        let mut boxes = Vec::new();
        let mut at = 2;
        for _ in 0..MAX_PARTS {
            let Some(&[0xFF, marker, high, low]) = bytes.get(at..).and_then(<[u8]>::first_chunk) else { break };
            if marker == 0xFF {
                at += 1;
                continue;
            }
            let end = at + 2 + usize::from(u16::from_be_bytes([high, low])).max(2);
            let Some(segment) = bytes.get(at + 4..end).filter(|_| marker != SCAN) else { break };
            self.note_segment(marker, segment, &mut boxes);
            at = end;
        }
        self.c2pa = (!boxes.is_empty()).then_some(Cow::Owned(boxes));
        Some(())
    }

    fn note_segment(&mut self, marker: u8, segment: &'a [u8], boxes: &mut Vec<u8>) {
        const APP1: u8 = 0xE1;
        const APP11: u8 = 0xEB;
        match marker {
            APP1 => {
                let xmp = segment.strip_prefix(b"http://ns.adobe.com/xap/1.0/\0");
                self.exif = self.exif.or(segment.strip_prefix(b"Exif\0\0"));
                self.xmp = self.xmp.take().or(xmp.map(Cow::Borrowed));
            }
            // A box that is larger than a segment goes on in the next ones, which repeat its header (ISO 19566-5, annex D).
            APP11 => {
                let Some(part) = segment.strip_prefix(b"JP").and_then(|rest| rest.get(2..)) else { return };
                let Some((number, part)) = part.split_first_chunk::<4>() else { return };
                let part = if *number == [0, 0, 0, 1] { part } else { part.get(8..).unwrap_or_default() };
                if boxes.len() + part.len() <= MAX_C2PA {
                    boxes.extend_from_slice(part);
                }
            }
            _ => {}
        }
    }

    fn walk_png(&mut self, bytes: &'a [u8]) -> Option<()> {
        let mut rest = bytes.get(8..)?;
        for _ in 0..MAX_PARTS {
            let (length, tail) = rest.split_first_chunk::<4>()?;
            let (kind, tail) = tail.split_first_chunk::<4>()?;
            let length = u32::from_be_bytes(*length) as usize;
            let chunk = tail.get(..length)?;
            match kind {
                b"eXIf" => self.exif = self.exif.or(Some(chunk)),
                b"caBX" if length <= MAX_C2PA => self.c2pa = Some(Cow::Borrowed(chunk)),
                b"iTXt" => self.xmp = self.xmp.take().or(xmp_of_png(chunk).map(Cow::Borrowed)),
                b"tEXt" => self.software.extend(chunk.strip_prefix(b"Software\0").map(latin1)),
                b"IEND" => return Some(()),
                _ => {}
            }
            rest = tail.get(length + 4..)?;
        }
        Some(())
    }

    fn walk_webp(&mut self, bytes: &'a [u8]) -> Option<()> {
        let mut rest = bytes.get(12..)?;
        for _ in 0..MAX_PARTS {
            let (kind, tail) = rest.split_first_chunk::<4>()?;
            let (length, tail) = tail.split_first_chunk::<4>()?;
            let length = u32::from_le_bytes(*length) as usize;
            let chunk = tail.get(..length)?;
            match kind {
                b"EXIF" => self.exif = Some(chunk.strip_prefix(b"Exif\0\0").unwrap_or(chunk)),
                b"XMP " => self.xmp = Some(Cow::Borrowed(chunk)),
                b"C2PA" if length <= MAX_C2PA => self.c2pa = Some(Cow::Borrowed(chunk)),
                _ => {}
            }
            rest = tail.get(length + length % 2..)?;
        }
        Some(())
    }
}

/// The packet of an uncompressed `iTXt` chunk: behind the keyword two flags, a language and a translated keyword.
fn xmp_of_png(chunk: &[u8]) -> Option<&[u8]> {
    let rest = chunk.strip_prefix(b"XML:com.adobe.xmp\0\0\0")?;
    rest.splitn(3, |byte| *byte == 0).nth(2)
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().take(super::MAX_NAME).map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
        let length = (content.len() as u16 + 2).to_be_bytes();
        [&[0xFF, marker][..], &length, content].concat()
    }

    fn png_chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        [&(content.len() as u32).to_be_bytes()[..], kind, content, &[0; 4]].concat()
    }

    fn webp_chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let padding = vec![0; content.len() % 2];
        [kind, &(content.len() as u32).to_le_bytes()[..], content, &padding].concat()
    }

    fn files() -> [(PhotoFormat, Vec<u8>); 3] {
        let jpeg = [
            vec![0xFF, 0xD8],
            segment(0xE1, b"Exif\0\0II*"),
            vec![0xFF],
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"),
            segment(0xEB, b"JP\0\x01\0\0\0\x01\0\0\0\x0Ejumbab"),
            segment(0xEB, b"JP\0\x01\0\0\0\x02\0\0\0\x0Ejumbcdef"),
            segment(0xDA, b""),
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<late/>"),
        ];
        let png = [
            vec![0; 8],
            png_chunk(b"eXIf", b"II*"),
            png_chunk(b"tEXt", b"Comment\0none"),
            png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0en\0\0<x/>"),
            png_chunk(b"caBX", b"\0\0\0\x0Ejumbabcdef"),
            png_chunk(b"IEND", b""),
            png_chunk(b"caBX", b"late"),
        ];
        let webp = [
            vec![0; 12],
            webp_chunk(b"EXIF", b"Exif\0\0II*"),
            webp_chunk(b"XMP ", b"<x/>"),
            webp_chunk(b"C2PA", b"\0\0\0\x0Ejumbabcdef"),
        ];
        [(PhotoFormat::Jpeg, jpeg.concat()), (PhotoFormat::Png, png.concat()), (PhotoFormat::WebP, webp.concat())]
    }

    #[test]
    fn every_block_of_every_format_and_nothing_of_a_part_of_one() {
        for (format, file) in files() {
            let carried = Carried::read(format, &file);
            assert_eq!(carried.exif, Some(&b"II*"[..]), "{format:?}");
            assert_eq!(carried.xmp.as_deref(), Some(&b"<x/>"[..]), "{format:?}");
            assert_eq!(carried.c2pa.as_deref(), Some(&b"\0\0\0\x0Ejumbabcdef"[..]), "{format:?}");
            for length in 0..file.len() {
                Carried::read(format, &file[..length]);
            }
        }
    }

    #[test]
    fn png_files_name_their_program() {
        let file = [vec![0; 8], png_chunk(b"tEXt", b"Software\0GIMP \xE9")].concat();
        assert_eq!(Carried::read(PhotoFormat::Png, &file).software, ["GIMP \u{e9}"]);
    }
}
