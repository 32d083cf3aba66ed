//! How sharp the sharpest part of a photo is.
//!
//! A blurred edge is wide. For an edge of any height that is blurred by a Gaussian of sigma pixels, the energy of the
//! second derivative across it is 1 / (2 sigma squared) of the energy of the first. Their ratio thus says how wide edges
//! are and nothing of how many or how strong they are: a pale scene is as sharp as a stark one, a plain cabinet as a
//! hedge.
//!
//! The luma, with its shorter side reduced to 640 pixels so that the camera's resolution does not matter, is smoothed a
//! little (sigma 1, against noise and the steps of JPEG). In each tile of about 64 x 64 the ratio is taken in four
//! directions, less what noise of the photo's flattest tiles would add; a tile where no direction rises above noise does
//! not count. Motion blurs only one direction, so a tile is as good as its worst: the geometric mean of the least ratio,
//! and of the least second derivative against the mean first one (the first alone would pass a photo whose blurred
//! direction has only noise left; the second alone would fail a sharp scene of parallel lines).
//!
//! The sharpness is 100 times the root of the 90th percentile of the tiles: the subject in focus counts, the blurred
//! background does not. Photos in focus have 45 to 115: the more the camera resolved,
//! the more; the limit is about 130. A photo without any
//! structure has 0.

use crate::raster::Luma;

/// Side of a tile, pixels; tiles are stretched to cover the photo.
const TILE: usize = 64;

/// The share of tiles that may be less sharp than the result.
const PERCENTILE: f64 = 0.9;

/// Highest standard deviation that counts as noise, in levels of luma: a lawn is flat nowhere, and is not noise.
const MAX_NOISE: f64 = 6.0;

/// A direction in a tile counts when its energy is this many times that of noise ...
const OVER_NOISE: f64 = 3.0;

/// ... and this more, in squared levels per pixel: the steps of 8-bit values are no structure.
const MIN_ENERGY: f64 = 0.3;

/// One half of the symmetric smoothing kernel, from its middle: a Gaussian of sigma 1.
const KERNEL: [f32; 5] = [0.398_943_47, 0.241_971_45, 0.053_991_13, 0.004_431_86, 0.000_133_83];

/// Neighbour in each direction (columns right, rows down), and how many pixels it is away, squared.
const DIRECTIONS: [(isize, isize, f32); 4] = [(1, 0, 1.0), (0, 1, 1.0), (1, 1, 2.0), (1, -1, 2.0)];

/// Energy of the first and the second derivative of white noise of variance 1 behind the smoothing, along and across
/// the pixels, then diagonally: the sums of the squares of the combined kernels.
const NOISE_ALONG: [f64; 2] = [0.025_157, 0.040_326];
const NOISE_DIAGONAL: [f64; 2] = [0.017_206, 0.028_265];

/// From 0 (nothing in it, or blurred beyond recognition) to about 130.
pub(crate) fn sharpness(luma: &Luma) -> f64 {
    let (width, height) = (luma.width as usize, luma.height as usize);
    let margin = 2;
    if width < 3 * margin || height < 3 * margin {
        return 0.0;
    }
    let raw: Vec<f32> = luma.values.iter().map(|&value| f32::from(value)).collect();
    let smooth = smoothed(&raw, width);
    let mut tiles = Vec::new();
    for rows in spans(margin, height - margin) {
        let mut band = Band::new(width);
        for y in rows {
            band.add(&raw, &smooth, width, y);
        }
        tiles.extend(spans(margin, width - margin).map(|columns| band.tile(columns)));
    }
    let mut noises: Vec<f64> = tiles.iter().map(|tile| tile.noise).collect();
    let noise = percentile(&mut noises, 0.1).min(MAX_NOISE * MAX_NOISE);
    let mut ratios: Vec<f64> = tiles.iter().filter_map(|tile| tile.ratio(noise)).collect();
    100.0 * percentile(&mut ratios, PERCENTILE).sqrt()
}

/// `from..to` in equal spans of about [`TILE`].
fn spans(from: usize, to: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    let length = to - from;
    let number = (length / TILE).max(1);
    (0..number).map(move |index| from + index * length / number..from + (index + 1) * length / number)
}

/// Linear between neighbours; 0 of nothing.
fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = share * values.len().saturating_sub(1) as f64;
    let value = |index: f64| values.get(index as usize).copied().unwrap_or(0.0);
    value(at.floor()) + (value(at.ceil()) - value(at.floor())) * at.fract()
}

