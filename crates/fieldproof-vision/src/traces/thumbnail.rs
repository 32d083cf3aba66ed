//! Does the small picture that a camera kept inside the file show what the photo shows?
//!
//! Both are averaged to a grid of 32 x 32, the small one as bright and as contrasty as the photo on the whole. A cell
//! differs when the photo's luma is out of what the small picture has there and around, with a margin: what was moved by a
//! pixel, sharpened or saved again does not differ, what was painted over does.

use fieldproof_domain::{check::ThumbnailDifference, observation::BoundingBox};

use crate::{
    Limits, Photo, PhotoFormat, WorkingScale,
    decode::{self, Orientation},
    raster::{Luma, Raster},
};

/// Cells across and down.
const SIDE: usize = 32;

/// Levels of luma that a cell may be out of range.
const MARGIN: f64 = 20.0;

/// Small pictures are no larger than this.
const LIMITS: Limits = Limits { max_pixels: 1 << 20 };

/// Proportions that differ by less than this part are the same.
const SAME_SHAPE: f64 = 0.02;

/// `None`: there is no small picture that can be read.
pub(super) fn compare(jpeg: &[u8], photo: &Photo) -> Option<ThumbnailDifference> {
    let small = decode::pixels(PhotoFormat::Jpeg, jpeg, &LIMITS, WorkingScale::at_least(SIDE as u32)).ok()?.raster;
    let of_photo = grid(&photo.raster().luma());
    // Galleries that turn a photo often leave the small picture as it was, so that what fits best counts.
    let turned = (1..=8).map(|held| Orientation::from_exif(held).apply(small.clone()));
    let differences = turned.map(|small| difference(&grid(&as_wide_as(&small, photo.raster())), &of_photo));
    differences.min_by(|a, b| a.share.total_cmp(&b.share))
}

/// The luma of the middle of `small` in the proportions of `photo`: small pictures are 4 to 3, with black bars, whatever
/// the photo is.
fn as_wide_as(small: &Raster, photo: &Raster) -> Luma {
    let (width, height) = (f64::from(small.width), f64::from(small.height));
    let wanted = f64::from(photo.width) / f64::from(photo.height);
    let found = width / height;
    if (wanted / found - 1.0).abs() < SAME_SHAPE || (found - 1.0) * (wanted - 1.0) < 0.0 {
        return small.luma();
    }
    let (across, down) = if wanted > found { (width, width / wanted) } else { (height * wanted, height) };
    let (left, top) = ((width - across) / 2.0, (height - down) / 2.0);
    let edges = [left.ceil(), top.ceil(), (left + across).floor(), (top + down).floor()];
    let part = small.part(edges.map(|edge| edge as u32));
    if part.rgb.is_empty() { small.luma() } else { part.luma() }
}

fn grid(luma: &Luma) -> Vec<f64> {
    let small = luma.resized(SIDE as u32, SIDE as u32, fast_image_resize::FilterType::Box);
    small.values.into_iter().map(f64::from).collect()
}

fn difference(small: &[f64], photo: &[f64]) -> ThumbnailDifference {
    let small = as_bright_as(small, photo);
    let mut cells = 0;
    let (mut left, mut top, mut right, mut bottom) = (SIDE, SIDE, 0, 0);
    for (at, value) in photo.iter().enumerate() {
        let (x, y) = (at % SIDE, at / SIDE);
        let around = (y.saturating_sub(1)..(y + 2).min(SIDE))
            .flat_map(|y| small.get(y * SIDE + x.saturating_sub(1)..y * SIDE + (x + 2).min(SIDE)).unwrap_or_default());
        let (least, most) = around.fold((f64::MAX, f64::MIN), |(least, most), v| (least.min(*v), most.max(*v)));
        if *value < least - MARGIN || *value > most + MARGIN {
            cells += 1;
            (left, top, right, bottom) = (left.min(x), top.min(y), right.max(x + 1), bottom.max(y + 1));
        }
    }
    let part = |edge: usize| edge as f64 / SIDE as f64;
    let region =
        BoundingBox { xmin: part(left.min(right)), ymin: part(top.min(bottom)), xmax: part(right), ymax: part(bottom) };
    ThumbnailDifference { share: cells as f64 / (SIDE * SIDE) as f64, region }
}

