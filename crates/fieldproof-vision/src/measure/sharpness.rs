//! How sharp the sharpest part of a photo is.
//!
//! A blurred edge is wide. For an edge of any height that is blurred by a Gaussian of sigma pixels, the energy of the
//! second derivative across it is 1 / (2 sigma squared) of the energy of the first. Their ratio thus says how wide edges
//! are and nothing of how many or how strong they are: a pale scene is as sharp as a stark one, a plain cabinet as a
//! hedge.
//!
//! The luma, with its shorter side reduced to 640 pixels so that the camera's resolution does not matter, is smoothed a
//! little (sigma 1, against noise and the steps of JPEG). In each tile of about 64 x 64 the ratio is taken in four
//! directions, less what noise adds; a tile where no direction rises above noise does not count. What noise adds is read
//! off the photo itself, in each direction: the second derivative of its flattest tiles, with a margin, because JPEG takes
//! noise away where nothing else is and leaves it elsewhere. Motion blurs only one direction, so a tile is as good as its
//! worst: the geometric mean of the least ratio, and of the least second derivative against the mean first one (the first
//! alone would pass a photo whose blurred direction has only noise left; the second alone would fail a sharp scene of
//! parallel lines).
//!
//! Each tile weighs as much as its edges. The sharpness is 100 times the root of the ratio up to which the softer 92 % of
//! that weight reach: the subject in focus counts, the blurred background does not, and a wall's weak gradients hardly
//! speak. Photos in focus have 45 to 115: the more the camera resolved, the more; the limit is about 130. A photo without
//! any structure has 0.

use super::smoothed::Smoothed;
use crate::raster::Luma;

/// Side of a tile, pixels; tiles are stretched to cover the photo.
const TILE: usize = 64;

/// The share of the tiles' weight that may be less sharp than the result.
const SOFTER: f64 = 0.92;

/// The second derivatives of noise, squared, are those that this share of the tiles does not reach ...
const FLAT: f64 = 0.1;

/// ... at most so many squared levels, since a lawn is flat nowhere and is not noise ...
const MAX_NOISE: f64 = 0.7;

/// ... times this.
const NOISE_MARGIN: f64 = 2.5;

/// A direction in a tile counts when its energy is this many times that of noise ...
const OVER_NOISE: f64 = 3.0;

/// ... and this more, in squared levels per pixel: the steps of 8-bit values are no structure.
const MIN_ENERGY: f64 = 0.3;

/// Neighbour in each direction (columns right, rows down), and how many pixels it is away, squared.
const DIRECTIONS: [(isize, isize, f32); 4] = [(1, 0, 1.0), (0, 1, 1.0), (1, 1, 2.0), (1, -1, 2.0)];

/// Energy of the first derivative of white noise behind the smoothing, in parts of that of the second, along and across the
/// pixels, then diagonally: the sums of the squares of the combined kernels.
const FIRST_OF_NOISE: [f64; 2] = [0.025_157 / 0.040_326, 0.017_206 / 0.028_265];

/// From 0 (nothing in it, or blurred beyond recognition) to about 130.
pub(crate) fn sharpness(luma: &Luma) -> f64 {
    let (width, height) = (luma.width as usize, luma.height as usize);
    let margin = 2;
    if width < 3 * margin || height < 3 * margin {
        return 0.0;
    }
    let mut smooth = Smoothed::new(luma);
    let mut tiles = Vec::new();
    for rows in spans(margin, height - margin) {
        let mut band = Band::new(width);
        for y in rows {
            smooth.advance_to(y + 1);
            band.add([y - 1, y, y + 1].map(|y| smooth.rows.get(y)));
        }
        tiles.extend(spans(margin, width - margin).map(|columns| band.tile(columns)));
    }
    100.0 * weighted(ratios(&tiles)).sqrt()
}

