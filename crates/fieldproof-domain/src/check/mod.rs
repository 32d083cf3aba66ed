//! Level 1, data conformity: is the photo usable at all?
//!
//! The contract names the checks but not their codes and texts (section 3.3): those here are Fieldproof's own,
//! fixed for ever once released.

mod judge;
mod message;
mod reading;
mod settings;

pub use judge::{DuplicateMatch, Finding, Problem, blocks, judge};
pub use reading::{Reading, Wanted, readings};
pub use settings::{BlurSettings, BrightnessSettings, CheckSettings, DuplicateSettings, Level, ResolutionSettings};

/// A data conformity check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// Motion or defocus blur.
    Blur,
    /// Too dark or too bright.
    Brightness,
    /// The same picture was sent to this site before.
    Duplicate,
    /// Too few pixels.
    Resolution,
}

impl Check {
    /// Every check, in the order of their codes.
    pub const ALL: [Self; 4] = [Self::Blur, Self::Brightness, Self::Duplicate, Self::Resolution];

    /// The stable number sent as `code`.
    pub fn code(self) -> u16 {
        match self {
            Self::Blur => 1,
            Self::Brightness => 2,
            Self::Duplicate => 3,
            Self::Resolution => 4,
        }
    }

    /// The stable English name sent as `name`, in every language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Blur => "Blur",
            Self::Brightness => "Brightness",
            Self::Duplicate => "Duplicate",
            Self::Resolution => "Resolution",
        }
    }

    /// The check with this code.
    pub fn from_code(code: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|check| check.code() == code)
    }
}
