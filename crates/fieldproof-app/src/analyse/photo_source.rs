//! Where a photo's bytes come from: inside the request as a data URI, or from a URL.

use base64_simd::STANDARD_NO_PAD;
use bytes::{Bytes, BytesMut};
use fieldproof_vision::is_pdf;

/// The most decoded bytes that a photo may have: 5 MB (contract section 3.1).
pub const MAX_PHOTO_BYTES: usize = 5 * 1024 * 1024;

/// The most decoded bytes that a PDF document may have: 8 MB (contract section 3.1).
pub const MAX_PDF_BYTES: usize = 8 * 1024 * 1024;

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
    if size > MAX_PDF_BYTES {
        return Err(too_large(size));
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

/// Refuses what is larger than its kind may be.
pub(super) fn within_limit(bytes: &[u8]) -> Result<(), String> {
    let most = if is_pdf(bytes) { MAX_PDF_BYTES } else { MAX_PHOTO_BYTES };
    if bytes.len() > most { Err(too_large(bytes.len())) } else { Ok(()) }
}

fn too_large(size: usize) -> String {
    format!(
        "The image has {size} bytes: {MAX_PHOTO_BYTES} (5 MB) at most, a PDF {MAX_PDF_BYTES} (8 MB). \
         Send it smaller or more compressed."
    )
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
    use rstest::rstest;

    use super::*;

    fn bytes(text: &str) -> Result<Bytes, String> {
        match PhotoSource::from_text(Bytes::copy_from_slice(text.as_bytes()))? {
            PhotoSource::Inline(text) => decode_inline(text).and_then(|bytes| within_limit(&bytes).map(|()| bytes)),
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
            "data:application/pdf;base64,aGVsbG8=",
        ] {
            assert_eq!(bytes(text).as_deref(), Ok(&b"hello"[..]), "{text}");
        }
        for bad in ["", "aGVsbG8=", "data:image/jpeg;base64", "data:image/jpeg,hello", "data:image/jpeg;base64,a!b"] {
            assert!(bytes(bad).is_err(), "{bad}");
        }
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

    #[rstest]
    #[case::photo(b"\xFF\xD8\xFF", MAX_PHOTO_BYTES, "5 MB")]
    #[case::pdf(b"%PDF-1.7", MAX_PDF_BYTES, "8 MB")]
    fn the_limit_is_on_decoded_bytes(#[case] start: &[u8], #[case] most: usize, #[case] told: &str) {
        let inline = |n: usize| {
            let content = [start, &vec![0; n - start.len()]].concat();
            format!("data:;base64,{}", base64_simd::STANDARD.encode_to_string(content))
        };
        assert_eq!(bytes(&inline(most)).map(|b| b.len()), Ok(most));
        for over in [1, 2, 3, 4, 4_000_000] {
            assert!(bytes(&inline(most + over)).is_err_and(|m| m.contains(told)), "{over}");
        }
    }
}
