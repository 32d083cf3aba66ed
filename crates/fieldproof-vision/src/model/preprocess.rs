//! A picture becomes a model's input.

use fieldproof_domain::application::{Channels, InputType, Layout, ModelInput, ResizeFit};

use crate::{Input, Values, raster::Raster};

/// The padding of a letterbox.
pub(crate) const GREY: u8 = 114;

/// Where the picture lies in the input, in pixels of the input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Placement {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// The picture as `[1, 3, height, width]` or `[1, height, width, 3]`: each colour from 0 to 1, less `mean`, divided by
/// `std`; or its bytes as they are.
pub(crate) fn tensor(picture: &Raster, input: &ModelInput) -> (Input, Placement) {
    let (pixels, placed, placement) = fitted(picture, input);
    let values = match input.numbers {
        InputType::Float32 => {
            // Text recognisers are trained with nothing behind the line: zeros, after the mean is taken off.
            let padding = (input.fit == ResizeFit::Line).then_some(0.0);
            Values::Float32(arranged(&pixels, &placed, input, padding, |colour| {
                // A table: the arithmetic is the same for all pixels of one value.
                let (mean, std) = (input.mean[colour], input.std[colour]);
                std::array::from_fn(|value| (value as f32 / 255.0 - mean) / std)
            }))
        }
        InputType::Uint8 => {
            Values::Uint8(arranged(&pixels, &placed, input, None, |_| std::array::from_fn(|value| value as u8)))
        }
    };
    (Input { shape: shape(input), values }, placement)
}

/// The pixels in the order of the model's dimensions, each as the table of its colour says, and `padding` or grey around
/// them.
fn arranged<T: Copy + Default>(
    pixels: &[u8],
    placed: &Placed,
    input: &ModelInput,
    padding: Option<T>,
    table_of: impl Fn(usize) -> [T; 256],
) -> Vec<T> {
    let (width, height) = (input.size[0] as usize, input.size[1] as usize);
    let mut data = vec![T::default(); width * height * 3];
    for channel in 0..3 {
        let colour = match input.channels {
            Channels::Rgb => channel,
            Channels::Bgr => 2 - channel,
        };
        let table = table_of(colour);
        let grey = padding.unwrap_or(table[usize::from(GREY)]);
        let rows = pixels.chunks_exact(placed.width * 3).enumerate();
        let first = |row: usize| (placed.top + row) * width + placed.left;
        match input.layout {
            Layout::Nchw => {
                let plane = data.chunks_exact_mut(width * height).nth(channel).unwrap_or_default();
                plane.fill(grey);
                for (row, source) in rows {
                    let target = plane.get_mut(first(row)..).unwrap_or_default();
                    target.iter_mut().zip(values(source, colour, &table)).for_each(|(target, value)| *target = value);
                }
            }
            Layout::Nhwc => {
                data.iter_mut().skip(channel).step_by(3).for_each(|target| *target = grey);
                for (row, source) in rows {
                    let target = data.get_mut(first(row) * 3 + channel..).unwrap_or_default();
                    target
                        .iter_mut()
                        .step_by(3)
                        .zip(values(source, colour, &table))
                        .for_each(|(target, value)| *target = value);
                }
            }
        }
    }
    data
}

/// The values of one colour in a row of pixels.
fn values<'r, T: Copy>(row: &'r [u8], colour: usize, table: &'r [T; 256]) -> impl Iterator<Item = T> + 'r {
    row.iter().skip(colour).step_by(3).map(|value| table[usize::from(*value)])
}

/// The shape of a model's input.
pub(crate) fn shape(input: &ModelInput) -> Vec<usize> {
    let [width, height] = input.size.map(|side| side as usize);
    match input.layout {
        Layout::Nchw => vec![1, 3, height, width],
        Layout::Nhwc => vec![1, height, width, 3],
    }
}

