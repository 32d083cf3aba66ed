//! What level 1 judges.

mod exposure;
mod sharpness;
mod smoothed;

pub(crate) use exposure::exposure;
pub(crate) use sharpness::sharpness;
