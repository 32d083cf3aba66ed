//! The segments of a JPEG file, walked before anything is decoded: is it of a kind that is read, how large is it, does
//! it have an end?

use memchr::memchr;

use crate::PhotoError;

/// A progressive file has some ten scans. Each costs a walk over the whole picture however few bytes it has, so a
/// small file with thousands of them would keep a core busy for minutes.
const MAX_SCANS: usize = 100;

/// What the segments say.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Structure<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    /// The colours are stored as Adobe does: CMYK is then inverted.
    pub(super) adobe: bool,
    /// The EXIF block, from its TIFF header on.
    pub(super) exif: Option<&'a [u8]>,
    /// Every component of the frame has data, and the frame says itself how high it is: of a file where that is not so,
    /// some decoders make what they can.
    pub(super) is_whole: bool,
    /// Where the compressed data of each scan ends.
    pub(super) scan_ends: Vec<usize>,
    /// One past the end mark. Phones put videos and depth maps behind it.
    pub(super) end: usize,
}

mod marker {
    pub(super) const SOF0_BASELINE: u8 = 0xC0;
    pub(super) const SOF2_PROGRESSIVE: u8 = 0xC2;
    pub(super) const DHT: u8 = 0xC4;
    pub(super) const JPG: u8 = 0xC8;
    pub(super) const DAC: u8 = 0xCC;
    pub(super) const SOF15: u8 = 0xCF;
    pub(super) const RST0: u8 = 0xD0;
    pub(super) const RST7: u8 = 0xD7;
    pub(super) const SOI: u8 = 0xD8;
    pub(super) const EOI: u8 = 0xD9;
    pub(super) const SOS: u8 = 0xDA;
    pub(super) const DNL: u8 = 0xDC;
    pub(super) const APP1: u8 = 0xE1;
    pub(super) const APP14: u8 = 0xEE;
}

impl<'a> Structure<'a> {
    /// Walks to the end mark.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, PhotoError> {
        let mut size = None;
        let (mut components, mut scanned, mut is_measured_late) = (Vec::new(), Vec::new(), false);
        let mut structure = Structure {
            width: 0,
            height: 0,
            adobe: false,
            exif: None,
            is_whole: false,
            scan_ends: Vec::new(),
            end: bytes.len(),
        };
        let mut at = 2;
        loop {
            let (marker, start) = next_marker(bytes, at).ok_or_else(PhotoError::truncated)?;
            match marker {
                marker::EOI => {
                    structure.end = start;
                    break;
                }
                marker::SOI | marker::RST0..=marker::RST7 | 0x01 => {
                    at = start;
                    continue;
                }
                _ => {}
            }
            let segment = segment(bytes, start).ok_or_else(PhotoError::truncated)?;
            at = start + 2 + segment.len();
            match marker {
                marker::DHT | marker::JPG | marker::DAC => {}
                marker::SOF0_BASELINE..=marker::SOF15 => {
                    size = Some(frame_size(marker, segment)?);
                    components = components_of_frame(segment);
                }
                marker::DNL => is_measured_late = true,
                marker::SOS => {
                    if structure.scan_ends.len() >= MAX_SCANS {
                        return Err(PhotoError::broken(format!("it has more than {MAX_SCANS} scans")));
                    }
                    scanned.extend(components_with_means(segment));
                    at = end_of_scan(bytes, at).ok_or_else(PhotoError::truncated)?;
                    structure.scan_ends.push(at);
                }
                marker::APP1 => structure.exif = structure.exif.or(segment.strip_prefix(b"Exif\0\0")),
                marker::APP14 => structure.adobe |= segment.starts_with(b"Adobe"),
                _ => {}
            }
        }
        (structure.width, structure.height) = size.ok_or_else(|| PhotoError::broken("it holds no picture"))?;
        if structure.scan_ends.is_empty() {
            return Err(PhotoError::broken("it holds no picture"));
        }
        structure.is_whole = !is_measured_late && components.iter().all(|component| scanned.contains(component));
        Ok(structure)
    }
}

/// The numbers of a frame's components, each of three bytes.
fn components_of_frame(segment: &[u8]) -> Vec<u8> {
    segment.get(6..).unwrap_or_default().iter().step_by(3).copied().collect()
}

/// The numbers of the components of which a scan has the mean of each block, without which there is no picture. A
/// progressive file has them in a scan by themselves.
fn components_with_means(segment: &[u8]) -> Vec<u8> {
    let Some((&number, rest)) = segment.split_first() else { return Vec::new() };
    let components = usize::from(number) * 2;
    let has_means = rest.get(components) == Some(&0);
    let numbers = rest.get(..components).unwrap_or_default().iter().step_by(2);
    if has_means { numbers.copied().collect() } else { Vec::new() }
}

/// The next marker at or behind `at`, and where what follows it starts. Bytes between segments are skipped, as every
/// decoder does.
fn next_marker(bytes: &[u8], mut at: usize) -> Option<(u8, usize)> {
    loop {
        at += memchr(0xFF, bytes.get(at..)?)? + 1;
        at += bytes.get(at..)?.iter().position(|&byte| byte != 0xFF)? + 1;
        match bytes.get(at - 1) {
            Some(0) => {}
            marker => return marker.map(|&marker| (marker, at)),
        }
    }
}

