//! A luma plane smoothed by a Gaussian of sigma 1, row by row.
//!
//! Only the rows that are still needed are kept: they stay in the processor's cache, where whole planes would be fresh
//! memory for every photo.

use crate::raster::Luma;

/// One half of the symmetric kernel, from its middle.
const KERNEL: [f32; 5] = [0.398_943_47, 0.241_971_45, 0.053_991_13, 0.004_431_86, 0.000_133_83];

/// Pixels on either side of one that its smoothed value depends on.
const REACH: usize = KERNEL.len() - 1;

/// The smoothing of one plane; the border repeats outwards.
pub(super) struct Smoothed<'a> {
    luma: &'a Luma,
    /// Smoothed along the rows only.
    across: LastRows<{ 2 * REACH + 1 }>,
    /// The last three smoothed rows.
    pub(super) rows: LastRows<3>,
    padded: Vec<f32>,
}

impl<'a> Smoothed<'a> {
    /// Nothing is computed yet.
    pub(super) fn new(luma: &'a Luma) -> Self {
        let width = luma.width as usize;
        Self { luma, across: LastRows::new(width), rows: LastRows::new(width), padded: vec![0.0; width + 2 * REACH] }
    }

    /// Computes rows until `y`, which lies in the plane, is the last one.
    pub(super) fn advance_to(&mut self, y: usize) {
        while self.rows.next <= y {
            let last = self.luma.height as usize - 1;
            let middle = self.rows.next;
            while self.across.next <= (middle + REACH).min(last) {
                self.smooth_across();
            }
            let sums = self.rows.push();
            let row = |y: usize| self.across.get(y);
            sums.iter_mut().zip(row(middle)).for_each(|(sum, value)| *sum = KERNEL[0] * value);
            for (k, weight) in KERNEL.iter().enumerate().skip(1) {
                let neighbours = row(middle.saturating_sub(k)).iter().zip(row((middle + k).min(last)));
                sums.iter_mut().zip(neighbours).for_each(|(sum, (above, below))| *sum += weight * (above + below));
            }
        }
    }

    fn smooth_across(&mut self) {
        let row = self.luma.row(self.across.next);
        let (first, last) = (row.first().copied().unwrap_or(0), row.last().copied().unwrap_or(0));
        let (before, rest) = self.padded.split_at_mut(REACH);
        let (middle, after) = rest.split_at_mut(row.len());
        before.fill(f32::from(first));
        middle.iter_mut().zip(row).for_each(|(padded, value)| *padded = f32::from(*value));
        after.fill(f32::from(last));
        for (smooth, window) in self.across.push().iter_mut().zip(self.padded.windows(2 * REACH + 1)) {
            let pairs = (1..=REACH).map(|k| KERNEL[k] * (window[REACH - k] + window[REACH + k]));
            *smooth = pairs.fold(KERNEL[0] * window[REACH], |sum, pair| sum + pair);
        }
    }
}

/// The last `N` rows of a plane that is made from the top.
pub(super) struct LastRows<const N: usize> {
    width: usize,
    values: Vec<f32>,
    /// The row that comes next.
    next: usize,
}

impl<const N: usize> LastRows<N> {
    fn new(width: usize) -> Self {
        Self { width, values: vec![0.0; N * width], next: 0 }
    }

    /// Row `y`, which is among the last `N`.
    pub(super) fn get(&self, y: usize) -> &[f32] {
        debug_assert!(y < self.next && self.next <= y + N, "row {y} of the {N} before {}", self.next);
        &self.values[y % N * self.width..][..self.width]
    }

    /// Room for the next row, in place of the oldest.
    fn push(&mut self) -> &mut [f32] {
        let at = self.next % N * self.width;
        self.next += 1;
        &mut self.values[at..][..self.width]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The plain form: every pixel by itself, from its whole neighbourhood.
    fn directly(luma: &Luma, x: usize, y: usize) -> f32 {
        let reach = REACH as isize;
        let at =
            |position: usize, off: isize, length: u32| position.saturating_add_signed(off).min(length as usize - 1);
        let mut sum = 0.0;
        for down in -reach..=reach {
            for right in -reach..=reach {
                let weight = KERNEL[down.unsigned_abs()] * KERNEL[right.unsigned_abs()];
                let row = luma.row(at(y, down, luma.height));
                sum += weight * f32::from(row[at(x, right, luma.width)]);
            }
        }
        sum
    }

    #[test]
    fn every_row_is_what_its_neighbourhood_says() {
        for (width, height) in [(1, 1), (3, 2), (7, 4), (16, 30)] {
            let values = (0..width * height).map(|index| (index * 97 % 251) as u8).collect();
            let luma = Luma { width, height, values };
            let mut smoothed = Smoothed::new(&luma);
            for y in 0..height as usize {
                smoothed.advance_to(y);
                for x in 0..width as usize {
                    let (found, expected) = (smoothed.rows.get(y)[x], directly(&luma, x, y));
                    assert!((found - expected).abs() < 0.01, "{width} x {height}, ({x}, {y}): {found}, {expected}");
                }
            }
        }
    }
}
