//! In German.

use crate::check::Problem;

/// `{}` stands for what was measured, or for a name.
pub(super) fn wording(problem: Problem) -> &'static str {
    match problem {
        Problem::Blurred => {
            "Das Foto ist unscharf. Halten Sie das Telefon ruhig, tippen Sie zum Scharfstellen auf das Motiv und fotografieren Sie erneut."
        }
        Problem::TooDark => {
            "Das Foto ist zu dunkel. Schalten Sie den Blitz ein oder sorgen Sie für Licht und fotografieren Sie erneut."
        }
        Problem::TooBright => {
            "Das Foto ist zu hell. Vermeiden Sie direkte Sonne und Spiegelungen und fotografieren Sie erneut."
        }
        Problem::Backlit => {
            "Das Licht ist hinter dem Motiv, das dunkel ist. Wechseln Sie die Seite oder schalten Sie den Blitz ein und fotografieren Sie erneut."
        }
        Problem::SeenBefore => "Dieses Bild wurde schon einmal gesendet. Nehmen Sie vor Ort ein neues Foto auf.",
        Problem::TooSmall => {
            "Das Foto hat zu wenige Pixel. Wählen Sie in den Kameraeinstellungen eine höhere Auflösung und fotografieren Sie erneut."
        }
        Problem::CutOff => {
            "Das Motiv ist am Rand des Fotos abgeschnitten. Treten Sie zurück, bis es ganz im Bild ist, und fotografieren Sie erneut."
        }
        Problem::SubjectTooSmall => {
            "Das Motiv ist auf dem Foto zu klein. Gehen Sie näher heran und fotografieren Sie erneut."
        }
        Problem::Recaptured => {
            "Das sieht aus wie ein Foto von einem Bildschirm oder einem gedruckten Bild. Fotografieren Sie die Anlage selbst."
        }
        Problem::FarAway => {
            "Das Foto wurde {} vom Ort des Auftrags entfernt aufgenommen. Fotografieren Sie vor Ort oder prüfen Sie, ob es der richtige Auftrag ist."
        }
        Problem::PlaceUnknown => {
            "Das Foto sagt nicht, wo es aufgenommen wurde. Erlauben Sie der Kamera den Zugriff auf Ihren Standort und fotografieren Sie erneut."
        }
        Problem::TooOld => "Das Foto wurde vor {} Stunden aufgenommen. Nehmen Sie jetzt ein neues auf.",
        Problem::InFuture => {
            "Laut seiner Zeitangabe wurde das Foto später als jetzt aufgenommen. Stellen Sie Datum und Uhrzeit des Telefons und fotografieren Sie erneut."
        }
        Problem::OutsideIntervention => {
            "Das Foto wurde nicht während des Einsatzes aufgenommen. Nehmen Sie ein neues auf oder lassen Sie die Zeiten des Auftrags berichtigen."
        }
        Problem::ClocksDiffer => {
            "Die Zeit im Foto ist nicht die, zu der das Telefon es aufgenommen hat. Nehmen Sie ein neues Foto auf, statt eines aus der Galerie zu wählen."
        }
        Problem::TimeUnknown => {
            "Das Foto sagt nicht, wann es aufgenommen wurde. Senden Sie es so, wie die Kamera es gespeichert hat, nicht über einen Messenger."
        }
        Problem::EditedBySoftware => {
            "Das Foto wurde mit {} bearbeitet. Senden Sie es so, wie die Kamera es gespeichert hat."
        }
        Problem::ThumbnailDiffers => {
            "Das Foto wurde nach der Aufnahme verändert: Das kleine Bild, das die Kamera darin abgelegt hat, zeigt etwas anderes. Senden Sie das Original."
        }
        Problem::DeclaredEdited => {
            "Laut seinem eigenen Protokoll wurde das Foto bearbeitet ({}). Senden Sie es so, wie die Kamera es gespeichert hat."
        }
        Problem::DeclaredGenerated => {
            "Laut seinem eigenen Protokoll hat ein Programm das Bild erzeugt, keine Kamera. Nehmen Sie vor Ort ein Foto auf."
        }
        Problem::NotAsked => {
            "Das sieht nicht nach dem Foto aus, das verlangt ist. Sehen Sie sich das Beispiel an und fotografieren Sie erneut."
        }
    }
}
