//! The perceptual hash, version 1.
//!
//! Luma is averaged to 64 x 64 (the aspect ratio is given up, so that scaling does not matter), transformed by a
//! two-dimensional DCT, and of the 16 x 16 lowest frequencies, without the row and the column that hold the mean, each
//! gives one bit: is it above the median of the 256? Re-saving, scaling and a slight change of light keep the order of
//! the coefficients, so they keep most bits; two different scenes agree in about half of them.
//!
//! Any change here that changes one bit of one photo needs a new [`VERSION`], since stored hashes are compared by it.

mod cuts;
mod window;

use std::f64::consts::PI;

use fast_image_resize::FilterType;
use fieldproof_domain::observation::PerceptualHash;

use crate::raster::Luma;

pub use cuts::Cuts;

/// Version of the algorithm above.
const VERSION: u8 = 1;

/// Side of the averaged picture.
const SIDE: usize = 64;

/// Frequencies per direction.
const LOW: usize = 16;

/// Below this median size of the coefficients (in levels of luma) their signs are noise, not picture.
const MIN_STRUCTURE: f64 = 2.0;

/// `None` when the picture has too little structure.
pub(crate) fn perceptual_hash(luma: &Luma) -> Option<PerceptualHash> {
    let small = luma.resized(SIDE as u32, SIDE as u32, FilterType::Box);
    let values = low_frequencies(&small.values);

    let mut sizes: Vec<f64> = values.iter().map(|value| value.abs()).collect();
    if median(&mut sizes) < MIN_STRUCTURE {
        return None;
    }
    let middle = median(&mut values.clone());
    let mut bits = [0; 4];
    for (word, values) in bits.iter_mut().zip(values.chunks(64)) {
        *word = values.iter().fold(0, |word, &value| word << 1 | u64::from(value > middle));
    }
    Some(PerceptualHash { version: VERSION, bits })
}

/// Coefficients 1..=16 by 1..=16 of the orthonormal DCT-II, row by row.
fn low_frequencies(pixels: &[u8]) -> Vec<f64> {
    let norm = (2.0 / SIDE as f64).sqrt();
    let waves: Vec<[f64; SIDE]> = (1..=LOW)
        .map(|k| std::array::from_fn(|n| norm * (PI / SIDE as f64 * (n as f64 + 0.5) * k as f64).cos()))
        .collect();
    // Rows first: for each of the 64 rows its 16 frequencies.
    let rows: Vec<Vec<f64>> = pixels
        .chunks(SIDE)
        .map(|row| waves.iter().map(|wave| dot(wave, row.iter().map(|&value| f64::from(value)))).collect())
        .collect();
    let mut values = Vec::with_capacity(LOW * LOW);
    for wave in &waves {
        for column in 0..LOW {
            values.push(dot(wave, rows.iter().filter_map(|row| row.get(column).copied())));
        }
    }
    values
}

fn dot(wave: &[f64; SIDE], values: impl Iterator<Item = f64>) -> f64 {
    wave.iter().zip(values).map(|(wave, value)| wave * value).sum()
}

/// Mean of the two middle ones of an even number.
fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.get(values.len() / 2 - 1..=values.len() / 2) {
        Some([lower, upper]) => (lower + upper) / 2.0,
        _ => 0.0,
    }
}
