//! What the worker reads: what is wrong, and what to do next, in four languages.

use super::{Finding, Problem};
use crate::text::Language;

impl Finding {
    /// The `message` of the contract, in `language`; says what to do next.
    pub fn message(&self, language: Language) -> &'static str {
        match (self.problem, language) {
            (Problem::Blurred, Language::En) => {
                "The photo is blurred. Hold the phone still, tap the subject to focus, and take it again."
            }
            (Problem::Blurred, Language::Fr) => {
                "La photo est floue. Tenez le téléphone immobile, touchez le sujet pour faire la mise au point et reprenez la photo."
            }
            (Problem::Blurred, Language::De) => {
                "Das Foto ist unscharf. Halten Sie das Telefon ruhig, tippen Sie zum Scharfstellen auf das Motiv und fotografieren Sie erneut."
            }
            (Problem::Blurred, Language::Es) => {
                "La foto está borrosa. Mantenga el teléfono quieto, toque el motivo para enfocar y repita la foto."
            }
            (Problem::TooDark, Language::En) => {
                "The photo is too dark. Turn on the flash or add light, and take it again."
            }
            (Problem::TooDark, Language::Fr) => {
                "La photo est trop sombre. Activez le flash ou éclairez la scène, puis reprenez la photo."
            }
            (Problem::TooDark, Language::De) => {
                "Das Foto ist zu dunkel. Schalten Sie den Blitz ein oder sorgen Sie für Licht und fotografieren Sie erneut."
            }
            (Problem::TooDark, Language::Es) => {
                "La foto está demasiado oscura. Encienda el flash o ilumine la escena y repita la foto."
            }
            (Problem::TooBright, Language::En) => {
                "The photo is too bright. Avoid direct sun and reflections, and take it again."
            }
            (Problem::TooBright, Language::Fr) => {
                "La photo est trop claire. Évitez le soleil direct et les reflets, puis reprenez la photo."
            }
            (Problem::TooBright, Language::De) => {
                "Das Foto ist zu hell. Vermeiden Sie direkte Sonne und Spiegelungen und fotografieren Sie erneut."
            }
            (Problem::TooBright, Language::Es) => {
                "La foto está demasiado clara. Evite el sol directo y los reflejos y repita la foto."
            }
            (Problem::SeenBefore, Language::En) => "This picture was sent before. Take a new photo on site.",
            (Problem::SeenBefore, Language::Fr) => {
                "Cette image a déjà été envoyée. Prenez une nouvelle photo sur place."
            }
            (Problem::SeenBefore, Language::De) => {
                "Dieses Bild wurde schon einmal gesendet. Nehmen Sie vor Ort ein neues Foto auf."
            }
            (Problem::SeenBefore, Language::Es) => "Esta imagen ya se envió antes. Tome una foto nueva en el lugar.",
            (Problem::TooSmall, Language::En) => {
                "The photo has too few pixels. Choose a higher resolution in the camera settings and take it again."
            }
            (Problem::TooSmall, Language::Fr) => {
                "La photo n'a pas assez de pixels. Choisissez une résolution plus élevée dans les réglages de l'appareil et reprenez la photo."
            }
            (Problem::TooSmall, Language::De) => {
                "Das Foto hat zu wenige Pixel. Wählen Sie in den Kameraeinstellungen eine höhere Auflösung und fotografieren Sie erneut."
            }
            (Problem::TooSmall, Language::Es) => {
                "La foto tiene muy pocos píxeles. Elija una resolución mayor en los ajustes de la cámara y repita la foto."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Level;

    #[test]
    fn every_problem_has_its_own_wording_in_every_language() {
        let mut seen = std::collections::HashSet::new();
        for problem in Problem::ALL {
            for language in Language::ALL {
                let finding = Finding { problem, level: Level::Error, value: 0.0, threshold: 0.0 };
                assert!(seen.insert(finding.message(language)), "{problem:?} {language:?}");
            }
        }
    }
}
