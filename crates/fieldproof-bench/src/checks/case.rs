//! One picture, and whether the check that it is for finds something wrong with it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use fieldproof_domain::check::{Check, CheckSettings, DuplicateMatch, Level};
use fieldproof_vision::{Limits, Photo, WorkingScale, decode};

use crate::bare::judge_photo;

/// A line of the list.
pub(super) struct Case {
    pub(super) check: Check,
    /// What was done to the picture.
    pub(super) kind: String,
    /// Whether the check has to find it.
    pub(super) is_bad: bool,
    file: String,
    /// The file that came before; empty where that does not matter.
    before: String,
}

impl Case {
    pub(super) fn read_all(folder: &Path) -> Result<Vec<Self>> {
        let list = folder.join("cases.tsv");
        let text = std::fs::read_to_string(&list).with_context(|| list.display().to_string())?;
        text.lines().map(Self::read).collect()
    }

    fn read(line: &str) -> Result<Self> {
        let [check, kind, expected, _photo, file, before] = line.split('\t').collect::<Vec<_>>()[..] else {
            bail!("a line has other columns than check, kind, expected, photo, file and before: {line}");
        };
        let check = Check::ALL.into_iter().find(|known| known.name() == check);
        Ok(Self {
            check: check.with_context(|| format!("no such check: {line}"))?,
            kind: kind.to_owned(),
            is_bad: expected == "bad",
            file: file.to_owned(),
            before: before.to_owned(),
        })
    }
}

/// Judges cases, each by its check alone, as it is by default.
pub(super) struct Judge {
    folder: PathBuf,
}

impl Judge {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    pub(super) fn is_found(&self, case: &Case) -> Result<bool> {
        let photo = self.photo(&case.file)?;
        let before = if case.before.is_empty() { None } else { Some(self.photo(&case.before)?) };
        let mut settings = CheckSettings::default();
        *settings.level_mut(case.check) = Level::Warning;
        let duplicate = before.and_then(|before| distance(&photo, &before)).map(|distance| DuplicateMatch { distance });
        Ok(!judge_photo(&photo, duplicate, &settings).is_empty())
    }

    fn photo(&self, file: &str) -> Result<Photo> {
        let bytes = std::fs::read(self.folder.join(file)).with_context(|| file.to_owned())?;
        decode(&bytes, &Limits::default(), WorkingScale::default()).map_err(|error| anyhow!("{file}: {error}"))
    }
}

/// As the server finds it: as a whole, or as a part.
fn distance(photo: &Photo, before: &Photo) -> Option<u32> {
    let whole = photo.perceptual_hash().zip(before.perceptual_hash()).and_then(|(one, other)| one.distance(&other));
    let part = photo.cuts().zip(before.cuts()).and_then(|(one, other)| one.distance_to(&other.middle()));
    whole.into_iter().chain(part).min()
}
