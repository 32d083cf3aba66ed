//! What level 1 judges.

mod exposure;
mod recapture;
mod sharpness;
mod smoothed;

pub(crate) use exposure::exposure;
pub(crate) use recapture::recapture;
pub(crate) use sharpness::sharpness;
