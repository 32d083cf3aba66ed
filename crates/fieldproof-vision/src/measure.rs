//! What level 1 judges.

mod sharpness;

pub(crate) use sharpness::sharpness;
