//! Photos to send: scenes full of edges and texture, the same for the same seed at every size.

/// The strongest colour of a scene: what the test application's classifier sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tint {
    /// `is_red` is true.
    Red,
    /// `is_green` is true.
    Green,
    /// Neither.
    Blue,
}

/// A scene, to be photographed.
#[derive(Clone, Copy, Debug)]
pub struct Scene {
    seed: u64,
    tint: Tint,
    blurred: bool,
    /// Levels are mapped to `offset + level * gain`.
    gain: f32,
    offset: f32,
}

impl Scene {
    /// A scene with a number; other numbers give pictures that look nothing like it. Red.
    pub fn new(seed: u64) -> Self {
        Self { seed, tint: Tint::Red, blurred: false, gain: 1.0, offset: 0.0 }
    }

    /// In another colour.
    #[must_use]
    pub fn tint(self, tint: Tint) -> Self {
        Self { tint, ..self }
    }

    /// Out of focus: fails Blur.
    #[must_use]
    pub fn blurred(self) -> Self {
        Self { blurred: true, ..self }
    }

    /// Night: fails Brightness.
    #[must_use]
    pub fn dark(self) -> Self {
        Self { gain: 0.08, ..self }
    }

    /// Over-exposed: fails Brightness.
    #[must_use]
    pub fn bright(self) -> Self {
        Self { gain: 2.0, offset: 200.0, ..self }
    }

    /// Half the light: passes Brightness, but the test application sees no door.
    #[must_use]
    pub fn dim(self) -> Self {
        Self { gain: 0.5, ..self }
    }

    /// A JPEG of 800 x 600 pixels: good enough for every check.
    pub fn photo(self) -> Vec<u8> {
        self.jpeg(800, 600, 90)
    }

    /// A JPEG; `quality` 1..=100.
    pub fn jpeg(self, width: u16, height: u16, quality: u8) -> Vec<u8> {
        let mut bytes = Vec::new();
        let rgb = self.draw(width.into(), height.into());
        let encoder = jpeg_encoder::Encoder::new(&mut bytes, quality);
        encoder.encode(&rgb, width, height, jpeg_encoder::ColorType::Rgb).expect("a JPEG");
        bytes
    }

    /// A JPEG of 800 x 600 pixels without these shares of its sides: left, top, right, bottom.
    pub fn cut(self, [left, top, right, bottom]: [f32; 4]) -> Vec<u8> {
        let (width, height) = (800.0, 600.0);
        let rgb = self.draw(width as usize, height as usize);
        let span = |from: f32, to: f32, length: f32| (from * length) as usize..(length - to * length) as usize;
        let (columns, rows) = (span(left, right, width), span(top, bottom, height));
        let all_rows: Vec<_> = rgb.chunks_exact(width as usize * 3).collect();
        let part: Vec<u8> =
            all_rows[rows.clone()].iter().flat_map(|row| &row[columns.start * 3..columns.end * 3]).copied().collect();
        let mut bytes = Vec::new();
        let encoder = jpeg_encoder::Encoder::new(&mut bytes, 80);
        let size = (columns.len() as u16, rows.len() as u16);
        encoder.encode(&part, size.0, size.1, jpeg_encoder::ColorType::Rgb).expect("a JPEG");
        bytes
    }

    /// A PNG.
    pub fn png(self, width: u16, height: u16) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width.into(), height.into());
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header().expect("a PNG");
        writer.write_image_data(&self.draw(width.into(), height.into())).expect("a PNG");
        writer.finish().expect("a PNG");
        bytes
    }

    pub(crate) fn draw(self, width: usize, height: usize) -> Vec<u8> {
        let mut levels = texture(self.seed, width, height);
        if self.blurred {
            let reach = width.max(height) / 60;
            for _ in 0..2 {
                levels = transposed(&mean_of_rows(&levels, width, reach), width);
                levels = transposed(&mean_of_rows(&levels, height, reach), height);
            }
        }
        let strong = |level: f32| (self.offset + level * self.gain).clamp(0.0, 255.0) as u8;
        let weak = |level: f32| (self.offset + level * self.gain * 0.5).clamp(0.0, 255.0) as u8;
        let channel = match self.tint {
            Tint::Red => 0,
            Tint::Green => 1,
            Tint::Blue => 2,
        };
        let pixel = |level: &f32| {
            let mut pixel = [weak(*level); 3];
            pixel[channel] = strong(*level);
            pixel
        };
        levels.iter().flat_map(pixel).collect()
    }
}

