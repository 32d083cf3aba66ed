//! A small picture of a photo, for lists.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use crate::raster::Raster;

/// Longer side, in pixels: a hundred of them are a page of a list, and each is some 8 KB.
const LONG_SIDE: u32 = 256;
/// Of 100. What is lost cannot be seen at that size.
const QUALITY: u8 = 75;

/// The picture as a JPEG whose longer side has [`LONG_SIDE`] pixels; a smaller picture stays as large as it is.
///
/// `None`: it cannot be encoded, which its size rules out.
pub(crate) fn jpeg(picture: &Raster) -> Option<Vec<u8>> {
    let (width, height) = reduced(picture.width, picture.height);
    let pixels = picture.resized_for_lists(width, height);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.encode(&pixels, u16::try_from(width).ok()?, u16::try_from(height).ok()?, ColorType::Rgb).ok()?;
    Some(bytes)
}

fn reduced(width: u32, height: u32) -> (u32, u32) {
    let long = u64::from(width.max(height));
    if long <= u64::from(LONG_SIDE) {
        return (width, height);
    }
    let side = |length: u32| {
        let rounded = (u64::from(length) * u64::from(LONG_SIDE) + long / 2) / long;
        u32::try_from(rounded).unwrap_or(LONG_SIDE).max(1)
    };
    (side(width), side(height))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::photo((1000, 750), (256, 192))]
    #[case::upright((750, 1000), (192, 256))]
    #[case::thin((8000, 2), (256, 1))]
    #[case::small((256, 40), (256, 40))]
    fn the_longer_side_rules(#[case] (width, height): (u32, u32), #[case] expected: (u32, u32)) {
        assert_eq!(reduced(width, height), expected);
        let grey = Raster { width, height, rgb: vec![90; width as usize * height as usize * 3] };
        let bytes = jpeg(&grey).unwrap();
        assert!(bytes.len() < 10_000, "{} bytes", bytes.len());
    }
}
