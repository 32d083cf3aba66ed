//! How large a photo may be, and at which size it is looked at.

use crate::PhotoError;

/// What is refused before any pixel is allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Width times height as stored in the file.
    pub max_pixels: u64,
}

impl Default for Limits {
    /// 100 megapixels.
    fn default() -> Self {
        Self { max_pixels: 100_000_000 }
    }
}

impl Limits {
    /// The longest side that JPEG can have; the other formats are held to it, so that one row of pixels stays small.
    const MAX_SIDE: u32 = 65_535;

    pub(crate) fn check(&self, width: u32, height: u32) -> Result<(), PhotoError> {
        if width == 0 || height == 0 {
            return Err(PhotoError::broken("its header says that it has no pixels"));
        }
        if u64::from(width) * u64::from(height) > self.max_pixels {
            return Err(PhotoError::TooManyPixels { width, height, max: self.max_pixels });
        }
        if width.max(height) > Self::MAX_SIDE {
            let what = "photos with a side of more than 65,535 pixels";
            return Err(PhotoError::Unsupported { what, advice: "send it scaled down" });
        }
        Ok(())
    }
}

/// The size at which checks and models see a photo.
///
/// A photo is decoded at the smallest scale (a power of two for JPEG, an integer else) whose shorter side still has
/// `min_short_side` pixels; a smaller photo stays as it is. Two rules stand above it: never less than
/// [`WorkingScale::FOR_MEASURES`], so that what level 1 measures does not depend on which models are used; and never
/// more than 8 megapixels, so that a long thin photo cannot ask for much memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkingScale {
    /// Pixels.
    pub min_short_side: u32,
    /// Width times height.
    max_pixels: u64,
}

impl Default for WorkingScale {
    fn default() -> Self {
        Self::at_least(Self::FOR_MEASURES)
    }
}

impl WorkingScale {
    /// Shorter side, in pixels, at which sharpness is measured.
    pub const FOR_MEASURES: u32 = 640;

    /// Where small things are looked at: as they were taken, up to 25 megapixels.
    pub(crate) const DETAILS: Self = Self { min_short_side: u32::MAX, max_pixels: 25_000_000 };

    /// A scale whose shorter side has this many pixels.
    pub const fn at_least(min_short_side: u32) -> Self {
        Self { min_short_side, max_pixels: 8_000_000 }
    }

    /// Largest of the `divisors` (ascending, the first is 1) that keeps the promise above.
    pub(crate) fn divisor(self, width: u32, height: u32, divisors: impl IntoIterator<Item = u32>) -> u32 {
        let min = self.min_short_side.max(Self::FOR_MEASURES);
        let mut best = 1;
        for divisor in divisors {
            let (w, h) = (width.div_ceil(divisor), height.div_ceil(divisor));
            let before = u64::from(width.div_ceil(best)) * u64::from(height.div_ceil(best));
            if w.min(h) >= min || before > self.max_pixels {
                best = divisor;
            } else {
                break;
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::twelve_megapixels(4000, 3000, 640, 4)]
    #[case::portrait(3000, 4000, 640, 4)]
    #[case::a_model_wants_more(4000, 3000, 1000, 2)]
    #[case::a_model_wants_less(4000, 3000, 64, 4)]
    #[case::small_stays(600, 400, 640, 1)]
    #[case::just_enough(1280, 1280, 640, 2)]
    #[case::just_too_few(1280, 1278, 640, 1)]
    #[case::long_and_thin(65_500, 1_200, 640, 4)]
    #[case::nothing_fits(100_000, 1, 640, 1)]
    fn keeps_the_shorter_side(#[case] width: u32, #[case] height: u32, #[case] min: u32, #[case] divisor: u32) {
        assert_eq!(WorkingScale::at_least(min).divisor(width, height, [1, 2, 4, 8]), divisor);
    }

    #[rstest]
    #[case(10_000, 10_000, None)]
    #[case(10_000, 10_001, Some("10000 x 10001 pixels, more than the 100000000"))]
    #[case(u32::MAX, u32::MAX, Some("scaled down"))]
    #[case(65_536, 1, Some("a side of more than 65,535 pixels"))]
    #[case(0, 10, Some("no pixels"))]
    #[case(10, 0, Some("no pixels"))]
    fn limits(#[case] width: u32, #[case] height: u32, #[case] message: Option<&str>) {
        let found = Limits::default().check(width, height).map_err(|error| error.to_string());
        match message {
            None => assert_eq!(found, Ok(())),
            Some(message) => assert!(found.as_ref().is_err_and(|found| found.contains(message)), "{found:?}"),
        }
    }

    #[rstest]
    #[case::as_it_was_taken(4000, 3000, 1)]
    #[case::fifty_megapixels(8160, 6120, 2)]
    #[case::small(300, 20, 1)]
    fn details(#[case] width: u32, #[case] height: u32, #[case] divisor: u32) {
        assert_eq!(WorkingScale::DETAILS.divisor(width, height, [1, 2, 4, 8]), divisor);
    }

    #[test]
    fn never_more_than_eight_megapixels() {
        for (width, height) in [(10_000, 10_000), (65_535, 1_500), (1_000, 65_535), (65_535, 600)] {
            let divisor = WorkingScale::at_least(100_000).divisor(width, height, 1..=64);
            assert!(u64::from(width.div_ceil(divisor)) * u64::from(height.div_ceil(divisor)) <= 8_000_000);
        }
    }
}