/// The small picture's values with the light and the contrast of the photo's: the line through the cells that fits the
/// best 70 % of them best, so that what was painted over does not bend it. Small pictures are sharpened and toned, by
/// little: less than half or more than twice the contrast is another picture.
fn as_bright_as(small: &[f64], photo: &[f64]) -> Vec<f64> {
    let mut cells: Vec<_> = small.iter().copied().zip(photo.iter().copied()).collect();
    let mut line = line_through(&cells);
    for _ in 0..3 {
        let miss = |(small, photo): &(f64, f64)| (line.0 * small + line.1 - photo).abs();
        cells.sort_by(|a, b| miss(a).total_cmp(&miss(b)));
        line = line_through(cells.get(..cells.len() * 7 / 10).unwrap_or_default());
    }
    small.iter().map(|value| line.0 * value + line.1).collect()
}

/// Gain and offset.
fn line_through(cells: &[(f64, f64)]) -> (f64, f64) {
    let mean = |of: fn(&(f64, f64)) -> f64| cells.iter().map(of).sum::<f64>() / cells.len().max(1) as f64;
    let (x, y) = (mean(|cell| cell.0), mean(|cell| cell.1));
    let (products, squares) = cells.iter().fold((0.0, 0.0), |(products, squares), cell| {
        (products + (cell.0 - x) * (cell.1 - y), squares + (cell.0 - x).powi(2))
    });
    let gain = if squares > 0.0 { (products / squares).clamp(0.5, 2.0) } else { 1.0 };
    (gain, y - gain * x)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A scene with something in it that may be painted over.
    fn scene(width: u32, height: u32, is_painted: bool) -> Raster {
        let pixel = |x: u32, y: u32| {
            let (across, down) = (f64::from(x) / f64::from(width), f64::from(y) / f64::from(height));
            let is_door = is_painted && (0.4..0.7).contains(&across) && (0.3..0.8).contains(&down);
            let light = 128.0 + 90.0 * (across * 9.0).sin() * (down * 7.0).cos();
            if is_door { 250 } else { light as u8 }
        };
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        Raster { width, height, rgb: pixels.flat_map(|(x, y)| [pixel(x, y); 3]).collect() }
    }

    fn share(small: &Raster, photo: &Raster) -> f64 {
        difference(&grid(&as_wide_as(small, photo)), &grid(&photo.luma())).share
    }

    #[test]
    fn the_same_scene_smaller_and_in_bars() {
        let photo = scene(640, 480, false);
        assert_eq!(share(&scene(160, 120, false), &photo), 0.0);
        let wide = scene(640, 360, false);
        let mut in_bars = Raster { width: 160, height: 120, rgb: vec![0; 160 * 15 * 3] };
        in_bars.rgb.extend(scene(160, 90, false).rgb);
        in_bars.rgb.extend(vec![0; 160 * 15 * 3]);
        assert_eq!(share(&in_bars, &wide), 0.0);
    }

    #[test]
    fn what_was_painted_over_is_found_where_it_is() {
        let photo = scene(640, 480, true);
        let found = difference(&grid(&scene(160, 120, false).luma()), &grid(&photo.luma()));
        assert!((0.08..0.3).contains(&found.share), "{found:?}");
        let BoundingBox { xmin, ymin, xmax, ymax } = found.region;
        assert!(xmin >= 0.3 && xmax <= 0.8 && ymin >= 0.2 && ymax <= 0.9, "{found:?}");
    }

    #[test]
    fn a_blank_one_differs_but_from_a_blank_photo_it_does_not() {
        let blank = |value| Raster { width: 160, height: 120, rgb: vec![value; 160 * 120 * 3] };
        assert!(share(&blank(9), &scene(640, 480, false)) > 0.5);
        assert_eq!(share(&blank(9), &blank(90)), 0.0);
    }
}