/// Where pixels are put into the input; around them it is grey.
struct Placed {
    left: usize,
    top: usize,
    width: usize,
}

/// The pixels of the picture that are put into the input, where, and where the whole picture would lie.
fn fitted(picture: &Raster, input: &ModelInput) -> (Vec<u8>, Placed, Placement) {
    let [width, height] = input.size;
    if input.fit == ResizeFit::Crop {
        let part = centre(picture, width, height);
        let scale = (f64::from(width) / part[2], f64::from(height) / part[3]);
        let placement = Placement {
            left: -part[0] * scale.0,
            top: -part[1] * scale.1,
            width: f64::from(picture.width) * scale.0,
            height: f64::from(picture.height) * scale.1,
        };
        let placed = Placed { left: 0, top: 0, width: width as usize };
        return (picture.part_resized(part, width, height), placed, placement);
    }
    let (inner_w, inner_h) = match input.fit {
        ResizeFit::Letterbox => inside(picture, width, height),
        ResizeFit::Line => (line_width(picture, width, height), height),
        ResizeFit::Stretch | ResizeFit::Crop => (width, height),
    };
    let left = if input.fit == ResizeFit::Line { 0 } else { (width - inner_w) / 2 };
    let top = (height - inner_h) / 2;
    let placement = Placement { left: left.into(), top: top.into(), width: inner_w.into(), height: inner_h.into() };
    let placed = Placed { left: left as usize, top: top as usize, width: inner_w as usize };
    (picture.resized(inner_w, inner_h), placed, placement)
}

/// The largest part of the input's proportions in the middle of the picture: left, top, width, height.
fn centre(picture: &Raster, width: u32, height: u32) -> [f64; 4] {
    let (w, h) = (f64::from(picture.width), f64::from(picture.height));
    let scale = (f64::from(width) / w).max(f64::from(height) / h);
    let (part_w, part_h) = ((f64::from(width) / scale).min(w), (f64::from(height) / scale).min(h));
    [(w - part_w) / 2.0, (h - part_h) / 2.0, part_w, part_h]
}

/// How wide the picture is at the input's height, at most the input's width.
fn line_width(picture: &Raster, width: u32, height: u32) -> u32 {
    let scaled = f64::from(picture.width) * f64::from(height) / f64::from(picture.height);
    (scaled.round() as u32).clamp(1, width)
}

