//! The checks that look at what a photo and its work order say.

use super::threshold;
use crate::{
    application::{
        MetadataSpec,
        parse::scalars::{items, text},
        problem::Problems,
        suggest::did_you_mean,
        yaml::{Content, Fields, Node},
    },
    check::{CaptureTimeSettings, EditedSettings, LocationSettings},
};

/// Half of the Earth's circumference, metres: nothing is farther away.
const FARTHEST: f64 = 20_100_000.0;
/// Hours of a century.
const LONGEST: f64 = 876_600.0;
const MINUTES_OF_A_DAY: f64 = 1440.0;

pub(super) fn location(
    fields: &mut Fields<'_>,
    settings: &mut LocationSettings,
    metadata: &[MetadataSpec],
    problems: &mut Problems,
) {
    threshold(fields, "max_metres", (0.0, FARTHEST), &mut settings.max_metres, problems);
    let Some(node) = fields.get("place") else { return };
    let names = match &node.content {
        Content::List(_) => items(node, "'place'", problems),
        _ => std::slice::from_ref(node),
    };
    if names.is_empty() || names.len() > 2 {
        let fix = "Name one entry that holds the place, or those of its latitude and its longitude.";
        problems.add(node.at, format!("'place' has {} entries.", names.len()), fix);
        return;
    }
    settings.place = names.iter().filter_map(|node| entry(node, "place", metadata, problems)).collect();
}

pub(super) fn capture_time(
    fields: &mut Fields<'_>,
    settings: &mut CaptureTimeSettings,
    metadata: &[MetadataSpec],
    problems: &mut Problems,
) {
    threshold(fields, "max_age_hours", (0.0, LONGEST), &mut settings.max_age_hours, problems);
    threshold(fields, "max_ahead_minutes", (0.0, MINUTES_OF_A_DAY), &mut settings.max_ahead_minutes, problems);
    threshold(fields, "max_drift_minutes", (0.0, MINUTES_OF_A_DAY), &mut settings.max_drift_minutes, problems);
    if let Some(node) = fields.get("from") {
        settings.from = entry(node, "from", metadata, problems);
    }
    if let Some(node) = fields.get("until") {
        settings.until = entry(node, "until", metadata, problems);
    }
}

pub(super) fn edited(fields: &mut Fields<'_>, settings: &mut EditedSettings, problems: &mut Problems) {
    threshold(fields, "max_difference", (0.0, 1.0), &mut settings.max_difference, problems);
    if let Some(node) = fields.get("allow_software") {
        let names = items(node, "'allow_software'", problems).iter();
        let names = names.filter_map(|node| text(node, "A program in 'allow_software'", problems));
        settings.allow_software = names.map(str::to_owned).collect();
    }
}

/// The name of an entry of the work orders' metadata: a misspelt one would switch the check off without a word.
fn entry(node: &Node, key: &str, metadata: &[MetadataSpec], problems: &mut Problems) -> Option<String> {
    let name = text(node, &format!("'{key}'"), problems)?;
    if !metadata.iter().any(|entry| entry.name == name) {
        let known = metadata.iter().map(|entry| entry.name.as_str());
        let fix = did_you_mean(name, known, "Declare it under 'metadata' of the application.");
        problems.add(node.at, format!("'{key}' names '{name}', which is no metadata of this application."), fix);
    }
    Some(name.to_owned())
}
