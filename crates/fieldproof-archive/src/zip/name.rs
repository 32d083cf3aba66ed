//! Names in a zip, which come in several encodings.

/// The name in UTF-8; as it is where its encoding is not known.
///
/// With the flag for UTF-8, or without it if it happens to be UTF-8 (what macOS writes), that is what it is. Otherwise it
/// is in the code page of a DOS: taken are the letters that the two Western ones, 437 and 850, have in the same place.
pub(super) fn decode(name: &[u8], has_utf8_flag: bool) -> Vec<u8> {
    if has_utf8_flag || std::str::from_utf8(name).is_ok() {
        return name.to_vec();
    }
    let western: Option<String> = name.iter().map(|&byte| western(byte)).collect();
    western.map_or_else(|| name.to_vec(), String::into_bytes)
}

/// The letter that both Western code pages of DOS give a byte.
fn western(byte: u8) -> Option<char> {
    const FROM_80: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ";
    const FROM_A0: &str = "áíóúñÑªº¿";
    match byte {
        ..0x80 => Some(byte.into()),
        0x80..0xA0 => FROM_80.chars().nth(usize::from(byte - 0x80)),
        0xE1 => Some('ß'),
        _ => FROM_A0.chars().nth(usize::from(byte - 0xA0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::ascii(b"WO/a.jpg", false, "WO/a.jpg")]
    #[case::flagged("Réseau/é.jpg".as_bytes(), true, "Réseau/é.jpg")]
    #[case::not_flagged("Réseau/é.jpg".as_bytes(), false, "Réseau/é.jpg")]
    #[case::french(b"R\x82seau/\x85-c\x93t\x82.jpg", false, "Réseau/à-côté.jpg")]
    #[case::german(b"Stra\xE1e/T\x81r.jpg", false, "Straße/Tür.jpg")]
    #[case::spanish(b"Espa\xA4a/\xA8.jpg", false, "España/¿.jpg")]
    fn names(#[case] name: &[u8], #[case] flag: bool, #[case] expected: &str) {
        assert_eq!(decode(name, flag), expected.as_bytes());
    }

    #[rstest]
    #[case::flag_that_lies(b"caf\x82.jpg", true)]
    #[case::the_code_pages_differ(b"a\x9Bb.jpg", false)]
    #[case::a_line_drawn(b"a\xC4b.jpg", false)]
    #[case::latin_1(b"caf\xE9.jpg", false)]
    fn unknown_stays_as_it_is(#[case] name: &[u8], #[case] flag: bool) {
        assert_eq!(decode(name, flag), name);
        assert!(std::str::from_utf8(name).is_err());
    }
}
