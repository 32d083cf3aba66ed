//! How strict a task group is about each check, with the defaults that hold for most photos.

use super::{
    BlurSettings, BrightnessSettings, CaptureTimeSettings, Check, ContentSettings, DuplicateSettings, EditedSettings,
    FramingSettings, Level, LocationSettings, ResolutionSettings, ScreenSettings,
};

/// The checks of one task group. A check that is not named is off.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CheckSettings {
    /// Check 1.
    pub blur: BlurSettings,
    /// Check 2.
    pub brightness: BrightnessSettings,
    /// Check 3.
    pub duplicate: DuplicateSettings,
    /// Check 4.
    pub resolution: ResolutionSettings,
    /// Check 5.
    pub framing: FramingSettings,
    /// Check 6.
    pub screen: ScreenSettings,
    /// Check 7.
    pub location: LocationSettings,
    /// Check 8.
    pub capture_time: CaptureTimeSettings,
    /// Check 9.
    pub edited: EditedSettings,
    /// Check 10.
    pub content: ContentSettings,
}

impl CheckSettings {
    /// What it means that a photo does not pass `check`.
    pub fn level(&self, check: Check) -> Level {
        match check {
            Check::Blur => self.blur.level,
            Check::Brightness => self.brightness.level,
            Check::Duplicate => self.duplicate.level,
            Check::Resolution => self.resolution.level,
            Check::Framing => self.framing.level,
            Check::Screen => self.screen.level,
            Check::Location => self.location.level,
            Check::CaptureTime => self.capture_time.level,
            Check::Edited => self.edited.level,
            Check::Content => self.content.level,
        }
    }

    /// As [`CheckSettings::level`], to be changed.
    pub fn level_mut(&mut self, check: Check) -> &mut Level {
        match check {
            Check::Blur => &mut self.blur.level,
            Check::Brightness => &mut self.brightness.level,
            Check::Duplicate => &mut self.duplicate.level,
            Check::Resolution => &mut self.resolution.level,
            Check::Framing => &mut self.framing.level,
            Check::Screen => &mut self.screen.level,
            Check::Location => &mut self.location.level,
            Check::CaptureTime => &mut self.capture_time.level,
            Check::Edited => &mut self.edited.level,
            Check::Content => &mut self.content.level,
        }
    }

    /// Whether anybody asks.
    pub fn is_on(&self, check: Check) -> bool {
        self.level(check) != Level::Off
    }

    /// Whether a check that is on needs what models see.
    pub fn need_models(&self) -> bool {
        self.is_on(Check::Framing) || self.is_on(Check::Content)
    }
}
