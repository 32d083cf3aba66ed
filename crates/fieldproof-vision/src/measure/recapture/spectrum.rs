//! The spectrum of the colours of a tile.

use std::{f32::consts::TAU, sync::Arc};

use rustfft::{Fft, FftPlanner, num_complex::Complex};

use crate::raster::Raster;

/// Pixels across and down a tile.
pub(super) const SIDE: usize = 64;

/// The root of the sum of the squares of the window across and down: with it a power is one of levels of a byte, squared.
const WINDOW_NORM: f32 = 24.0;

/// What is the same for all tiles.
pub(super) struct Spectrum {
    plan: Arc<dyn Fft<f32>>,
    /// Fades a tile out towards its edges.
    window: [f32; SIDE],
}

impl Default for Spectrum {
    fn default() -> Self {
        let window = std::array::from_fn(|at| 0.5 - 0.5 * (TAU * at as f32 / SIDE as f32).cos());
        Self { plan: FftPlanner::new().plan_fft_forward(SIDE), window }
    }
}

/// The spectra of one tile, row by row of frequencies, 0..64 each; those behind the middle are negative.
pub(super) struct Colours<'a> {
    spectrum: &'a Spectrum,
    pixels: Vec<[f32; 3]>,
    /// Of R-G as real part and B-G as imaginary part.
    both: Vec<Complex<f32>>,
}

/// Values at one frequency.
#[derive(Clone, Copy)]
pub(super) struct AtFrequency {
    /// Of R-G.
    pub(super) red: Complex<f32>,
    /// Of B-G.
    pub(super) blue: Complex<f32>,
}

impl Spectrum {
    /// Of the tile at these pixels of the picture, each of whose pixels is the mean of `step` x `step`.
    pub(super) fn of(&self, picture: &Raster, left: u32, top: u32, step: u32) -> Colours<'_> {
        let pixels = read(picture, left, top, step);
        let both = self.transformed(&pixels, |[red, green, blue]| Complex::new(red - green, blue - green));
        Colours { spectrum: self, pixels, both }
    }

    fn transformed(&self, pixels: &[[f32; 3]], value: impl Fn(&[f32; 3]) -> Complex<f32>) -> Vec<Complex<f32>> {
        let mut values: Vec<_> = pixels.iter().map(value).collect();
        let mean = values.iter().sum::<Complex<f32>>() / values.len().max(1) as f32;
        for (row, down) in values.chunks_exact_mut(SIDE).zip(&self.window) {
            for (value, across) in row.iter_mut().zip(&self.window) {
                *value = (*value - mean) * (across * down / WINDOW_NORM);
            }
        }
        transform(&*self.plan, &mut values);
        values
    }
}

fn read(picture: &Raster, left: u32, top: u32, step: u32) -> Vec<[f32; 3]> {
    let (width, step) = (picture.width as usize * 3, step as usize);
    let share = 1.0 / (step * step) as f32;
    let mut pixels = Vec::with_capacity(SIDE * SIDE);
    for y in 0..SIDE {
        let rows = (0..step).map(|down| {
            let start = (top as usize + y * step + down) * width + left as usize * 3;
            picture.rgb.get(start..start + SIDE * step * 3).unwrap_or_default()
        });
        let mut sums = vec![[0.0_f32; 3]; SIDE];
        for row in rows {
            for (sum, block) in sums.iter_mut().zip(row.chunks_exact(3 * step)) {
                for pixel in block.chunks_exact(3) {
                    sum.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += f32::from(*value));
                }
            }
        }
        pixels.extend(sums.iter().map(|sum| sum.map(|value| value * share)));
    }
    pixels
}

/// Along the rows, then along the columns, in place.
fn transform(plan: &dyn Fft<f32>, values: &mut [Complex<f32>]) {
    for _ in 0..2 {
        plan.process(values);
        for y in 0..SIDE {
            for x in y + 1..SIDE {
                values.swap(y * SIDE + x, x * SIDE + y);
            }
        }
    }
}

/// The place of a frequency, which may be negative or too high.
pub(super) fn place(x: isize, y: isize) -> usize {
    // A power of two: the lowest bits of a negative number are those of what it wraps to.
    const LAST: usize = SIDE - 1;
    (y as usize & LAST) * SIDE + (x as usize & LAST)
}

/// A row of frequencies, which may be negative or too high.
pub(super) fn row(values: &[f32], y: isize) -> &[f32] {
    values.get(place(0, y)..).and_then(|rest| rest.get(..SIDE)).unwrap_or_default()
}

impl Colours<'_> {
    /// Both colours at a frequency: what a real signal is at the opposite one is the conjugate.
    pub(super) fn at(&self, x: isize, y: isize) -> AtFrequency {
        let value = |x, y| self.both.get(place(x, y)).copied().unwrap_or_default();
        let (here, there) = (value(x, y), value(-x, -y).conj());
        AtFrequency { red: (here + there) * 0.5, blue: (here - there) * Complex::new(0.0, -0.5) }
    }

    /// The power of both colours at every frequency.
    pub(super) fn powers(&self) -> Vec<f32> {
        let own: Vec<f32> = self.both.iter().map(Complex::norm_sqr).collect();
        let mut powers = Vec::with_capacity(own.len());
        for y in 0..SIDE as isize {
            // The opposite row, from its first frequency backwards.
            let (here, there) = (row(&own, y), row(&own, -y));
            let opposite = there.first().into_iter().chain(there.iter().skip(1).rev());
            powers.extend(here.iter().zip(opposite).map(|(here, there)| (here + there) / 2.0));
        }
        powers
    }

    /// The power of luma at every frequency.
    pub(super) fn luma_powers(&self) -> Vec<f32> {
        let luma = |[red, green, blue]: &[f32; 3]| Complex::new((red + 2.0 * green + blue) / 4.0, 0.0);
        self.spectrum.transformed(&self.pixels, luma).iter().map(Complex::norm_sqr).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wave_has_its_power_at_its_frequency() {
        let wave = |x: usize| 128.0 + 40.0 * (TAU * 8.0 * x as f32 / SIDE as f32).cos();
        let rgb = (0..SIDE * SIDE).flat_map(|at| [wave(at % SIDE) as u8, 128, 128]).collect();
        let picture = Raster { width: SIDE as u32, height: SIDE as u32, rgb };
        let spectrum = Spectrum::default();
        let colours = spectrum.of(&picture, 0, 0, 1);
        let powers = colours.powers();
        let strongest = (0..powers.len()).max_by(|a, b| powers[*a].total_cmp(&powers[*b]));
        assert!([place(8, 0), place(-8, 0)].map(Some).contains(&strongest), "{strongest:?}");
        let AtFrequency { red, blue } = colours.at(8, 0);
        assert!(red.norm() > 100.0 * blue.norm(), "{red} {blue}");
        assert!(colours.luma_powers()[place(8, 0)] > 100.0 * colours.luma_powers()[place(0, 8)]);
    }

    #[test]
    fn steps_take_means() {
        let rgb = (0..4 * SIDE * SIDE).flat_map(|at| [(at % 2 * 100) as u8; 3]).collect();
        let picture = Raster { width: 2 * SIDE as u32, height: 2 * SIDE as u32, rgb };
        assert!(read(&picture, 0, 0, 2).iter().all(|pixel| *pixel == [50.0; 3]));
    }
}