/// The ratio of each tile that has something in it, and what it weighs.
fn ratios(tiles: &[Tile]) -> Vec<(f64, f64)> {
    let noise = std::array::from_fn(|direction| {
        let mut seconds: Vec<_> = tiles.iter().map(|tile| tile.energies[direction][1]).collect();
        NOISE_MARGIN * percentile(&mut seconds, FLAT).min(MAX_NOISE)
    });
    tiles.iter().filter_map(|tile| tile.ratio(&noise)).collect()
}

/// The ratio that the softer [`SOFTER`] of the weight reach; 0 of nothing.
fn weighted(mut ratios: Vec<(f64, f64)>) -> f64 {
    ratios.sort_by(|a, b| a.0.total_cmp(&b.0));
    let wanted = SOFTER * ratios.iter().map(|(_, weight)| weight).sum::<f64>();
    let mut reached = 0.0;
    let found = ratios.iter().find(|(_, weight)| {
        reached += weight;
        reached >= wanted
    });
    found.or(ratios.last()).map_or(0.0, |(ratio, _)| *ratio)
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

/// Sums down one row of tiles, for each column of pixels: this way the compiler uses vector instructions.
struct Band {
    rows: usize,
    /// For each direction the energies of the first and second derivative.
    energies: [[Vec<f32>; 2]; 4],
    width: usize,
}

impl Band {
    fn new(width: usize) -> Self {
        let zeros = || vec![0.0; width];
        Self { rows: 0, energies: std::array::from_fn(|_| [zeros(), zeros()]), width }
    }

    /// Adds the middle one of three smoothed rows.
    fn add(&mut self, smooth: [&[f32]; 3]) {
        self.rows += 1;
        let inner = 1..self.width - 1;
        let row = |down: isize, right: isize| {
            &smooth[1_usize.wrapping_add_signed(down)][1_usize.wrapping_add_signed(right)..][..inner.len()]
        };
        let middle = row(0, 0);
        for ((right, down, squared), [first, second]) in DIRECTIONS.into_iter().zip(&mut self.energies) {
            let (after, before) = (row(down, right), row(-down, -right));
            let (one, two) = (1.0 / (4.0 * squared), 1.0 / (squared * squared));
            let sums = first[inner.clone()].iter_mut().zip(&mut second[inner.clone()]);
            for ((first, second), ((after, before), middle)) in sums.zip(after.iter().zip(before).zip(middle)) {
                let (slope, bend) = (after - before, after - 2.0 * middle + before);
                *first += slope * slope * one;
                *second += bend * bend * two;
            }
        }
    }

    fn tile(&self, columns: std::ops::Range<usize>) -> Tile {
        let pixels = (self.rows * columns.len()).max(1) as f64;
        let mean = |sums: &[f32]| {
            sums.get(columns.clone()).unwrap_or_default().iter().copied().map(f64::from).sum::<f64>() / pixels
        };
        Tile { energies: self.energies.each_ref().map(|derivatives| derivatives.each_ref().map(|sums| mean(sums))) }
    }
}

/// Means per pixel of one tile.
struct Tile {
    /// For each direction the energies of the first and second derivative.
    energies: [[f64; 2]; 4],
}

impl Tile {
    /// The ratio described above and what it weighs; `None` where nothing rises above `noise`, the second derivatives of
    /// noise in each direction.
    fn ratio(&self, noise: &[f64; 4]) -> Option<(f64, f64)> {
        let (mut least_ratio, mut least_second, mut sum_first) = (f64::INFINITY, f64::INFINITY, 0.0);
        for (([first, second], (_, _, squared)), noise) in self.energies.iter().zip(DIRECTIONS).zip(noise) {
            let first_of_noise = noise * FIRST_OF_NOISE[usize::from(squared > 1.0)];
            let clean_second = (second - noise).max(0.0);
            least_second = least_second.min(clean_second);
            if *first > OVER_NOISE * first_of_noise + MIN_ENERGY {
                let clean_first = first - first_of_noise;
                sum_first += clean_first;
                least_ratio = least_ratio.min(clean_second / clean_first);
            }
        }
        let mean_first = sum_first / DIRECTIONS.len() as f64;
        (mean_first > 0.0).then(|| ((least_ratio * least_second / mean_first).sqrt(), mean_first))
    }
}
