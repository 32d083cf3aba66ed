//! Level 1, data conformity: can the photo be trusted, and is it usable at all?
//!
//! The contract names the checks but not their codes and texts (section 3.3): those here are Fieldproof's own,
//! fixed for ever once released. Each check has a file: its settings with their defaults, and what it reads out of the
//! [`Evidence`]. [`readings`] asks them all, [`judge`] keeps what is wrong.

mod blur;
mod brightness;
mod capture_time;
mod content;
mod duplicate;
mod edited;
mod evidence;
mod finding;
mod framing;
mod judge;
mod level;
mod location;
mod message;
mod paper;
mod place;
mod problem;
mod reading;
mod resolution;
mod screen;
mod settings;
#[cfg(test)]
mod testing;

pub use blur::BlurSettings;
pub use brightness::BrightnessSettings;
pub use capture_time::CaptureTimeSettings;
pub use content::ContentSettings;
pub use duplicate::{DuplicateMatch, DuplicateSettings};
pub use edited::EditedSettings;
pub use evidence::{Claims, EditTraces, Evidence, ThumbnailDifference};
pub use finding::{Finding, blocks};
pub use framing::FramingSettings;
pub use judge::{judge, readings, with_duplicate};
pub use level::Level;
pub use location::LocationSettings;
pub use problem::Problem;
pub use reading::{Broken, Reading, Wanted};
pub use resolution::ResolutionSettings;
pub use screen::ScreenSettings;
pub use settings::CheckSettings;

/// A data conformity check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// Motion or defocus blur.
    Blur,
    /// Too dark, too bright, or the light is behind the subject.
    Brightness,
    /// The same picture was sent to this site before.
    Duplicate,
    /// Too few pixels.
    Resolution,
    /// The subject is cut off or too small.
    Framing,
    /// A photo of a screen or of a print.
    Screen,
    /// Not taken at the work order's place.
    Location,
    /// Not taken when it should have been.
    CaptureTime,
    /// Changed after it was taken.
    Edited,
    /// Not the photo that was asked for.
    Content,
}

impl Check {
    /// Every check, in the order of their codes.
    pub const ALL: [Self; 10] = [
        Self::Blur,
        Self::Brightness,
        Self::Duplicate,
        Self::Resolution,
        Self::Framing,
        Self::Screen,
        Self::Location,
        Self::CaptureTime,
        Self::Edited,
        Self::Content,
    ];

    /// The stable number sent as `code`.
    pub fn code(self) -> u16 {
        match self {
            Self::Blur => 1,
            Self::Brightness => 2,
            Self::Duplicate => 3,
            Self::Resolution => 4,
            Self::Framing => 5,
            Self::Screen => 6,
            Self::Location => 7,
            Self::CaptureTime => 8,
            Self::Edited => 9,
            Self::Content => 10,
        }
    }

    /// The stable English name sent as `name`, in every language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Blur => "Blur",
            Self::Brightness => "Brightness",
            Self::Duplicate => "Duplicate",
            Self::Resolution => "Resolution",
            Self::Framing => "Framing",
            Self::Screen => "Screen",
            Self::Location => "Location",
            Self::CaptureTime => "CaptureTime",
            Self::Edited => "Edited",
            Self::Content => "Content",
        }
    }

    /// Its key under `checks` in `application.yaml`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Blur => "blur",
            Self::Brightness => "brightness",
            Self::Duplicate => "duplicate",
            Self::Resolution => "resolution",
            Self::Framing => "framing",
            Self::Screen => "screen",
            Self::Location => "location",
            Self::CaptureTime => "capture_time",
            Self::Edited => "edited",
            Self::Content => "content",
        }
    }

    /// The check with this code.
    pub fn from_code(code: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|check| check.code() == code)
    }
}
