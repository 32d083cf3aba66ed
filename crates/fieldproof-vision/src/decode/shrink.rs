//! Reduction by an integer while pixels arrive, so that the full picture never has to be in memory.

use crate::{WorkingScale, raster::Raster};

/// Takes the pixels of a large picture in any order, each exactly once, and gives the mean of every square of
/// `factor` x `factor` of them.
pub(super) struct Shrink {
    factor: u32,
    source: (u32, u32),
    width: u32,
    sums: Vec<[u32; 3]>,
}

impl Shrink {
    /// `width` and `height` have passed [`crate::Limits::check`].
    pub(super) fn new(width: u32, height: u32, scale: WorkingScale) -> Self {
        // 1024 squared times 255 still fits the sums.
        let factor = scale.divisor(width, height, 1..=1024);
        let (w, h) = (width.div_ceil(factor), height.div_ceil(factor));
        Self { factor, source: (width, height), width: w, sums: vec![[0; 3]; w as usize * h as usize] }
    }

    /// Pixels of row `y`, the first at `x`, each `step` right of the one before. What lies outside is ignored.
    pub(super) fn add(&mut self, y: u32, x: u32, step: u32, pixels: impl Iterator<Item = [u8; 3]>) {
        let start = (y / self.factor) as usize * self.width as usize;
        let Some(row) = self.sums.get_mut(start..start + self.width as usize) else { return };
        let mut column = x;
        for pixel in pixels {
            let Some(sum) = row.get_mut((column / self.factor) as usize) else { return };
            for (sum, value) in sum.iter_mut().zip(pixel) {
                *sum += u32::from(value);
            }
            column += step;
        }
    }

    pub(super) fn finish(self) -> Raster {
        let (source_w, source_h) = self.source;
        let height = source_h.div_ceil(self.factor);
        let mut rgb = Vec::with_capacity(self.sums.len() * 3);
        for (index, sum) in self.sums.iter().enumerate() {
            let (x, y) = (index as u32 % self.width, index as u32 / self.width);
            // Squares at the right and lower edge can be cut.
            let across = self.factor.min(source_w - x * self.factor);
            let down = self.factor.min(source_h - y * self.factor);
            let count = across * down;
            rgb.extend(sum.map(|sum| ((sum + count / 2) / count) as u8));
        }
        Raster { width: self.width, height, rgb }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_of_squares_also_at_the_edges() {
        let mut shrink = Shrink { factor: 2, source: (3, 3), width: 2, sums: vec![[0; 3]; 4] };
        for (y, row) in [[10, 20, 5], [30, 40, 7], [100, 200, 9]].into_iter().enumerate() {
            shrink.add(y as u32, 0, 1, row.into_iter().map(|value| [value; 3]));
        }
        let picture = shrink.finish();
        assert_eq!((picture.width, picture.height), (2, 2));
        let values: Vec<u8> = picture.rgb.chunks(3).map(|pixel| pixel[0]).collect();
        assert_eq!(values, [25, 6, 150, 9]);
    }

    #[test]
    fn pixels_outside_are_ignored() {
        let mut shrink = Shrink::new(2, 2, WorkingScale::default());
        shrink.add(5, 0, 1, [[9; 3]].into_iter());
        shrink.add(1, 1, 1, [[8; 3], [9; 3]].into_iter());
        assert_eq!(shrink.finish().rgb, [0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 8, 8]);
    }
}
