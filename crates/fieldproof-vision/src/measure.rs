//! What level 1 judges.

mod sharpness;
mod smoothed;

pub(crate) use sharpness::sharpness;
