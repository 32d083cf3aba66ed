//! What every check says of some photos, one after the other.

use std::path::Path;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use fieldproof_domain::{
    check::{Check, CheckSettings, DuplicateMatch, Evidence, Level, Reading, readings},
    observation::{PerceptualHash, PhotoMeasures},
};
use fieldproof_vision::{Cuts, Limits, PageLimits, PdfError, PdfPage, WorkingScale, decode, is_pdf, pdf_pages};
use serde_json::{Map, Value};

use super::show::Looked;
use crate::command::app::CheckedFolder;

/// What the photos are judged by.
pub(super) struct Judge {
    pub(super) settings: CheckSettings,
    /// Whose models look, and the task group.
    pub(super) application: Option<(CheckedFolder, String)>,
    /// Of the work order.
    pub(super) metadata: Map<String, Value>,
    /// Of each photo.
    pub(super) input_metadata: Map<String, Value>,
    pub(super) now: DateTime<Utc>,
    earlier: Vec<Seen>,
}

/// A photo to compare later ones with.
struct Seen {
    bytes: Vec<u8>,
    perceptual: Option<PerceptualHash>,
    cuts: Option<Cuts>,
}

impl Seen {
    /// As a whole, or as a part if that is nearer.
    fn distance(&self, other: &Self) -> Option<u32> {
        if self.bytes == other.bytes {
            return Some(0);
        }
        let whole = self.perceptual.zip(other.perceptual).and_then(|(one, other)| one.distance(&other));
        let part = self.cuts.as_ref().zip(other.cuts.as_ref());
        let part = part.and_then(|(cuts, other)| cuts.distance_to(&other.middle()));
        whole.into_iter().chain(part).min()
    }
}

/// The checks that need nothing but the photo are on, the others are off.
fn photo_alone() -> CheckSettings {
    let mut settings = CheckSettings::default();
    let needs_more =
        |check: &Check| matches!(check, Check::Framing | Check::Location | Check::CaptureTime | Check::Content);
    for check in Check::ALL.into_iter().filter(|check| !needs_more(check)) {
        *settings.level_mut(check) = Level::Warning;
    }
    settings
}

impl Judge {
    /// By the checks of a task group; without an application by the default thresholds.
    pub(super) fn new(application: Option<(CheckedFolder, String)>, now: DateTime<Utc>) -> anyhow::Result<Self> {
        let settings = match &application {
            None => photo_alone(),
            Some((folder, group)) => {
                let groups = &folder.application().task_groups;
                let names = || groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>().join(", ");
                let found = groups.iter().find(|found| found.name == *group);
                let found = found
                    .with_context(|| format!("the application has no task group '{group}': use one of {}", names()))?;
                found.checks.clone()
            }
        };
        let (metadata, input_metadata) = (Map::new(), Map::new());
        Ok(Self { settings, application, metadata, input_metadata, now, earlier: Vec::new() })
    }

    /// What the checks measure on a photo, or on each page of a PDF document.
    pub(super) fn look(&mut self, file: &Path) -> Vec<Looked> {
        let looked = |page, found| Looked { file: file.display().to_string(), page, found };
        let bytes = match std::fs::read(file) {
            Ok(bytes) => bytes,
            Err(error) => return vec![looked(None, Err(error.to_string()))],
        };
        if !is_pdf(&bytes) {
            return vec![looked(None, self.look_at(bytes, None, false))];
        }
        let mut pages = Vec::new();
        let rendered = pdf_pages(bytes, &PageLimits::default(), |PdfPage { jpeg, has_text }| {
            let number = Some(pages.len() as u32 + 1);
            pages.push(looked(number, self.look_at(jpeg, number, has_text)));
            Ok::<_, PdfError>(())
        });
        pages.extend(rendered.err().map(|error| looked(None, Err(error.to_string()))));
        pages
    }

    fn look_at(&mut self, bytes: Vec<u8>, page: Option<u32>, has_text: bool) -> Result<Vec<Reading>, String> {
        let scale = match &self.application {
            Some((folder, group)) => folder.loaded().working_scale(group),
            None => WorkingScale::default(),
        };
        let photo = decode(&bytes, &Limits::default(), scale).map_err(|error| error.to_string())?;
        let observed = match &self.application {
            Some((folder, group)) => Some(folder.loaded().observe(group, &photo, &bytes)?),
            None => None,
        };
        let measures = PhotoMeasures { recapture: Some(photo.recapture()), ..photo.measures() };
        let traces = photo.edit_traces(&bytes);
        // As the server has it: forms look alike.
        let (perceptual, cuts) = if has_text { (None, None) } else { (photo.perceptual_hash(), photo.cuts()) };
        let seen = Seen { perceptual, cuts, bytes };
        let nearest = self.earlier.iter().filter_map(|other| seen.distance(other)).min();
        self.earlier.push(seen);
        let evidence = Evidence {
            facts: photo.facts(),
            measures: &measures,
            traces: &traces,
            duplicate: nearest.map(|distance| DuplicateMatch { distance }),
            order_metadata: &self.metadata,
            input_metadata: &self.input_metadata,
            received_at: self.now,
            page,
            observed: observed.as_ref(),
        };
        Ok(readings(&evidence, &self.settings))
    }
}
