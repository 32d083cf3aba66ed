//! In Spanish.

use crate::check::Problem;

/// `{}` stands for what was measured, or for a name.
pub(super) fn wording(problem: Problem) -> &'static str {
    match problem {
        Problem::Blurred => {
            "La foto está borrosa. Mantenga el teléfono quieto, toque el motivo para enfocar y repita la foto."
        }
        Problem::TooDark => "La foto está demasiado oscura. Encienda el flash o ilumine la escena y repita la foto.",
        Problem::TooBright => "La foto está demasiado clara. Evite el sol directo y los reflejos y repita la foto.",
        Problem::Backlit => {
            "La luz está detrás del motivo, que queda oscuro. Cambie de lado o encienda el flash y repita la foto."
        }
        Problem::SeenBefore => "Esta imagen ya se envió antes. Tome una foto nueva en el lugar.",
        Problem::TooSmall => {
            "La foto tiene muy pocos píxeles. Elija una resolución mayor en los ajustes de la cámara y repita la foto."
        }
        Problem::CutOff => {
            "El motivo queda cortado en el borde de la foto. Aléjese hasta que se vea entero y repita la foto."
        }
        Problem::SubjectTooSmall => "El motivo es demasiado pequeño en la foto. Acérquese y repita la foto.",
        Problem::Recaptured => "Parece una foto de una pantalla o de una imagen impresa. Fotografíe el equipo mismo.",
        Problem::FarAway => {
            "La foto se tomó a {} del lugar de la orden de trabajo. Tómela en el lugar o compruebe que es la orden correcta."
        }
        Problem::PlaceUnknown => {
            "La foto no indica dónde se tomó. Permita que la cámara use su ubicación y repita la foto."
        }
        Problem::TooOld => "La foto se tomó hace {} horas. Tome una nueva ahora.",
        Problem::InFuture => {
            "La foto indica una hora posterior a la actual. Ajuste la fecha y la hora del teléfono y repita la foto."
        }
        Problem::OutsideIntervention => {
            "La foto no se tomó durante la intervención. Tome una nueva o haga corregir las fechas de la orden de trabajo."
        }
        Problem::ClocksDiffer => {
            "La hora de la foto no es aquella en la que el teléfono la tomó. Tome una foto nueva en lugar de elegir una de la galería."
        }
        Problem::TimeUnknown => {
            "La foto no indica cuándo se tomó. Envíela tal como la guardó la cámara, sin pasar por una mensajería."
        }
        Problem::EditedBySoftware => "La foto se editó con {}. Envíela tal como la guardó la cámara.",
        Problem::ThumbnailDiffers => {
            "La foto se modificó después de tomarla: la imagen pequeña que la cámara dejó en ella muestra otra cosa. Envíe el original."
        }
        Problem::DeclaredEdited => {
            "Según su propio registro, la foto se editó ({}). Envíela tal como la guardó la cámara."
        }
        Problem::DeclaredGenerated => {
            "Según su propio registro, la imagen la creó un programa y no una cámara. Tome una foto en el lugar."
        }
        Problem::NotAsked => "No parece la foto que se pide. Mire el ejemplo y repita la foto.",
    }
}
