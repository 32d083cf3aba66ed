//! libjpeg-turbo's decoder, for files that have nothing wrong with them.

use turbojpeg::{Colorspace, Decompressor, Image, PixelFormat, ScalingFactor};

use super::structure::Structure;
use crate::raster::Raster;

/// The picture, each side divided. `None`: the decoder has remarked anything, or the colours are none of a photo's, and
/// another decoder has to say what becomes of the file.
///
/// A file that is damaged or ends early gives a remark, which the library counts as an error behind the last row.
pub(super) fn decode(bytes: &[u8], structure: &Structure<'_>, divisor: u32) -> Option<Raster> {
    let mut decoder = Decompressor::new().ok()?;
    let scale = ScalingFactor::new(1, usize::try_from(divisor).ok()?);
    decoder.set_scaling_factor(scale).ok()?;
    let header = decoder.read_header(bytes).ok()?;
    let is_of_photos = matches!(header.colorspace, Colorspace::YCbCr | Colorspace::Gray | Colorspace::RGB);
    let size = [structure.width, structure.height].map(usize::try_from);
    if !is_of_photos || size != [Ok(header.width), Ok(header.height)] {
        return None;
    }
    let scaled = header.scaled(scale);
    let mut rgb = vec![0; scaled.width * scaled.height * 3];
    let image = Image {
        pixels: &mut rgb[..],
        width: scaled.width,
        pitch: scaled.width * 3,
        height: scaled.height,
        format: PixelFormat::RGB,
    };
    decoder.decompress(bytes, image).ok()?;
    Some(Raster { width: u32::try_from(scaled.width).ok()?, height: u32::try_from(scaled.height).ok()?, rgb })
}

#[cfg(test)]
mod tests {
    use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
    use rstest::rstest;

    use super::{super::pure, *};

