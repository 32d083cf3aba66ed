//! How a photo is lit: three numbers from its luma, averaged to cells.

use fast_image_resize::FilterType;
use fieldproof_domain::observation::Exposure;

use crate::raster::Luma;

/// Cells across and down, whatever the photo's proportions.
const ACROSS: usize = 64;
const DOWN: usize = 48;

/// What counts of a photo that is dark on the whole: the light that its brightest parts reach, by half.
const BRIGHTEST: f64 = 0.97;

/// A cell of this mean luma has lost what was in it.
const BURNT: u8 = 247;

/// The middle and the rim of a photo are what is within, and without, these parts of its width and height; of the middle
/// counts what its brighter quarter reaches, of the rim what its brighter 30 % reach.
const MIDDLE: f64 = 0.5;
const BURNT_MIDDLE: f64 = 0.6;
const RIM: f64 = 0.8;
const OF_MIDDLE: f64 = 0.75;
const OF_RIM: f64 = 0.7;

pub(crate) fn exposure(luma: &Luma) -> Exposure {
    let cells = luma.resized(ACROSS as u32, DOWN as u32, FilterType::Box).values;
    let all = Histogram::of(&cells, |_, _| true);
    let is_within = |part: f64| move |x: f64, y: f64| x.abs() < part / 2.0 && y.abs() < part / 2.0;
    let middle = Histogram::of(&cells, is_within(MIDDLE));
    let is_rim = |x, y| !is_within(RIM)(x, y);
    Exposure {
        light: all.mean().max(all.quantile(BRIGHTEST) / 2.0),
        burnt: [
            Histogram::of(&cells, |_, y| y < 0.0),
            Histogram::of(&cells, |_, y| y > 0.0),
            Histogram::of(&cells, |x, _| x < 0.0),
            Histogram::of(&cells, |x, _| x > 0.0),
            Histogram::of(&cells, is_within(BURNT_MIDDLE)),
        ]
        .iter()
        .map(Histogram::burnt)
        .fold(100.0, f64::min),
        middle: middle.quantile(OF_MIDDLE),
        middle_spread: middle.spread(),
        rim: Histogram::of(&cells, is_rim).quantile(OF_RIM),
    }
}

/// How many cells have each luma.
struct Histogram {
    counts: [u32; 256],
    cells: u32,
}

impl Histogram {
    /// Of the cells of which `is_part` holds, by the place of their centre: 0 in the middle, a half at the edges.
    fn of(cells: &[u8], is_part: impl Fn(f64, f64) -> bool) -> Self {
        let mut histogram = Self { counts: [0; 256], cells: 0 };
        for (y, row) in cells.chunks_exact(ACROSS).enumerate() {
            for (x, luma) in row.iter().enumerate() {
                let place = |at: usize, of: usize| (at as f64 + 0.5) / of as f64 - 0.5;
                if is_part(place(x, ACROSS), place(y, DOWN)) {
                    histogram.counts[usize::from(*luma)] += 1;
                    histogram.cells += 1;
                }
            }
        }
        histogram
    }

    fn mean(&self) -> f64 {
        let sum: u64 = (0_u64..).zip(&self.counts).map(|(luma, count)| luma * u64::from(*count)).sum();
        sum as f64 / f64::from(self.cells.max(1))
    }

    /// The standard deviation.
    fn spread(&self) -> f64 {
        let mean = self.mean();
        let off = |(luma, count): (f64, &u32)| (luma - mean).powi(2) * f64::from(*count);
        let sum: f64 = (0_u8..=255).map(f64::from).zip(&self.counts).map(off).sum();
        (sum / f64::from(self.cells.max(1))).sqrt()
    }

    /// The luma that this share of the cells does not exceed, linear between neighbours.
    fn quantile(&self, share: f64) -> f64 {
        let at = share * f64::from(self.cells.saturating_sub(1));
        let value = |rank: f64| {
            let mut seen = 0;
            let reaches = |count: &u32| {
                seen += count;
                f64::from(seen) > rank
            };
            self.counts.iter().position(reaches).unwrap_or_default() as f64
        };
        value(at.floor()) + (value(at.ceil()) - value(at.floor())) * at.fract()
    }

    /// In percent.
    fn burnt(&self) -> f64 {
        let burnt: u32 = self.counts.iter().skip(usize::from(BURNT)).sum();
        100.0 * f64::from(burnt) / f64::from(self.cells.max(1))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn of(luma: impl Fn(f64, f64) -> u8) -> Exposure {
        let (width, height) = (128_u32, 96_u32);
        let at = |pixel: u32, of: u32| (f64::from(pixel) + 0.5) / f64::from(of);
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let values = pixels.map(|(x, y)| luma(at(x, width), at(y, height))).collect();
        exposure(&Luma { width, height, values })
    }

    /// Round: what is not a whole number comes from the share of cells at an edge.
    fn rounded(of: Exposure) -> [f64; 4] {
        [of.light, of.burnt, of.middle, of.rim].map(f64::round)
    }

    #[rstest]
    #[case::black(0, [0.0, 0.0, 0.0, 0.0])]
    #[case::grey(128, [128.0, 0.0, 128.0, 128.0])]
    #[case::white(255, [255.0, 100.0, 255.0, 255.0])]
    fn of_one_colour(#[case] luma: u8, #[case] expected: [f64; 4]) {
        assert_eq!(rounded(of(|_, _| luma)), expected);
    }

    #[test]
    fn a_lit_subject_in_the_night_counts() {
        let night = of(|x, y| if x < 0.25 && y < 0.25 { 160 } else { 4 });
        assert_eq!(night.light, 80.0);
        assert_eq!(of(|x, y| if x < 0.1 && y < 0.1 { 160 } else { 4 }).light.round(), 6.0);
    }

    #[test]
    fn a_burnt_sky_leaves_the_lower_half() {
        assert_eq!(of(|_, y| if y < 0.5 { 255 } else { 120 }).burnt, 0.0);
        assert_eq!(of(|x, _| if x < 0.625 { 255 } else { 120 }).burnt, 25.0);
    }

    #[test]
    fn a_dark_subject_before_a_window() {
        let window = of(|x, y| if (0.2..0.8).contains(&x) && (0.2..0.8).contains(&y) { 30 } else { 230 });
        assert_eq!((window.middle, window.middle_spread, window.rim), (30.0, 0.0, 230.0));
        let halves = of(|x, _| if x < 0.5 { 30 } else { 50 });
        assert_eq!((halves.middle, halves.middle_spread), (50.0, 10.0));
    }
}
