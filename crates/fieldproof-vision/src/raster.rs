//! Pixels in memory: an RGB picture and a luma plane, and how they change size.

use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};

/// What models get is 0.5 of 255 steps beside a full decode and this filter, with libjpeg-turbo 1.3, since its reduced
/// decode is the mean of neighbours; with Catmull-Rom 1.0 and 1.6, with bilinear 2.7
/// (`a_scaled_decode_gives_what_a_full_one_and_lanczos_would`, in `model/preprocess.rs`).
const BEST: FilterType = FilterType::Lanczos3;

/// An RGB picture, 8 bits a channel, rows from the top, no padding: `rgb.len() == 3 * width * height`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Raster {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) rgb: Vec<u8>,
}

/// A luma plane, 0 (black) ..= 255 (white): `values.len() == width * height`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Luma {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) values: Vec<u8>,
}

impl Raster {
    /// The picture in other proportions: every pixel of the old one counts (no aliasing when it gets smaller).
    pub(crate) fn resized(&self, width: u32, height: u32) -> Vec<u8> {
        if (self.width, self.height) == (width, height) {
            return self.rgb.clone();
        }
        resize(&self.rgb, self.width, self.height, PixelType::U8x3, width, height, BEST)
    }

    /// As [`Raster::resized`], for eyes: a third of the work, and a little softer.
    pub(crate) fn resized_for_lists(&self, width: u32, height: u32) -> Vec<u8> {
        resize(&self.rgb, self.width, self.height, PixelType::U8x3, width, height, FilterType::Bilinear)
    }

    /// A part of the picture, whose left, top, width and height are in pixels, which need not be whole, in another size.
    pub(crate) fn part_resized(&self, [left, top, part_w, part_h]: [f64; 4], width: u32, height: u32) -> Vec<u8> {
        let options = by(BEST).crop(left, top, part_w, part_h);
        resize_by(&options, &self.rgb, (self.width, self.height), PixelType::U8x3, (width, height))
    }

    /// The pixels between these edges: left, top, right and bottom, the last two behind the part.
    pub(crate) fn part(&self, [left, top, right, bottom]: [u32; 4]) -> Raster {
        let (right, bottom) = (right.min(self.width), bottom.min(self.height));
        let row = |y: u32| {
            let at = |x: u32| (y as usize * self.width as usize + x as usize) * 3;
            self.rgb.get(at(left)..at(right)).unwrap_or_default()
        };
        let rgb = (top..bottom).flat_map(row).copied().collect();
        Raster { width: right.saturating_sub(left), height: bottom.saturating_sub(top), rgb }
    }

    /// Luma by the weights of ITU-R BT.601.
    pub(crate) fn luma(&self) -> Luma {
        let weighed = |[red, green, blue]: [u8; 3]| 77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue);
        let pixels = self.rgb.as_chunks::<3>().0.iter();
        let values = pixels.map(|pixel| ((weighed(*pixel) + 128) >> 8) as u8).collect();
        Luma { width: self.width, height: self.height, values }
    }
}

impl Luma {
    /// The plane reduced so that its shorter side is at most `side`; never enlarged.
    pub(crate) fn at_most(self, side: u32) -> Luma {
        let short = self.width.min(self.height);
        if short <= side {
            return self;
        }
        let scaled = |length: u32| {
            let rounded = (u64::from(length) * u64::from(side) + u64::from(short) / 2) / u64::from(short);
            u32::try_from(rounded).unwrap_or(u32::MAX).max(1)
        };
        self.resized(scaled(self.width), scaled(self.height), FilterType::Bilinear)
    }

    /// The plane in other proportions.
    pub(crate) fn resized(&self, width: u32, height: u32, filter: FilterType) -> Luma {
        let values = resize(&self.values, self.width, self.height, PixelType::U8, width, height, filter);
        Luma { width, height, values }
    }

    /// Row `y`, from the left.
    pub(crate) fn row(&self, y: usize) -> &[u8] {
        let width = self.width as usize;
        &self.values[y * width..][..width]
    }
}

/// A blank picture is given back where the buffer does not fit the size, which the types above rule out.
fn resize_by(options: &ResizeOptions, from: &[u8], size: (u32, u32), kind: PixelType, to: (u32, u32)) -> Vec<u8> {
    let mut target = Image::new(to.0, to.1, kind);
    if let Ok(source) = ImageRef::new(size.0, size.1, from, kind) {
        let _fits = Resizer::new().resize(&source, &mut target, options);
    }
    target.into_vec()
}

/// As [`resize_by`], the whole picture.
fn resize(from: &[u8], width: u32, height: u32, kind: PixelType, to_w: u32, to_h: u32, filter: FilterType) -> Vec<u8> {
    resize_by(&by(filter), from, (width, height), kind, (to_w, to_h))
}

fn by(filter: FilterType) -> ResizeOptions {
    ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter)).use_alpha(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luma_weighs_the_channels() {
        let picture =
            Raster { width: 5, height: 1, rgb: vec![0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 255] };
        assert_eq!(picture.luma().values, [0, 255, 77, 149, 29]);
    }

    #[test]
    fn the_shorter_side_rules() {
        let plane = |width, height| Luma { width, height, values: vec![7; (width * height) as usize] };
        for (given, expected) in [((100, 50), (20, 10)), ((50, 100), (10, 20)), ((9, 3), (9, 3)), ((11, 10), (11, 10))]
        {
            let reduced = plane(given.0, given.1).at_most(10);
            assert_eq!((reduced.width, reduced.height), expected);
            assert_eq!(reduced.values, vec![7; (expected.0 * expected.1) as usize]);
        }
    }
}