/// The largest size of the picture's proportions that fits.
fn inside(picture: &Raster, width: u32, height: u32) -> (u32, u32) {
    let (w, h) = (f64::from(picture.width), f64::from(picture.height));
    let scale = (f64::from(width) / w).min(f64::from(height) / h);
    let side = |length: f64, most: u32| ((length * scale).round() as u32).clamp(1, most);
    (side(w, width), side(h, height))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// The floats that a model is given, and where the picture lies.
    fn floats(picture: &Raster, input: &ModelInput) -> (Vec<f32>, Placement) {
        let (Input { values: Values::Float32(values), .. }, placement) = tensor(picture, input) else {
            panic!("no floats");
        };
        (values, placement)
    }

    fn input(size: [u32; 2], fit: ResizeFit) -> ModelInput {
        ModelInput::new(size, fit)
    }

    #[rstest]
    #[case::wide((40, 20), [0.0, 4.0, 16.0, 8.0])]
    #[case::tall((20, 40), [4.0, 0.0, 8.0, 16.0])]
    #[case::square((7, 7), [0.0, 0.0, 16.0, 16.0])]
    #[case::a_line((1000, 1), [0.0, 7.0, 16.0, 1.0])]
    fn letterbox(#[case] size: (u32, u32), #[case] place: [f64; 4]) {
        let picture = Raster { width: size.0, height: size.1, rgb: vec![255; (size.0 * size.1 * 3) as usize] };
        let (values, placement) = floats(&picture, &input([16, 16], ResizeFit::Letterbox));
        assert_eq!([placement.left, placement.top, placement.width, placement.height], place);
        let white = values.iter().filter(|&&value| value == 1.0).count();
        assert_eq!(white, (place[2] * place[3] * 3.0) as usize);
        let grey = f32::from(GREY) / 255.0;
        assert!(values.iter().all(|&value| value == 1.0 || value == grey));
    }

    #[test]
    fn colours_are_planes_and_normalised() {
        let picture = Raster { width: 2, height: 1, rgb: vec![255, 0, 51, 0, 255, 102] };
        let spec = ModelInput { mean: [0.5, 0.0, 0.2], std: [0.5, 1.0, 0.1], ..input([2, 1], ResizeFit::Stretch) };
        let (values, placement) = floats(&picture, &spec);
        let expected = [1.0, -1.0, 0.0, 1.0, 0.0, 2.0];
        assert!(values.iter().zip(expected).all(|(found, wanted)| (found - wanted).abs() < 1e-6));
        assert_eq!(placement, Placement { left: 0.0, top: 0.0, width: 2.0, height: 1.0 });
    }

    #[test]
    fn bytes_stay_as_they_are() {
        let picture = Raster { width: 2, height: 1, rgb: vec![255, 0, 51, 0, 255, 102] };
        // What is said of the mean is for floats.
        let spec = ModelInput { numbers: InputType::Uint8, mean: [0.5; 3], ..input([2, 2], ResizeFit::Letterbox) };
        let (found, _) = tensor(&picture, &ModelInput { layout: Layout::Nhwc, ..spec });
        let values = vec![255, 0, 51, 0, 255, 102, GREY, GREY, GREY, GREY, GREY, GREY];
        assert_eq!(found, Input { shape: vec![1, 2, 2, 3], values: Values::Uint8(values) });
    }

    #[test]
    fn colours_come_in_the_order_that_the_model_wants() {
        let picture = Raster { width: 2, height: 1, rgb: vec![255, 0, 51, 0, 255, 102] };
        let order = |channels, layout| {
            let spec = ModelInput { channels, layout, ..input([2, 1], ResizeFit::Stretch) };
            let (values, _) = floats(&picture, &spec);
            (shape(&spec), values.iter().map(|value| (value * 255.0).round() as u8).collect::<Vec<_>>())
        };
        assert_eq!(order(Channels::Bgr, Layout::Nchw), (vec![1, 3, 1, 2], vec![51, 102, 0, 255, 255, 0]));
        assert_eq!(order(Channels::Rgb, Layout::Nhwc), (vec![1, 1, 2, 3], vec![255, 0, 51, 0, 255, 102]));
        assert_eq!(order(Channels::Bgr, Layout::Nhwc), (vec![1, 1, 2, 3], vec![51, 0, 255, 102, 255, 0]));
    }

    #[rstest]
    #[case::wide((40, 20), [-8.0, 0.0, 32.0, 16.0])]
    #[case::tall((20, 40), [0.0, -8.0, 16.0, 32.0])]
    #[case::square((7, 7), [0.0, 0.0, 16.0, 16.0])]
    fn crop(#[case] (width, height): (u32, u32), #[case] place: [f64; 4]) {
        // White in the middle square and as far around it as a scaled pixel sees, black at what stands over.
        let side = width.min(height);
        let is_inside = |at: u32, length: u32| at + 4 >= (length - side) / 2 && at < (length + side) / 2 + 4;
        let pixel = |at: u32| u8::from(is_inside(at % width, width) && is_inside(at / width, height)) * 255;
        let rgb = (0..width * height).flat_map(|at| [pixel(at); 3]).collect();
        let (values, placement) = floats(&Raster { width, height, rgb }, &input([16, 16], ResizeFit::Crop));
        assert_eq!([placement.left, placement.top, placement.width, placement.height], place);
        assert!(values.iter().all(|&value| value > 0.99), "nothing of what stands over");
    }

    #[rstest]
    #[case::short((20, 10), 8)]
    #[case::as_long((80, 20), 16)]
    #[case::longer((400, 20), 16)]
    fn a_line_is_at_the_left(#[case] (width, height): (u32, u32), #[case] wide: usize) {
        let picture = Raster { width, height, rgb: vec![255; (width * height * 3) as usize] };
        let spec = ModelInput { mean: [0.5; 3], std: [0.5; 3], ..input([16, 4], ResizeFit::Line) };
        let (values, placement) = floats(&picture, &spec);
        assert_eq!([placement.left, placement.top, placement.width, placement.height], [0.0, 0.0, wide as f64, 4.0]);
        for row in values.chunks_exact(16) {
            assert!(row[..wide].iter().all(|&value| value == 1.0) && row[wide..].iter().all(|&value| value == 0.0));
        }
    }

    #[test]
    fn what_a_letterbox_leaves_is_grey_in_every_order() {
        let picture = Raster { width: 4, height: 2, rgb: vec![255; 24] };
        let spec = ModelInput { layout: Layout::Nhwc, ..input([4, 4], ResizeFit::Letterbox) };
        let (values, _) = floats(&picture, &spec);
        let rows: Vec<_> = values.chunks_exact(12).map(|row| row.iter().all(|&value| value == 1.0)).collect();
        assert_eq!(rows, [false, true, true, false]);
        let grey = f32::from(GREY) / 255.0;
        assert!(values.iter().all(|&value| value == 1.0 || value == grey));
    }

    /// Edges, textures and grain, as a camera has them.
    fn camera_picture(width: usize, height: usize) -> Vec<u8> {
        let random = |x: usize, y: usize| {
            let mixed = (x as u32).wrapping_mul(0x9E37_79B1) ^ (y as u32).wrapping_mul(0x85EB_CA77);
            (mixed ^ (mixed >> 15)).wrapping_mul(0x2C1B_3C6D) >> 24
        };
        let mut rgb = Vec::with_capacity(width * height * 3);
        for y in 0..height {
            for x in 0..width {
                let panel = random(x / 211, y / 173) / 2;
                let stripes = if (x / 9 + y / 31) % 2 == 0 { 40 } else { 0 };
                let gravel = random(x / 3, y / 3) / 8;
                let light = 20 + panel + stripes + gravel + random(x, y) / 20;
                rgb.extend([light + 20, light + 5, light].map(|value| value.min(255) as u8));
            }
        }
        rgb
    }

    /// The short way loses nothing that is to be seen: of 255 steps, the mean of a colour is not 1.5 beside the long one.
    #[test]
    fn a_scaled_decode_gives_what_a_full_one_and_lanczos_would() {
        let (width, height) = (2000, 1500);
        let mut file = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut file, 90);
        encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
        let rgb = camera_picture(width, height);
        encoder.encode(&rgb, width as u16, height as u16, jpeg_encoder::ColorType::Rgb).unwrap();

        let limits = crate::Limits::default();
        let short = crate::decode(&file, &limits, crate::WorkingScale::at_least(640)).unwrap();
        assert_eq!(short.working_size(), (1000, 750), "it was decoded at half its size");
        let (short, _) = floats(short.raster(), &input([640, 480], ResizeFit::Stretch));

        let full = crate::photo::upright(&file, &limits, crate::WorkingScale::DETAILS).unwrap().raster;
        assert_eq!((full.width, full.height), (2000, 1500));
        let long = full.resized(640, 480);
        let (long, _) = floats(&Raster { width: 640, height: 480, rgb: long }, &input([640, 480], ResizeFit::Stretch));
        let difference = short.iter().zip(&long).map(|(a, b)| f64::from((a - b).abs())).sum::<f64>();
        let mean = difference / short.len() as f64 * 255.0;
        assert!(mean < 1.5, "{mean}");
        assert!(mean > 0.0, "two ways were compared");
    }
}
