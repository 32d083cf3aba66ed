//! What can be wrong with a photo.

use super::Check;

/// What exactly is wrong: decides the wording of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Check 1.
    Blurred,
    /// Check 2: even what is brightest is dark.
    TooDark,
    /// Check 2: what was there is lost in white.
    TooBright,
    /// Check 2: a dark subject before a bright ground.
    Backlit,
    /// Check 3.
    SeenBefore,
    /// Check 4.
    TooSmall,
    /// Check 5: the subject touches the border.
    CutOff,
    /// Check 5: the subject fills too little of the photo.
    SubjectTooSmall,
    /// Check 6.
    Recaptured,
    /// Check 7: taken somewhere else.
    FarAway,
    /// Check 7: nothing says where it was taken.
    PlaceUnknown,
    /// Check 8: taken too long ago.
    TooOld,
    /// Check 8: taken later than now.
    InFuture,
    /// Check 8: taken before or after the intervention.
    OutsideIntervention,
    /// Check 8: camera and device do not agree on when.
    ClocksDiffer,
    /// Check 8: nothing says when it was taken.
    TimeUnknown,
    /// Check 9: editing software has left its name.
    EditedBySoftware,
    /// Check 9: the small picture inside the file shows something else.
    ThumbnailDiffers,
    /// Check 9: a manifest or the metadata say that it was edited.
    DeclaredEdited,
    /// Check 9: a manifest or the metadata say that it was made by a machine.
    DeclaredGenerated,
    /// Check 10.
    NotAsked,
}

impl Problem {
    /// Every problem, for the database and for tests.
    pub const ALL: [Self; 21] = [
        Self::Blurred,
        Self::TooDark,
        Self::TooBright,
        Self::Backlit,
        Self::SeenBefore,
        Self::TooSmall,
        Self::CutOff,
        Self::SubjectTooSmall,
        Self::Recaptured,
        Self::FarAway,
        Self::PlaceUnknown,
        Self::TooOld,
        Self::InFuture,
        Self::OutsideIntervention,
        Self::ClocksDiffer,
        Self::TimeUnknown,
        Self::EditedBySoftware,
        Self::ThumbnailDiffers,
        Self::DeclaredEdited,
        Self::DeclaredGenerated,
        Self::NotAsked,
    ];

    /// The check that finds it.
    pub fn check(self) -> Check {
        match self {
            Self::Blurred => Check::Blur,
            Self::TooDark | Self::TooBright | Self::Backlit => Check::Brightness,
            Self::SeenBefore => Check::Duplicate,
            Self::TooSmall => Check::Resolution,
            Self::CutOff | Self::SubjectTooSmall => Check::Framing,
            Self::Recaptured => Check::Screen,
            Self::FarAway | Self::PlaceUnknown => Check::Location,
            Self::TooOld | Self::InFuture | Self::OutsideIntervention | Self::ClocksDiffer | Self::TimeUnknown => {
                Check::CaptureTime
            }
            Self::EditedBySoftware | Self::ThumbnailDiffers | Self::DeclaredEdited | Self::DeclaredGenerated => {
                Check::Edited
            }
            Self::NotAsked => Check::Content,
        }
    }

    /// The stable word kept in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Blurred => "blurred",
            Self::TooDark => "too_dark",
            Self::TooBright => "too_bright",
            Self::Backlit => "backlit",
            Self::SeenBefore => "seen_before",
            Self::TooSmall => "too_small",
            Self::CutOff => "cut_off",
            Self::SubjectTooSmall => "subject_too_small",
            Self::Recaptured => "recaptured",
            Self::FarAway => "far_away",
            Self::PlaceUnknown => "place_unknown",
            Self::TooOld => "too_old",
            Self::InFuture => "in_future",
            Self::OutsideIntervention => "outside_intervention",
            Self::ClocksDiffer => "clocks_differ",
            Self::TimeUnknown => "time_unknown",
            Self::EditedBySoftware => "edited_by_software",
            Self::ThumbnailDiffers => "thumbnail_differs",
            Self::DeclaredEdited => "declared_edited",
            Self::DeclaredGenerated => "declared_generated",
            Self::NotAsked => "not_asked",
        }
    }

    /// The problem kept as `word`.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_apart_and_read_back() {
        for problem in Problem::ALL {
            assert_eq!(Problem::from_word(problem.as_str()), Some(problem));
        }
    }
}