/// Boxes and discs of all sizes over a slow shade, in levels 0..=255; at least one is white.
fn texture(seed: u64, width: usize, height: usize) -> Vec<f32> {
    let mut dice = Dice::new(seed);
    let (across, down) = (width as f32, height as f32);
    let slope = dice.part();
    let shade = |x: usize, y: usize| 110.0 + 90.0 * (slope * x as f32 / across + (1.0 - slope) * y as f32 / down);
    let mut levels: Vec<f32> = (0..height).flat_map(|y| (0..width).map(move |x| shade(x, y))).collect();
    for shape in 0..200 {
        let (cx, cy) = (dice.part() * across, dice.part() * down);
        let size = down * if shape < 40 { 0.05 + dice.part() * 0.2 } else { 0.01 + dice.part() * 0.04 };
        let (half_width, half_height) = (size * (0.4 + dice.part()), size * (0.4 + dice.part()));
        let level = if shape == 199 { 255.0 } else { 40.0 + dice.part() * 215.0 };
        let round = dice.part() < 0.5;
        let span = |middle: f32, half: f32, size: usize| {
            (middle - half).max(0.0) as usize..((middle + half).max(0.0) as usize).min(size)
        };
        for y in span(cy, half_height, height) {
            for x in span(cx, half_width, width) {
                let (a, b) = ((x as f32 - cx) / half_width, (y as f32 - cy) / half_height);
                if !round || a * a + b * b < 1.0 {
                    levels[y * width + x] = level;
                }
            }
        }
    }
    levels
}

fn mean_of_rows(levels: &[f32], width: usize, reach: usize) -> Vec<f32> {
    let mean = |row: &[f32]| {
        let at = |index: isize| row[index.clamp(0, row.len() as isize - 1) as usize];
        let reach = reach as isize;
        let mut sum: f32 = (-reach..=reach).map(at).sum();
        let mut means = Vec::with_capacity(row.len());
        for index in 0..row.len() as isize {
            means.push(sum / (2 * reach + 1) as f32);
            sum += at(index + reach + 1) - at(index - reach);
        }
        means
    };
    levels.chunks_exact(width).flat_map(mean).collect()
}

fn transposed(levels: &[f32], width: usize) -> Vec<f32> {
    let height = levels.len() / width;
    (0..width).flat_map(|x| (0..height).map(move |y| levels[y * width + x])).collect()
}

/// A small generator of numbers (xorshift), good enough for pictures.
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        let mut dice = Self(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        for _ in 0..8 {
            dice.part();
        }
        dice
    }

    /// 0.0..1.0.
    fn part(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 40) as f32 / (1u64 << 24) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scenes_are_told_apart_and_repeat() {
        assert_eq!(Scene::new(1).jpeg(80, 60, 90), Scene::new(1).jpeg(80, 60, 90));
        assert_ne!(Scene::new(1).draw(80, 60), Scene::new(2).draw(80, 60));
    }

    #[test]
    fn the_tint_is_the_strongest_channel_and_the_brightest_value_is_full() {
        for (tint, channel) in [(Tint::Red, 0), (Tint::Green, 1), (Tint::Blue, 2)] {
            let rgb = Scene::new(7).tint(tint).draw(80, 60);
            let sum = |channel: usize| rgb.iter().skip(channel).step_by(3).map(|&v| u64::from(v)).sum::<u64>();
            let strongest = (0..3).max_by_key(|&channel| sum(channel)).unwrap();
            assert_eq!(strongest, channel);
            assert_eq!(rgb.iter().max(), Some(&255));
            assert!(Scene::new(7).tint(tint).dim().draw(80, 60).iter().all(|&value| value < 128));
        }
    }
}
