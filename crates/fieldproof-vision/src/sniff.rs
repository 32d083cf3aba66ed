//! What a file is, by its content: names and declared types are what the sender believes.

use crate::PhotoError;

/// A format that photos are read from and stored in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PhotoFormat {
    /// JPEG, baseline or progressive.
    Jpeg,
    /// PNG.
    Png,
    /// WebP, a still picture.
    WebP,
}

impl PhotoFormat {
    /// The media type.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
        }
    }

    /// The file extension, with the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => ".jpeg",
            Self::Png => ".png",
            Self::WebP => ".webp",
        }
    }
}

const CONVERT: &str = "convert it to JPEG, PNG or WebP";

/// Names the format by the first bytes. The rest of the file may still be broken: [`crate::decode`] finds that out.
///
/// # Errors
/// [`PhotoError::Empty`], [`PhotoError::Unsupported`] for image formats that are not read here, with what to do about
/// it, and [`PhotoError::NotAPhoto`] for everything else.
pub fn sniff(bytes: &[u8]) -> Result<PhotoFormat, PhotoError> {
    let unsupported = |what, advice| Err(PhotoError::Unsupported { what, advice });
    match bytes {
        [] => Err(PhotoError::Empty),
        [0xFF, 0xD8, 0xFF, ..] => Ok(PhotoFormat::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Ok(PhotoFormat::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Ok(PhotoFormat::WebP),
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => match brand.first_chunk::<4>() {
            Some(b"avif" | b"avis") => unsupported("AVIF photos", CONVERT),
            Some(b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1") => unsupported(
                "HEIC photos",
                "set the camera to 'most compatible' (JPEG), or convert the photo to JPEG, PNG or WebP",
            ),
            _ => Err(PhotoError::NotAPhoto { found: "a video" }),
        },
        [b'G', b'I', b'F', b'8', ..] => unsupported("GIF pictures", CONVERT),
        [b'I', b'I', 0x2A, 0, ..] | [b'M', b'M', 0, 0x2A, ..] => {
            unsupported("TIFF and raw camera files", "send the camera's JPEG, or convert it to JPEG, PNG or WebP")
        }
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => unsupported("BMP pictures", CONVERT),
        [0xFF, 0x0A, ..] | [0, 0, 0, 0x0C, b'J', b'X', b'L', b' ', ..] => unsupported("JPEG XL photos", CONVERT),
        [0, 0, 0, 0x0C, b'j', b'P', b' ', b' ', ..] => unsupported("JPEG 2000 photos", CONVERT),
        [b'%', b'P', b'D', b'F', ..] => unsupported("PDF documents", "send each photo as JPEG, PNG or WebP"),
        [b'P', b'K', 3, 4, ..] => Err(PhotoError::NotAPhoto { found: "a zip archive" }),
        _ if is_text(bytes) => Err(PhotoError::NotAPhoto { found: "text" }),
        _ => Err(PhotoError::NotAPhoto { found: "other content" }),
    }
}

fn is_text(bytes: &[u8]) -> bool {
    let start = bytes.get(..256).unwrap_or(bytes);
    // The last letter may be cut in two.
    let whole = std::str::from_utf8(start).map_or_else(|error| error.valid_up_to(), str::len);
    let letters = start.iter().all(|&byte| byte >= b' ' || byte.is_ascii_whitespace());
    letters && whole > 0 && whole + 4 > start.len()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(b"\xFF\xD8\xFF\xE0", PhotoFormat::Jpeg, "image/jpeg", ".jpeg")]
    #[case(b"\x89PNG\r\n\x1A\n", PhotoFormat::Png, "image/png", ".png")]
    #[case(b"RIFF\x10\0\0\0WEBP", PhotoFormat::WebP, "image/webp", ".webp")]
    fn photos(#[case] bytes: &[u8], #[case] format: PhotoFormat, #[case] mime: &str, #[case] extension: &str) {
        assert_eq!(sniff(bytes), Ok(format));
        assert_eq!((format.mime(), format.extension()), (mime, extension));
    }

    #[rstest]
    #[case::nothing(b"", "empty")]
    #[case::heic(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "'most compatible' (JPEG)")]
    #[case::heif(b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIC")]
    #[case::avif(b"\0\0\0\x18ftypavif\0\0\0\0", "AVIF photos cannot be read: convert it")]
    #[case::video(b"\0\0\0\x18ftypisom\0\0\0\0", "found a video")]
    #[case::video_cut_off(b"\0\0\0\x18ftyp", "found a video")]
    #[case::gif(b"GIF89a", "GIF")]
    #[case::tiff_little(b"II*\0\x08\0\0\0", "TIFF")]
    #[case::tiff_big(b"MM\0*\0\0\0\x08", "TIFF")]
    #[case::bmp(b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0", "BMP")]
    #[case::pdf(b"%PDF-1.7", "PDF documents cannot be read: send each photo")]
    #[case::jpeg_xl(b"\xFF\x0A\x01\x02", "JPEG XL")]
    #[case::archive(b"PK\x03\x04....", "found a zip archive")]
    #[case::html(b"<!doctype html><title>Not found</title>", "found text")]
    #[case::accents("Armoire ferm\u{e9}e".as_bytes(), "found text")]
    #[case::noise(b"\x01\x02\x03\x04", "found other content")]
    #[case::a_wave_file(b"RIFF\x10\0\0\0WAVEfmt ", "found other content")]
    #[case::half_a_signature(b"\xFF\xD8", "found other content")]
    fn everything_else_says_what_to_do(#[case] bytes: &[u8], #[case] message: &str) {
        let error = sniff(bytes).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
}
