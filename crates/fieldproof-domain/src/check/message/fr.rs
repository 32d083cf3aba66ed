//! In French.

use crate::check::Problem;

/// `{}` stands for what was measured, or for a name.
pub(super) fn wording(problem: Problem) -> &'static str {
    match problem {
        Problem::Blurred => {
            "La photo est floue. Tenez le téléphone immobile, touchez le sujet pour faire la mise au point et reprenez la photo."
        }
        Problem::TooDark => "La photo est trop sombre. Activez le flash ou éclairez la scène, puis reprenez la photo.",
        Problem::TooBright => {
            "La photo est trop claire. Évitez le soleil direct et les reflets, puis reprenez la photo."
        }
        Problem::Backlit => {
            "La lumière est derrière le sujet, qui est sombre. Changez de côté ou activez le flash, puis reprenez la photo."
        }
        Problem::SeenBefore => "Cette image a déjà été envoyée. Prenez une nouvelle photo sur place.",
        Problem::TooSmall => {
            "La photo n'a pas assez de pixels. Choisissez une résolution plus élevée dans les réglages de l'appareil et reprenez la photo."
        }
        Problem::CutOff => {
            "Le sujet est coupé au bord de la photo. Reculez jusqu'à ce qu'il soit entièrement visible et reprenez la photo."
        }
        Problem::SubjectTooSmall => "Le sujet est trop petit sur la photo. Approchez-vous et reprenez la photo.",
        Problem::Recaptured => {
            "Cette image semble être la photo d'un écran ou d'une image imprimée. Photographiez l'équipement lui-même."
        }
        Problem::FarAway => {
            "La photo a été prise à {} du lieu de l'ordre de travail. Prenez-la sur place ou vérifiez que c'est le bon ordre de travail."
        }
        Problem::PlaceUnknown => {
            "La photo n'indique pas où elle a été prise. Autorisez l'appareil photo à utiliser votre position et reprenez la photo."
        }
        Problem::TooOld => "La photo a été prise il y a {} heures. Prenez-en une nouvelle maintenant.",
        Problem::InFuture => {
            "La photo indique une heure de prise de vue dans le futur. Réglez la date et l'heure du téléphone et reprenez la photo."
        }
        Problem::OutsideIntervention => {
            "La photo n'a pas été prise pendant l'intervention. Prenez-en une nouvelle ou faites corriger les dates de l'ordre de travail."
        }
        Problem::ClocksDiffer => {
            "L'heure inscrite dans la photo n'est pas celle à laquelle le téléphone l'a prise. Prenez une nouvelle photo au lieu d'en choisir une dans la galerie."
        }
        Problem::TimeUnknown => {
            "La photo n'indique pas quand elle a été prise. Envoyez-la telle que l'appareil l'a enregistrée, sans passer par une messagerie."
        }
        Problem::EditedBySoftware => {
            "La photo a été modifiée avec {}. Envoyez-la telle que l'appareil l'a enregistrée."
        }
        Problem::ThumbnailDiffers => {
            "La photo a été modifiée après la prise de vue : la petite image que l'appareil y a laissée montre autre chose. Envoyez l'original."
        }
        Problem::DeclaredEdited => {
            "L'historique de la photo indique qu'elle a été modifiée ({}). Envoyez-la telle que l'appareil l'a enregistrée."
        }
        Problem::DeclaredGenerated => {
            "L'historique de l'image indique qu'elle a été créée par un programme et non par un appareil photo. Prenez une photo sur place."
        }
        Problem::NotAsked => "Cela ne ressemble pas à la photo demandée. Regardez l'exemple et reprenez la photo.",
    }
}
