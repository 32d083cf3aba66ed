//! A picture becomes a model's input.

use fieldproof_domain::application::{ModelInput, ResizeFit};

use crate::{Tensor, raster::Raster};

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

/// The picture as `[1, 3, height, width]`: RGB, 0..=1, less `mean`, divided by `std`.
pub(crate) fn tensor(picture: &Raster, input: &ModelInput) -> (Tensor, Placement) {
    let [width, height] = input.size;
    let (inner_w, inner_h) = match input.fit {
        ResizeFit::Stretch => (width, height),
        ResizeFit::Letterbox => inside(picture, width, height),
    };
    let (left, top) = ((width - inner_w) / 2, (height - inner_h) / 2);
    let pixels = picture.resized(inner_w, inner_h);

    // One table for each colour: the arithmetic is the same for all pixels of one value.
    let table = |colour: usize| -> [f32; 256] {
        let (mean, std) = (input.mean[colour], input.std[colour]);
        std::array::from_fn(|value| (value as f32 / 255.0 - mean) / std)
    };
    let plane = width as usize * height as usize;
    let mut data = Vec::with_capacity(plane * 3);
    for colour in 0..3 {
        let table = table(colour);
        let start = data.len();
        data.resize(start + plane, table[usize::from(GREY)]);
        let target = data.get_mut(start..).unwrap_or_default().chunks_exact_mut(width as usize);
        let source = pixels.chunks_exact(inner_w as usize * 3);
        for (target, source) in target.skip(top as usize).zip(source) {
            let target = target.iter_mut().skip(left as usize);
            for (target, value) in target.zip(source.iter().skip(colour).step_by(3)) {
                *target = table[usize::from(*value)];
            }
        }
    }
    let placement = Placement { left: left.into(), top: top.into(), width: inner_w.into(), height: inner_h.into() };
    (Tensor { shape: vec![1, 3, height as usize, width as usize], data }, placement)
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

    fn input(size: [u32; 2], fit: ResizeFit) -> ModelInput {
        ModelInput { size, fit, mean: [0.0; 3], std: [1.0; 3] }
    }

    #[rstest]
    #[case::wide((40, 20), [0.0, 4.0, 16.0, 8.0])]
    #[case::tall((20, 40), [4.0, 0.0, 8.0, 16.0])]
    #[case::square((7, 7), [0.0, 0.0, 16.0, 16.0])]
    #[case::a_line((1000, 1), [0.0, 7.0, 16.0, 1.0])]
    fn letterbox(#[case] size: (u32, u32), #[case] place: [f64; 4]) {
        let picture = Raster { width: size.0, height: size.1, rgb: vec![255; (size.0 * size.1 * 3) as usize] };
        let (tensor, placement) = tensor(&picture, &input([16, 16], ResizeFit::Letterbox));
        assert_eq!([placement.left, placement.top, placement.width, placement.height], place);
        let white = tensor.data.iter().filter(|&&value| value == 1.0).count();
        assert_eq!(white, (place[2] * place[3] * 3.0) as usize);
        let grey = f32::from(GREY) / 255.0;
        assert!(tensor.data.iter().all(|&value| value == 1.0 || value == grey));
    }

    #[test]
    fn colours_are_planes_and_normalised() {
        let picture = Raster { width: 2, height: 1, rgb: vec![255, 0, 51, 0, 255, 102] };
        let spec = ModelInput { mean: [0.5, 0.0, 0.2], std: [0.5, 1.0, 0.1], ..input([2, 1], ResizeFit::Stretch) };
        let (tensor, placement) = tensor(&picture, &spec);
        assert_eq!(tensor.shape, [1, 3, 1, 2]);
        let expected = [1.0, -1.0, 0.0, 1.0, 0.0, 2.0];
        assert!(tensor.data.iter().zip(expected).all(|(found, wanted)| (found - wanted).abs() < 1e-6));
        assert_eq!(placement, Placement { left: 0.0, top: 0.0, width: 2.0, height: 1.0 });
    }
}
