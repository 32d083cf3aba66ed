//! Where a photo's bytes come from: inside the request as a data URI, or from a URL.

use base64_simd::STANDARD_NO_PAD;
use bytes::{Bytes, BytesMut};

/// The most decoded bytes that a photo may have: 5 MB (contract section 3.1).
pub const MAX_PHOTO_BYTES: usize = 5 * 1024 * 1024;

/// Where the bytes are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PhotoSource {
    /// The Base64 text of a data URI.
    Inline(Bytes),
    /// An http or https URL.
    Url(String),
}

impl PhotoSource {
    /// Reads the `value` of an image input.
    pub(super) fn from_text(text: Bytes) -> Result<Self, String> {
        const HOW: &str = "send 'data:image/jpeg;base64,…' or an http(s) URL";
        if text.is_empty() {
            return Err(format!("The image has an empty value: {HOW}."));
        }
        let starts_with =
            |prefix: &str| text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix.as_bytes()));
        if starts_with("http://") || starts_with("https://") {
            return Ok(Self::Url(String::from_utf8_lossy(&text).into_owned()));
        }
        if !starts_with("data:") {
            return Err(format!("The image's value is neither a data URI nor a URL: {HOW}."));
        }
        let Some(comma) = text.iter().position(|byte| *byte == b',') else {
            return Err(format!("The image's data URI has no comma before its content: {HOW}."));
        };
        let header = text[..comma].to_ascii_lowercase();
        if header.starts_with(b"data:application/pdf") {
            return Err("The image is a PDF: PDF inputs are not accepted by this version; send a photo.".to_owned());
        }
        if !header.ends_with(b";base64") {
            return Err(format!("The image's data URI is not Base64: {HOW}."));
        }
        Ok(Self::Inline(text.slice(comma + 1..)))
    }
}

/// Decodes the content of a data URI: in place when nobody else holds it, since fresh memory for megabytes costs more
/// than the decoding.
pub(super) fn decode_inline(mut text: Bytes) -> Result<Bytes, String> {
    // The padding may be missing, as some clients leave it out; so it says nothing.
    let padding = text.iter().rev().take(2).take_while(|byte| **byte == b'=').count();
    text.truncate(text.len() - padding);
    // Known without decoding: four characters are three bytes.
    let size = text.len() / 4 * 3 + (text.len() % 4).saturating_sub(1);
    if size > MAX_PHOTO_BYTES {
        return Err(format!(
            "The image has {size} bytes: {MAX_PHOTO_BYTES} (5 MB) at most. Send it smaller or more compressed."
        ));
    }
    let mut text = text.try_into_mut().unwrap_or_else(|shared| BytesMut::from(&shared[..]));
    if STANDARD_NO_PAD.check(&text).is_err() {
        let reason = what_is_wrong(&text);
        return Err(format!(
            "The image's Base64 cannot be decoded ({reason}): use the standard alphabet, without line breaks."
        ));
    }
    let decoded = STANDARD_NO_PAD.decode_inplace(&mut text).map_err(|error| error.to_string())?.len();
    text.truncate(decoded);
    Ok(text.freeze())
}

/// Why a text is no Base64.
fn what_is_wrong(text: &[u8]) -> String {
    let is_foreign = |byte: &u8| !STANDARD_NO_PAD.charset().contains(byte);
    match text.iter().position(is_foreign) {
        Some(at) => format!("character {} is {:?}", at + 1, text.get(at).copied().map_or(' ', char::from)),
        None => "its end is missing".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Result<Bytes, String> {
        match PhotoSource::from_text(Bytes::copy_from_slice(text.as_bytes()))? {
            PhotoSource::Inline(text) => decode_inline(text),
            PhotoSource::Url(url) => Err(url),
        }
    }

    #[test]
    fn data_uris_of_every_spelling() {
        for text in [
            "data:image/jpg;base64,aGVsbG8=",
            "data:image/jpeg;base64,aGVsbG8",
            "DATA:image/png;charset=x;BASE64,aGVsbG8=",
            "data:;base64,aGVsbG8=",
        ] {
            assert_eq!(bytes(text).as_deref(), Ok(&b"hello"[..]), "{text}");
        }
        for bad in ["", "aGVsbG8=", "data:image/jpeg;base64", "data:image/jpeg,hello", "data:image/jpeg;base64,a!b"] {
            assert!(bytes(bad).is_err(), "{bad}");
        }
        assert!(bytes("data:application/pdf;base64,aGVsbG8=").is_err_and(|m| m.contains("PDF")));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (content, reason) in [
            ("ab!d", "character 3 is '!'"),
            ("abcdefghijklmnop\n", "character 17 is '\\n'"),
            ("ab=d", "character 3 is '='"),
            ("abcde", "its end is missing"),
            ("ab===", "character 3 is '='"),
            ("aGVsbG9=", "its end is missing"),
        ] {
            let error = bytes(&format!("data:image/jpeg;base64,{content}")).unwrap_err();
            assert!(error.contains(reason), "{content}: {error}");
        }
    }

    #[test]
    fn a_text_that_others_hold_is_left_as_it_is() {
        let text = Bytes::from_static(b"aGVsbG8=");
        assert_eq!(decode_inline(text.clone()).as_deref(), Ok(&b"hello"[..]));
        assert_eq!(text, "aGVsbG8=");
    }

    #[test]
    fn the_limit_is_on_decoded_bytes() {
        let inline =
            |n: usize| format!("data:image/jpeg;base64,{}", base64_simd::STANDARD.encode_to_string(vec![0; n]));
        assert_eq!(bytes(&inline(MAX_PHOTO_BYTES)).map(|b| b.len()), Ok(MAX_PHOTO_BYTES));
        for over in [1, 2, 3, 4, 1000] {
            assert!(bytes(&inline(MAX_PHOTO_BYTES + over)).is_err_and(|m| m.contains("5 MB")), "{over}");
        }
    }
}
