//! Parts of a photo as they were taken, for what is small on it.

use std::cell::OnceCell;

use fieldproof_domain::observation::BoundingBox;

use crate::{Limits, Photo, PhotoError, WorkingScale, photo::upright, raster::Raster};

/// Pixels by which an edge may miss a border between pixels for it to be that border: models calculate in 32-bit floats.
const HAIR: f64 = 0.01;

/// The parts of one photo at full resolution. The photo is decoded a second time when the first of them is asked for, and
/// not at all if its working picture is as large as the file's.
pub struct Details<'a> {
    photo: &'a Photo,
    bytes: &'a [u8],
    limits: Limits,
    full: OnceCell<Raster>,
}

impl<'a> Details<'a> {
    /// Of a photo that was decoded from these bytes.
    pub fn new(photo: &'a Photo, bytes: &'a [u8], limits: &Limits) -> Self {
        Self { photo, bytes, limits: *limits, full: OnceCell::new() }
    }

    /// A region with `margin` on each side, in parts of its width and height; and where that is on the photo.
    ///
    /// # Errors
    /// [`PhotoError`] where the bytes are of another photo.
    pub(crate) fn region(&self, region: &BoundingBox, margin: f64) -> Result<(Raster, BoundingBox), PhotoError> {
        let picture = self.full()?;
        let (width, height) = (f64::from(picture.width), f64::from(picture.height));
        let (across, down) = ((region.xmax - region.xmin) * margin, (region.ymax - region.ymin) * margin);
        let first = |edge: f64, length: f64| (edge * length + HAIR).floor().clamp(0.0, length - 1.0);
        let (left, top) = (first(region.xmin - across, width), first(region.ymin - down, height));
        let last = |edge: f64, length: f64, first: f64| (edge * length - HAIR).ceil().clamp(first + 1.0, length);
        let right = last(region.xmax + across, width, left);
        let bottom = last(region.ymax + down, height, top);
        let part = picture.part([left, top, right, bottom].map(|edge| edge as u32));
        let place = BoundingBox { xmin: left / width, ymin: top / height, xmax: right / width, ymax: bottom / height };
        Ok((part, place))
    }

    /// The whole photo at working scale.
    pub(crate) fn working(&self) -> &Raster {
        self.photo.raster()
    }

    /// Whether that is all that there is.
    pub(crate) fn is_working_scale_full(&self) -> bool {
        let facts = self.photo.facts();
        self.photo.working_size() == (facts.width, facts.height)
    }

    /// The whole photo as it was taken, up to 25 megapixels.
    ///
    /// # Errors
    /// As [`Details::region`].
    pub(crate) fn full(&self) -> Result<&Raster, PhotoError> {
        if self.is_working_scale_full() {
            return Ok(self.photo.raster());
        }
        if let Some(full) = self.full.get() {
            return Ok(full);
        }
        let full = upright(self.bytes, &self.limits, WorkingScale::DETAILS)?.raster;
        Ok(self.full.get_or_init(|| full))
    }
}
