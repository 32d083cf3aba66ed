//! In English.

use crate::check::Problem;

/// `{}` stands for what was measured, or for a name.
pub(super) fn wording(problem: Problem) -> &'static str {
    match problem {
        Problem::Blurred => "The photo is blurred. Hold the phone still, tap the subject to focus, and take it again.",
        Problem::TooDark => "The photo is too dark. Turn on the flash or add light, and take it again.",
        Problem::TooBright => "The photo is too bright. Avoid direct sun and reflections, and take it again.",
        Problem::Backlit => {
            "The light is behind the subject, which is dark. Change sides or turn on the flash, and take it again."
        }
        Problem::SeenBefore => "This picture was sent before. Take a new photo on site.",
        Problem::TooSmall => {
            "The photo has too few pixels. Choose a higher resolution in the camera settings and take it again."
        }
        Problem::CutOff => {
            "The subject is cut off at the edge of the photo. Step back until all of it is in the picture, and take it again."
        }
        Problem::SubjectTooSmall => "The subject is too small in the photo. Step closer and take it again.",
        Problem::Recaptured => {
            "This looks like a photo of a screen or of a printed picture. Photograph the equipment itself."
        }
        Problem::FarAway => {
            "The photo was taken {} from the place of the work order. Take it on site, or check that this is the right work order."
        }
        Problem::PlaceUnknown => {
            "The photo does not say where it was taken. Allow the camera to use your location, and take it again."
        }
        Problem::TooOld => "The photo was taken {} hours ago. Take a new one now.",
        Problem::InFuture => {
            "The photo says that it was taken later than now. Set the date and time of the phone, and take it again."
        }
        Problem::OutsideIntervention => {
            "The photo was not taken during the intervention. Take a new one, or have the dates of the work order corrected."
        }
        Problem::ClocksDiffer => {
            "The time in the photo is not the time at which the phone took it. Take a new photo instead of choosing one from the gallery."
        }
        Problem::TimeUnknown => {
            "The photo does not say when it was taken. Send it as the camera has saved it, not through a messenger."
        }
        Problem::EditedBySoftware => "The photo was edited with {}. Send it as the camera has saved it.",
        Problem::ThumbnailDiffers => {
            "The photo was changed after it was taken: the small picture that the camera kept in it shows something else. Send the original."
        }
        Problem::DeclaredEdited => {
            "The photo's own record says that it was edited ({}). Send it as the camera has saved it."
        }
        Problem::DeclaredGenerated => {
            "The picture's own record says that it was made by a program, not by a camera. Take a photo on site."
        }
        Problem::NotAsked => {
            "This does not look like the photo that was asked for. See the example, and take it again."
        }
    }
}
