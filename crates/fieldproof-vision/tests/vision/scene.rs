//! Pictures to judge: scenes with edges, shades and texture, the same for the same number, and what spoils them.

/// An RGB picture.
#[derive(Clone)]
pub(crate) struct Picture {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) rgb: Vec<u8>,
}

/// A small generator of numbers, good enough for pictures.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(number: u64) -> Self {
        Self(number.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x1234_5678_9ABC_DEF1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 11
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// About a normal distribution.
    fn noise(&mut self, deviation: f64) -> f64 {
        let sum: usize = (0..12).map(|_| self.below(1001)).sum();
        (sum as f64 / 1000.0 - 6.0) * deviation
    }
}

impl Picture {
    pub(crate) fn of(width: usize, height: usize, colour: impl Fn(usize, usize) -> [u8; 3]) -> Self {
        let rgb = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).flat_map(|(x, y)| colour(x, y)).collect();
        Self { width, height, rgb }
    }

    /// Red, green / blue, white.
    pub(crate) fn quarters(width: usize, height: usize) -> Self {
        Self::of(width, height, |x, y| match (2 * x >= width, 2 * y >= height) {
            (false, false) => [255, 0, 0],
            (true, false) => [0, 255, 0],
            (false, true) => [0, 0, 255],
            (true, true) => [255, 255, 255],
        })
    }

    /// Tilted boxes and discs of all sizes over a slow shade. Drawn in fractions, so that every size shows the same
    /// scene.
    pub(crate) fn scene(number: u64, width: usize, height: usize) -> Self {
        let mut dice = Dice::new(number);
        let shapes: Vec<([f64; 5], [u8; 3], bool)> = (0..160)
            .map(|index| {
                let mut part = || dice.below(10_000) as f64 / 10_000.0;
                let size = if index < 30 { 0.05 + part() * 0.25 } else { 0.01 + part() * 0.06 };
                let shape = [part(), part(), size, size * (0.3 + part()), part() * 3.0];
                let colour = [0, 0, 0].map(|_| 20 + (part() * 215.0) as u8);
                (shape, colour, part() < 0.5)
            })
            .collect();
        let mut picture =
            Self::of(width, height, |x, y| [(90 + 80 * x / width) as u8, (80 + 60 * y / height) as u8, 110]);
        for ([cx, cy, w, h, angle], colour, round) in shapes {
            let (sin, cos) = f64::sin_cos(angle);
            let reach = w.hypot(h);
            let range = |middle: f64, reach: f64, size: usize| {
                let edge = |at: f64| (at * size as f64).clamp(0.0, size as f64) as usize;
                edge(middle - reach)..edge(middle + reach)
            };
            for y in range(cy, reach, height) {
                for x in range(cx, reach * 0.75, width) {
                    let dx = (x as f64 / width as f64 - cx) * 4.0 / 3.0;
                    let dy = y as f64 / height as f64 - cy;
                    let (a, b) = ((dx * cos + dy * sin) / w, (dy * cos - dx * sin) / h);
                    if if round { a * a + b * b < 1.0 } else { a.abs() < 1.0 && b.abs() < 1.0 } {
                        picture.rgb[(y * width + x) * 3..][..3].copy_from_slice(&colour);
                    }
                }
            }
        }
        picture
    }

    pub(crate) fn each(&self, change: impl Fn(u8) -> f64) -> Self {
        let rgb = self.rgb.iter().map(|&value| change(value).round().clamp(0.0, 255.0) as u8).collect();
        Self { rgb, ..*self }
    }

    pub(crate) fn noisy(&self, deviation: f64) -> Self {
        let mut dice = Dice::new(99);
        let rgb = self.rgb.iter().map(|&value| (f64::from(value) + dice.noise(deviation)).round() as u8).collect();
        Self { rgb, ..*self }
    }

    /// Mean over `2 * reach + 1` pixels along a direction.
    pub(crate) fn smeared(&self, reach: usize, right: isize, down: isize) -> Self {
        let step = |x: usize, y: usize, times: isize| {
            let (x, y) = (x.checked_add_signed(right * times)?, y.checked_add_signed(down * times)?);
            (x < self.width && y < self.height).then_some((x, y))
        };
        let mut rgb = self.rgb.clone();
        let starts = (0..self.height).flat_map(|y| (0..self.width).map(move |x| (x, y)));
        for (x, y) in starts.filter(|&(x, y)| step(x, y, -1).is_none()) {
            let line: Vec<usize> =
                (0..).map_while(|times| step(x, y, times)).map(|(x, y)| (y * self.width + x) * 3).collect();
            let at = |index: isize, channel: usize| {
                u32::from(self.rgb[line[index.clamp(0, line.len() as isize - 1) as usize] + channel])
            };
            for channel in 0..3 {
                let (reach, count) = (reach as isize, 2 * reach as u32 + 1);
                let mut sum: u32 = (-reach..=reach).map(|index| at(index, channel)).sum();
                for (index, pixel) in line.iter().enumerate() {
                    rgb[pixel + channel] = ((sum + count / 2) / count) as u8;
                    sum = sum + at(index as isize + reach + 1, channel) - at(index as isize - reach, channel);
                }
            }
        }
        Self { rgb, ..*self }
    }

    /// Slightly soft, as a Gaussian of sigma 1 does: weights 1, 2, 1, twice, in both directions.
    pub(crate) fn softened(&self) -> Self {
        let at = |x: usize, y: usize, channel: usize| {
            u32::from(self.rgb[(y.min(self.height - 1) * self.width + x.min(self.width - 1)) * 3 + channel])
        };
        let weights = [1, 4, 6, 4, 1];
        Self::of(self.width, self.height, |x, y| {
            [0, 1, 2].map(|channel| {
                let row = |y: usize| -> u32 {
                    weights.iter().zip(0..).map(|(weight, k)| weight * at((x + k).saturating_sub(2), y, channel)).sum()
                };
                let sum: u32 = weights.iter().zip(0..).map(|(weight, k)| weight * row((y + k).saturating_sub(2))).sum();
                ((sum + 128) / 256) as u8
            })
        })
    }

    /// Out of focus: three boxes are close to a Gaussian.
    pub(crate) fn blurred(&self, reach: usize) -> Self {
        (0..3).fold(self.clone(), |picture, _| picture.smeared(reach, 1, 0).smeared(reach, 0, 1))
    }

    /// Half the size.
    pub(crate) fn halved(&self) -> Self {
        Self::of(self.width / 2, self.height / 2, |x, y| {
            [0, 1, 2].map(|channel| {
                let at =
                    |dx: usize, dy: usize| u32::from(self.rgb[((2 * y + dy) * self.width + 2 * x + dx) * 3 + channel]);
                ((at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1) + 2) / 4) as u8
            })
        })
    }
}