    /// Ramps of colour with an edge, 200 x 150 pixels.
    fn file(sampling: SamplingFactor, progressive: bool, colours: ColorType) -> Vec<u8> {
        let channels = if colours == ColorType::Luma { 1 } else { 3 };
        let pixel = |at: usize| {
            let (x, y) = (at % 200, at / 200);
            [x, y, if x + y > 170 { 220 } else { 40 }].map(|value| value as u8)
        };
        let pixels: Vec<u8> = (0..200 * 150).flat_map(|at| pixel(at).into_iter().take(channels)).collect();
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, 90);
        encoder.set_sampling_factor(sampling);
        encoder.set_progressive(progressive);
        encoder.encode(&pixels, 200, 150, colours).unwrap();
        bytes
    }

    fn both(bytes: &[u8], divisor: u32) -> (Option<Raster>, Option<Raster>) {
        let structure = Structure::read(bytes).unwrap();
        (decode(bytes, &structure, divisor), pure::decode(bytes, &structure, divisor).ok())
    }

    #[rstest]
    fn both_decoders_see_the_same_picture(
        #[values(1, 2, 4, 8)] divisor: u32,
        #[values(SamplingFactor::F_2_2, SamplingFactor::F_1_1)] sampling: SamplingFactor,
        #[values(false, true)] progressive: bool,
    ) {
        let (turbo, pure) = both(&file(sampling, progressive, ColorType::Rgb), divisor);
        let (turbo, pure) = (turbo.unwrap(), pure.unwrap());
        assert_eq!((turbo.width, turbo.height), (pure.width, pure.height));
        let apart: u32 = turbo.rgb.iter().zip(&pure.rgb).map(|(one, other)| u32::from(one.abs_diff(*other))).sum();
        let mean = f64::from(apart) / turbo.rgb.len() as f64;
        // A pixel of a smaller picture is the mean of its neighbours here, and what their lowest frequencies give there.
        let bound = if divisor == 1 { 1.0 } else { 4.0 };
        assert!(mean < bound, "{mean} steps of 255 apart");
    }

    #[test]
    fn grey_becomes_three_colours() {
        let (turbo, pure) = both(&file(SamplingFactor::F_1_1, false, ColorType::Luma), 1);
        let (turbo, pure) = (turbo.unwrap(), pure.unwrap());
        assert_eq!(turbo.rgb.len(), pure.rgb.len());
        assert!(turbo.rgb.chunks(3).all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2]));
    }

    /// Ink is left to the other decoder.
    #[test]
    fn cmyk_is_none_of_a_photos_colours() {
        let mut bytes = Vec::new();
        Encoder::new(&mut bytes, 90).encode(&[9; 16 * 16 * 4], 16, 16, ColorType::Cmyk).unwrap();
        assert_eq!(both(&bytes, 1).0, None);
    }

    /// An upload that was cut off and given an end mark: the library fills it up with grey and remarks on it.
    #[rstest]
    fn a_short_scan_gives_nothing(#[values(false, true)] progressive: bool, #[values(20, 50, 90, 99)] percent: usize) {
        let whole = file(SamplingFactor::F_2_2, progressive, ColorType::Rgb);
        let data = whole.windows(2).rposition(|window| window == [0xFF, 0xDA]).unwrap() + 12;
        let mut end = data + (whole.len() - 2 - data) * percent / 100;
        while whole[end - 1] == 0xFF {
            end -= 1;
        }
        let cut = [&whole[..end], &[0xFF, 0xD9]].concat();
        assert_eq!(both(&cut, 1), (None, None), "cut at {end} of {}", whole.len());
    }

    /// Cut off between two scans and given an end mark: what is missing then is not in any scan, and not remarked on.
    #[test]
    fn a_file_without_some_of_its_scans_is_the_other_decoders_to_judge() {
        let whole = file(SamplingFactor::F_2_2, true, ColorType::Rgb);
        let ends = Structure::read(&whole).unwrap().scan_ends;
        assert!(ends.len() > 2);
        let taken = |end: &usize| {
            let cut = [&whole[..*end], &[0xFF, 0xD9]].concat();
            let structure = Structure::read(&cut).unwrap();
            let quick = super::super::quickly(&cut, &structure, 1).is_some();
            assert!(!quick || pure::decode(&cut, &structure, 1).is_ok(), "cut at {end} of {}", whole.len());
            quick
        };
        let taken: Vec<_> = ends.iter().map(taken).collect();
        assert_eq!((taken.first(), taken.last()), (Some(&false), Some(&true)));
    }

    /// Servers of both builds may share a database: a photo is the same to the check Duplicate, and about as sharp.
    #[rstest]
    fn checks_see_the_same_photo(#[values(1, 2, 3)] seed: u32) {
        let random = |x: u32, y: u32| {
            let mixed = (x ^ seed).wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA77);
            (mixed ^ (mixed >> 15)).wrapping_mul(0x2C1B_3C6D) >> 24
        };
        let pixel = |at: u32| {
            let (x, y) = (at % 2600, at / 2600);
            let light = 30 + random(x / 311, y / 273) / 2 + random(x / 4, y / 4) / 8 + random(x, y) / 24;
            [light + 20, light + 5, light].map(|value| value.min(255) as u8)
        };
        let rgb: Vec<u8> = (0..2600 * 1950).flat_map(pixel).collect();
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, 88);
        encoder.set_sampling_factor(SamplingFactor::F_2_2);
        encoder.encode(&rgb, 2600, 1950, ColorType::Rgb).unwrap();
        let (turbo, pure) = both(&bytes, 2);
        let [turbo, pure] = [turbo, pure].map(|raster| raster.unwrap().luma().at_most(640));
        let hash = |luma| crate::hash::perceptual_hash(luma).unwrap();
        let distance = hash(&turbo).distance(&hash(&pure)).unwrap();
        assert!(distance <= 4, "{distance} of 256 bits apart");
        let [one, other] = [turbo, pure].map(|luma| crate::measure::sharpness(&luma));
        assert!((one / other - 1.0).abs() < 0.1, "{one} and {other}");
    }
}
