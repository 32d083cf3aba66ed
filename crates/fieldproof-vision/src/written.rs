//! What readers of every kind do with what they have read: its place on the photo, its order, its length.

use fieldproof_domain::observation::{BoundingBox, Detection, Inscription, LONGEST_READ};

use crate::{Details, PhotoError, raster::Raster};

/// Most that one reader reads on one photo.
const MOST: usize = 300;
/// From how much in common on, in parts of what either covers, the same text is the same thing.
const SAME: f64 = 0.4;

/// Something that was read on a picture; the box is in fractions of that picture.
pub(crate) type Found = Vec<Inscription>;

/// Reads in regions of a photo, each with `margin` on its sides, at full resolution; the places are those on the photo.
pub(crate) fn in_regions<E: From<PhotoError>>(
    details: &Details<'_>,
    regions: &[Detection],
    margin: f64,
    mut read: impl FnMut(&Raster) -> Result<Found, E>,
) -> Result<Found, E> {
    let mut all = Vec::new();
    for region in regions {
        let (part, place) = details.region(&region.bbox, margin)?;
        all.extend(read(&part)?.into_iter().map(|found| Inscription { bbox: found.bbox.within(&place), ..found }));
    }
    Ok(in_order(all))
}

/// From top to bottom, what was read twice once, no more and no longer than rules may see.
pub(crate) fn in_order(found: Found) -> Found {
    let mut kept: Found = Vec::new();
    for mut one in found {
        one.text.truncate(one.text.floor_char_boundary(LONGEST_READ));
        let is_same = |other: &Inscription| {
            other.concept == one.concept && other.text == one.text && other.bbox.iou(&one.bbox) > SAME
        };
        if !one.text.is_empty() && !kept.iter().any(is_same) {
            kept.push(one);
        }
    }
    let place = |one: &Inscription| (one.bbox.ymin, one.bbox.xmin);
    kept.sort_by(|a, b| place(a).0.total_cmp(&place(b).0).then(place(a).1.total_cmp(&place(b).1)));
    kept.truncate(MOST);
    kept
}

/// The box around points, in pixels of a picture of this size, with `pad` pixels on each side.
pub(crate) fn around(points: impl Iterator<Item = (f64, f64)>, pad: f64, width: f64, height: f64) -> BoundingBox {
    let none = (f64::MAX, f64::MAX, f64::MIN, f64::MIN);
    let (left, top, right, bottom) =
        points.fold(none, |(left, top, right, bottom), (x, y)| (left.min(x), top.min(y), right.max(x), bottom.max(y)));
    let edge = |at: f64, length: f64| (at / length).clamp(0.0, 1.0);
    BoundingBox {
        xmin: edge(left - pad, width),
        ymin: edge(top - pad, height),
        xmax: edge(right + pad, width),
        ymax: edge(bottom + pad, height),
    }
}