/// The content of the segment whose length is at `start`.
fn segment(bytes: &[u8], start: usize) -> Option<&[u8]> {
    let length = u16::from_be_bytes(*bytes.get(start..)?.first_chunk()?);
    bytes.get(start + 2..start + usize::from(length).max(2))
}

/// Where the first marker stands that is neither a restart nor a stuffed byte.
fn end_of_scan(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr(0xFF, bytes.get(at..)?)?;
        match bytes.get(at + 1)? {
            0 | marker::RST0..=marker::RST7 => at += 2,
            0xFF => at += 1,
            _ => return Some(at),
        }
    }
}

fn frame_size(marker: u8, segment: &[u8]) -> Result<(u32, u32), PhotoError> {
    let unsupported = |what| Err(PhotoError::Unsupported { what, advice: "save it as an ordinary JPEG" });
    let &[precision, h1, h0, w1, w0, ..] = segment else { return Err(PhotoError::truncated()) };
    match marker {
        marker::SOF0_BASELINE..=marker::SOF2_PROGRESSIVE if precision == 8 => {}
        marker::SOF0_BASELINE..=marker::SOF2_PROGRESSIVE => return unsupported("JPEG photos with more than 8 bits"),
        0xC9..=0xCF => return unsupported("JPEG photos with arithmetic coding"),
        _ => return unsupported("lossless JPEG photos"),
    }
    Ok((u32::from(u16::from_be_bytes([w1, w0])), u32::from(u16::from_be_bytes([h1, h0]))))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const FRAME: &[u8] = b"\xFF\xC0\0\x0B\x08\0\x10\0\x20\x01\x01\x11\0";
    const SCAN: &[u8] = b"\xFF\xDA\0\x08\x01\x01\0\0\x3F\0\x12\xFF\0\x34\xFF\xD0\x56\xFF\xFF\xD9";

    #[test]
    fn walks_to_the_end_mark() {
        let exif = b"\xFF\xE1\0\x0AExif\0\0II";
        let bytes = [b"\xFF\xD8", &exif[..], b"\xFF\xEE\0\x07Adobe", FRAME, SCAN, b"trailing video\xFF\xD9"].concat();
        let structure = Structure::read(&bytes).unwrap();
        assert_eq!((structure.width, structure.height), (32, 16));
        assert_eq!((structure.adobe, structure.exif), (true, Some(&b"II"[..])));
        assert!(structure.is_whole);
        assert_eq!(structure.end, bytes.len() - b"trailing video\xFF\xD9".len());
        assert_eq!(structure.scan_ends, [structure.end - 2]);
    }

    #[test]
    fn every_prefix_is_an_error() {
        let bytes = [b"\xFF\xD8", FRAME, SCAN].concat();
        assert!(Structure::read(&bytes).is_ok());
        for length in 0..bytes.len() {
            assert_eq!(Structure::read(&bytes[..length]), Err(PhotoError::truncated()), "{length}");
        }
    }

    /// Three components, of which each has a scan of its own.
    #[rstest]
    #[case::all(&[1, 2, 3], 0, b"", true)]
    #[case::one_is_missing(&[1, 2], 0, b"", false)]
    #[case::only_details(&[1, 2, 3], 1, b"", false)]
    #[case::measured_late(&[1, 2, 3], 0, b"\xFF\xDC\0\x04\0\x10", false)]
    fn every_component_needs_data(
        #[case] scans: &[u8],
        #[case] first_of_block: u8,
        #[case] more: &[u8],
        #[case] is_whole: bool,
    ) {
        let frame = b"\xFF\xC0\0\x11\x08\0\x10\0\x20\x03\x01\x11\0\x02\x11\0\x03\x11\0";
        let scan =
            |&component: &u8| [b"\xFF\xDA\0\x08\x01", &[component, 0, first_of_block][..], b"\x3F\0\x12\x34"].concat();
        let scans: Vec<u8> = scans.iter().flat_map(scan).collect();
        let bytes = [b"\xFF\xD8", &frame[..], &scans, more, b"\xFF\xD9"].concat();
        assert_eq!(Structure::read(&bytes).unwrap().is_whole, is_whole);
    }

    #[rstest]
    #[case::no_frame([b"\xFF\xD8", SCAN].concat(), "holds no picture")]
    #[case::no_scan([b"\xFF\xD8", FRAME, b"\xFF\xD9"].concat(), "holds no picture")]
    #[case::lossless(b"\xFF\xD8\xFF\xC3\0\x0B\x08\0\x10\0\x20\x01\x01\x11\0".to_vec(), "lossless JPEG")]
    #[case::arithmetic(b"\xFF\xD8\xFF\xC9\0\x0B\x08\0\x10\0\x20\x01\x01\x11\0".to_vec(), "arithmetic")]
    #[case::twelve_bits(b"\xFF\xD8\xFF\xC1\0\x0B\x0C\0\x10\0\x20\x01\x01\x11\0".to_vec(), "more than 8 bits")]
    #[case::scans([b"\xFF\xD8", FRAME, &SCAN[..SCAN.len() - 3].repeat(101), b"\xFF\xD9"].concat(), "100 scans")]
    fn refused(#[case] bytes: Vec<u8>, #[case] message: &str) {
        let error = Structure::read(&bytes).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
}
