//! The hash of a window of a photo, whose edges need not lie between pixels.
//!
//! Luma is averaged to 128 x 128. Of a window the 16 x 16 lowest frequencies are taken as for the hash of the whole photo
//! ([`super`]), each pixel weighed by the integral of the cosine over the part of it that is in the window, so that nothing
//! has to be resampled. Each gives one bit: is it positive? The bits go by squares, so that the first word holds those of
//! the 8 x 8 lowest, which change least.

use std::sync::LazyLock;

use fast_image_resize::FilterType;

use crate::raster::Luma;

/// Pixels across and down.
const SIDE: usize = 128;

/// Frequencies per direction.
const LOW: usize = 16;

/// Below this median size of the coefficients their signs are noise, not picture; in the units of [`super`].
const MIN_STRUCTURE: f32 = 2.0;

/// 256 bits.
pub(crate) type Bits = [u64; 4];

/// Differing bits.
pub(crate) fn distance(a: &Bits, b: &Bits) -> u32 {
    a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones()).sum()
}

/// From where to where in parts of a side: a little outside of 0..=1 where a photo ends before the window does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) from: f64,
    pub(super) to: f64,
}

/// What each pixel of a side adds to each frequency of a span.
pub(super) struct Basis(Vec<[f32; LOW]>);

impl Basis {
    pub(super) fn of(span: Span) -> Self {
        let waves = |at: usize| {
            let part = (at as f64 / SIDE as f64 - span.from) / (span.to - span.from);
            let (sin, cos) = (std::f64::consts::PI * part.clamp(0.0, 1.0)).sin_cos();
            // sin((k + 1) x) = 2 cos(x) sin(k x) - sin((k - 1) x)
            let (mut before, mut now) = (0.0, sin);
            std::array::from_fn::<f64, LOW, _>(|k| {
                let integral = now / (std::f64::consts::PI * (k + 1) as f64);
                (before, now) = (now, 2.0 * cos * now - before);
                integral
            })
        };
        let norm = (SIDE as f64).sqrt();
        let edges: Vec<_> = (0..=SIDE).map(waves).collect();
        let pixels = edges.windows(2).map(|edges| match edges {
            [left, right] => std::array::from_fn(|k| (norm * (right[k] - left[k])) as f32),
            _ => [0.0; LOW],
        });
        Self(pixels.collect())
    }
}

/// A photo's luma, small.
pub(super) struct Plane(Vec<f32>);

/// The rows of a plane, with the frequencies of a span across.
pub(super) struct Rows(Vec<[f32; LOW]>);

impl Plane {
    pub(super) fn of(luma: &Luma) -> Self {
        let small = luma.resized(SIDE as u32, SIDE as u32, FilterType::Box);
        Self(small.values.iter().map(|value| f32::from(*value)).collect())
    }

    pub(super) fn across(&self, basis: &Basis) -> Rows {
        let row = |row: &[f32]| {
            let mut sums = [0.0; LOW];
            for (value, waves) in row.iter().zip(&basis.0) {
                sums.iter_mut().zip(waves).for_each(|(sum, wave)| *sum += value * wave);
            }
            sums
        };
        Rows(self.0.chunks_exact(SIDE).map(row).collect())
    }
}

impl Rows {
    /// The coefficients of the window, row by row of frequencies down.
    fn down(&self, basis: &Basis) -> [[f32; LOW]; LOW] {
        let mut sums = [[0.0; LOW]; LOW];
        for (row, waves) in self.0.iter().zip(&basis.0) {
            for (sums, wave) in sums.iter_mut().zip(waves) {
                sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += wave * value);
            }
        }
        sums
    }

    /// The hash of the window.
    pub(super) fn bits(&self, down: &Basis) -> Bits {
        bits(&self.down(down))
    }

    /// As [`Rows::bits`]; `None` when the window has too little structure.
    pub(super) fn bits_of_structure(&self, down: &Basis) -> Option<Bits> {
        let coefficients = self.down(down);
        let mut sizes: Vec<f32> = coefficients.iter().flatten().map(|value| value.abs()).collect();
        sizes.sort_by(f32::total_cmp);
        let median = sizes.get(sizes.len() / 2)?;
        (*median >= MIN_STRUCTURE).then(|| bits(&coefficients))
    }
}

/// Places of the coefficients, down and across, by growing squares.
static ORDER: LazyLock<Vec<(usize, usize)>> = LazyLock::new(|| {
    let mut places: Vec<_> = (0..LOW * LOW).map(|at| (at / LOW, at % LOW)).collect();
    places.sort_by_key(|(down, across)| (*down.max(across), *down, *across));
    places
});

fn bits(coefficients: &[[f32; LOW]; LOW]) -> Bits {
    let mut bits = [0; 4];
    for (word, places) in bits.iter_mut().zip(ORDER.chunks(64)) {
        let is_positive = |(down, across): &(usize, usize)| u64::from(coefficients[*down][*across] > 0.0);
        *word = places.iter().fold(0, |word, place| word << 1 | is_positive(place));
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(luma: impl Fn(usize, usize) -> f64) -> Plane {
        Plane((0..SIDE * SIDE).map(|at| luma(at % SIDE, at / SIDE) as f32).collect())
    }

    #[test]
    fn a_wave_of_the_window_is_in_its_coefficient() {
        let (across, down) = (Span { from: 0.1, to: 0.9 }, Span { from: 0.0, to: 1.0 });
        let wave = |x: usize, y: usize| {
            let part = ((x as f64 + 0.5) / SIDE as f64 - 0.1) / 0.8;
            let down = (y as f64 + 0.5) / SIDE as f64;
            128.0 + 50.0 * (std::f64::consts::PI * 3.0 * part).cos() * (std::f64::consts::PI * 2.0 * down).cos()
        };
        let coefficients = plane(wave).across(&Basis::of(across)).down(&Basis::of(down));
        for (row, values) in coefficients.iter().enumerate() {
            for (column, value) in values.iter().enumerate() {
                // 50 / 2 of the product's amplitude in each direction, times the norm of 64 pixels.
                let expected = if (row, column) == (1, 2) { 50.0 * 64.0 / 2.0 } else { 0.0 };
                assert!((value - expected).abs() < 30.0, "{row} {column}: {value}");
            }
        }
    }

    #[test]
    fn the_first_word_is_the_lowest_square() {
        assert!(ORDER[..64].iter().all(|(down, across)| *down < 8 && *across < 8));
        assert_eq!(ORDER.len(), 256);
    }
}