/// Smoothed by [`KERNEL`] in both directions; the border repeats outwards.
fn smoothed(raw: &[f32], width: usize) -> Vec<f32> {
    let reach = KERNEL.len() - 1;
    let mut across = Vec::with_capacity(raw.len());
    let mut padded = vec![0.0; width + 2 * reach];
    for row in raw.chunks_exact(width) {
        let (first, last) = (row.first().copied().unwrap_or(0.0), row.last().copied().unwrap_or(0.0));
        padded[..reach].fill(first);
        padded[reach..reach + width].copy_from_slice(row);
        padded[reach + width..].fill(last);
        across.extend(padded.windows(2 * reach + 1).map(|window| {
            let pairs = (1..=reach).map(|k| KERNEL[k] * (window[reach - k] + window[reach + k]));
            pairs.fold(KERNEL[0] * window[reach], |sum, pair| sum + pair)
        }));
    }
    let height = raw.len() / width;
    let row = |y: usize| &across[y.min(height - 1) * width..][..width];
    let mut smooth = Vec::with_capacity(raw.len());
    let mut sum = vec![0.0; width];
    for y in 0..height {
        sum.iter_mut().zip(row(y)).for_each(|(sum, value)| *sum = KERNEL[0] * value);
        for (k, weight) in KERNEL.iter().enumerate().skip(1) {
            let neighbours = row(y.saturating_sub(k)).iter().zip(row(y + k));
            sum.iter_mut().zip(neighbours).for_each(|(sum, (above, below))| *sum += weight * (above + below));
        }
        smooth.extend_from_slice(&sum);
    }
    smooth
}

/// Sums down one row of tiles, for each column of pixels: this way the compiler uses vector instructions.
struct Band {
    rows: usize,
    /// For each direction the energies of the first and second derivative.
    energies: [[Vec<f32>; 2]; 4],
    noise: Vec<f32>,
}

impl Band {
    fn new(width: usize) -> Self {
        let zeros = || vec![0.0; width];
        Self { rows: 0, energies: std::array::from_fn(|_| [zeros(), zeros()]), noise: zeros() }
    }

    /// Adds row `y`, which has at least two rows above and below it.
    fn add(&mut self, raw: &[f32], smooth: &[f32], width: usize, y: usize) {
        self.rows += 1;
        let inner = 1..width - 1;
        let row = |pixels: &'_ [f32], down: isize, right: isize| -> std::ops::Range<usize> {
            let start = (y * width).wrapping_add_signed(down * width as isize + right) + inner.start;
            start..(start + inner.len()).min(pixels.len())
        };
        let middle = &smooth[row(smooth, 0, 0)];
        for ((right, down, squared), [first, second]) in DIRECTIONS.iter().zip(&mut self.energies) {
            let after = &smooth[row(smooth, *down, *right)];
            let before = &smooth[row(smooth, -down, -right)];
            let (one, two) = (1.0 / (4.0 * squared), 1.0 / (squared * squared));
            let sums = first[inner.clone()].iter_mut().zip(&mut second[inner.clone()]);
            for ((first, second), ((after, before), middle)) in sums.zip(after.iter().zip(before).zip(middle)) {
                let (slope, bend) = (after - before, after - 2.0 * middle + before);
                *first += slope * slope * one;
                *second += bend * bend * two;
            }
        }
        // What remains of a picture behind second differences both ways is mostly noise, with its own variance.
        let noise = self.noise[inner.clone()].iter_mut();
        let rows = [-1, 0, 1].map(|down| &raw[row(raw, down, -1).start..row(raw, down, 1).end]);
        let windows = rows[0].windows(3).zip(rows[1].windows(3)).zip(rows[2].windows(3));
        for (noise, ((above, middle), below)) in noise.zip(windows) {
            let bend = |window: &[f32]| window[0] - 2.0 * window[1] + window[2];
            let rest = (bend(above) - 2.0 * bend(middle) + bend(below)) / 6.0;
            *noise += rest * rest;
        }
    }

    fn tile(&self, columns: std::ops::Range<usize>) -> Tile {
        let pixels = (self.rows * columns.len()).max(1) as f64;
        let mean = |sums: &[f32]| {
            sums.get(columns.clone()).unwrap_or_default().iter().copied().map(f64::from).sum::<f64>() / pixels
        };
        Tile {
            energies: self.energies.each_ref().map(|derivatives| derivatives.each_ref().map(|sums| mean(sums))),
            noise: mean(&self.noise),
        }
    }
}

/// Means per pixel of one tile.
struct Tile {
    /// For each direction the energies of the first and second derivative.
    energies: [[f64; 2]; 4],
    /// Variance of what looks like noise.
    noise: f64,
}

impl Tile {
    /// The ratio described above; `None` where nothing rises above `noise` (a variance).
    fn ratio(&self, noise: f64) -> Option<f64> {
        let (mut least_ratio, mut least_second, mut sum_first) = (f64::INFINITY, f64::INFINITY, 0.0);
        for ([first, second], (_, _, squared)) in self.energies.iter().zip(DIRECTIONS) {
            let [of_first, of_second] = if squared == 1.0 { NOISE_ALONG } else { NOISE_DIAGONAL };
            let clean_second = (second - of_second * noise).max(0.0);
            least_second = least_second.min(clean_second);
            if *first > OVER_NOISE * of_first * noise + MIN_ENERGY {
                let clean_first = first - of_first * noise;
                sum_first += clean_first;
                least_ratio = least_ratio.min(clean_second / clean_first);
            }
        }
        let mean_first = sum_first / DIRECTIONS.len() as f64;
        (mean_first > 0.0).then(|| (least_ratio * least_second / mean_first).sqrt())
    }
}
