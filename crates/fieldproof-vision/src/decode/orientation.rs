//! The eight ways in which a camera can have been held (EXIF tag 0x0112).

use crate::raster::Raster;

/// What has to be done to the stored picture to make it upright: first the optional transposition (x and y change
/// places), then the mirrors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Orientation {
    transpose: bool,
    mirror_x: bool,
    mirror_y: bool,
}

impl Orientation {
    /// By the EXIF value; everything outside 1..=8 is upright.
    pub(crate) fn from_exif(value: u32) -> Self {
        let (transpose, mirror_x, mirror_y) = match value {
            2 => (false, true, false),
            3 => (false, true, true),
            4 => (false, false, true),
            5 => (true, false, false),
            6 => (true, true, false),
            7 => (true, true, true),
            8 => (true, false, true),
            _ => (false, false, false),
        };
        Self { transpose, mirror_x, mirror_y }
    }

    /// Width and height of the upright picture.
    pub(crate) fn size(self, width: u32, height: u32) -> (u32, u32) {
        if self.transpose { (height, width) } else { (width, height) }
    }

    /// The upright picture.
    pub(crate) fn apply(self, stored: Raster) -> Raster {
        if self == Self::default() {
            return stored;
        }
        let (width, height) = self.size(stored.width, stored.height);
        let mut rgb = Vec::with_capacity(stored.rgb.len());
        for y in 0..height {
            let v = if self.mirror_y { height - 1 - y } else { y };
            for x in 0..width {
                let u = if self.mirror_x { width - 1 - x } else { x };
                let (column, row) = if self.transpose { (v, u) } else { (u, v) };
                let at = (row as usize * stored.width as usize + column as usize) * 3;
                rgb.extend_from_slice(stored.rgb.get(at..at + 3).unwrap_or(&[0; 3]));
            }
        }
        Raster { width, height, rgb }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// The upright picture is `ab / cd / ef`; each case is how the camera stored it.
    #[rstest]
    #[case(1, 2, "abcdef")]
    #[case(2, 2, "badcfe")]
    #[case(3, 2, "fedcba")]
    #[case(4, 2, "efcdab")]
    #[case(5, 3, "acebdf")]
    #[case(6, 3, "bdface")]
    #[case(7, 3, "fdbeca")]
    #[case(8, 3, "ecafdb")]
    #[case::unknown(0, 2, "abcdef")]
    #[case::unknown(9, 2, "abcdef")]
    fn all_eight(#[case] value: u32, #[case] width: u32, #[case] stored: &str) {
        let rgb = stored.bytes().flat_map(|letter| [letter; 3]).collect();
        let picture = Orientation::from_exif(value).apply(Raster { width, height: 6 / width, rgb });
        assert_eq!((picture.width, picture.height), (2, 3));
        let upright: String = picture.rgb.chunks(3).map(|pixel| char::from(pixel[0])).collect();
        assert_eq!(upright, "abcdef");
    }
}
