//! Where a photo's bytes come from: inside the request as a data URI, or from a URL.

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use bytes::Bytes;

/// The most decoded bytes that a photo may have: 5 MB (contract section 3.1).
pub const MAX_PHOTO_BYTES: usize = 5 * 1024 * 1024;

/// The standard alphabet; padding may be missing, as some clients leave it out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Where the bytes are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PhotoSource {
    /// A data URI and the place in it where its Base64 text starts.
    Inline { text: String, start: usize },
    /// An http or https URL.
    Url(String),
}

impl PhotoSource {
    /// Reads the `value` of an image input.
    pub(super) fn from_text(text: String) -> Result<Self, String> {
        const HOW: &str = "send 'data:image/jpeg;base64,…' or an http(s) URL";
        if text.is_empty() {
            return Err(format!("The image has an empty value: {HOW}."));
        }
        let starts_with = |prefix: &str| {
            text.as_bytes().get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix.as_bytes()))
        };
        if starts_with("http://") || starts_with("https://") {
            return Ok(Self::Url(text));
        }
        if !starts_with("data:") {
            return Err(format!("The image's value is neither a data URI nor a URL: {HOW}."));
        }
        let Some(comma) = text.find(',') else {
            return Err(format!("The image's data URI has no comma before its content: {HOW}."));
        };
        let header = text[..comma].to_ascii_lowercase();
        if header.starts_with("data:application/pdf") {
            return Err("The image is a PDF: PDF inputs are not accepted by this version; send a photo.".to_owned());
        }
        if !header.ends_with(";base64") {
            return Err(format!("The image's data URI is not Base64: {HOW}."));
        }
        Ok(Self::Inline { start: comma + 1, text })
    }
}

/// Decodes the content of a data URI.
pub(super) fn decode_inline(text: &str, start: usize) -> Result<Bytes, String> {
    let content = text.as_bytes().get(start..).unwrap_or_default();
    // Known without decoding: four characters are three bytes.
    if content.len() / 4 * 3 > MAX_PHOTO_BYTES + 3 {
        return Err(too_large(content.len() / 4 * 3));
    }
    let bytes = BASE64.decode(content).map_err(|error| {
        let reason = error.to_string();
        let reason = reason.trim_end_matches('.');
        format!("The image's Base64 cannot be decoded ({reason}): use the standard alphabet, without line breaks.")
    })?;
    if bytes.len() > MAX_PHOTO_BYTES { Err(too_large(bytes.len())) } else { Ok(bytes.into()) }
}

fn too_large(bytes: usize) -> String {
    format!("The image has {bytes} bytes: {MAX_PHOTO_BYTES} (5 MB) at most. Send it smaller or more compressed.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Result<Bytes, String> {
        match PhotoSource::from_text(text.to_owned())? {
            PhotoSource::Inline { text, start } => decode_inline(&text, start),
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
    fn the_limit_is_on_decoded_bytes() {
        let inline = |n: usize| format!("data:image/jpeg;base64,{}", BASE64.encode(vec![0; n]));
        assert_eq!(bytes(&inline(MAX_PHOTO_BYTES)).map(|b| b.len()), Ok(MAX_PHOTO_BYTES));
        for over in [1, 2, 3, 4, 1000] {
            assert!(bytes(&inline(MAX_PHOTO_BYTES + over)).is_err_and(|m| m.contains("5 MB")), "{over}");
        }
    }
}
