//! The checks that look at pixels.

use super::threshold;
use crate::{
    application::{
        parse::scalars::{items, text, whole},
        problem::Problems,
        suggest::did_you_mean,
        yaml::{Fields, Node},
    },
    check::{BlurSettings, BrightnessSettings, DuplicateSettings, ResolutionSettings, ScreenSettings},
};

pub(super) fn blur(fields: &mut Fields<'_>, settings: &mut BlurSettings, problems: &mut Problems) {
    threshold(fields, "min_sharpness", (0.0, f64::INFINITY), &mut settings.min_sharpness, problems);
}

pub(super) fn brightness(fields: &mut Fields<'_>, settings: &mut BrightnessSettings, problems: &mut Problems) {
    threshold(fields, "min_light", (0.0, 255.0), &mut settings.min_light, problems);
    threshold(fields, "max_burnt", (0.0, 100.0), &mut settings.max_burnt, problems);
    threshold(fields, "min_middle", (0.0, 255.0), &mut settings.min_middle, problems);
}

pub(super) fn duplicate(
    fields: &mut Fields<'_>,
    settings: &mut DuplicateSettings,
    groups: &[&str],
    problems: &mut Problems,
) {
    if let Some(node) = fields.get("max_distance") {
        let found = whole(node, "'max_distance'", (0, 256), problems);
        settings.max_distance = found.unwrap_or(settings.max_distance);
    }
    if let Some(node) = fields.get("ignore_groups") {
        settings.ignore_groups = ignored(node, groups, problems);
    }
}

pub(super) fn resolution(fields: &mut Fields<'_>, settings: &mut ResolutionSettings, problems: &mut Problems) {
    if let Some(node) = fields.get("min_short_side") {
        let found = whole(node, "'min_short_side'", (1, 65_535), problems);
        settings.min_short_side = found.unwrap_or(settings.min_short_side);
    }
}

pub(super) fn screen(fields: &mut Fields<'_>, settings: &mut ScreenSettings, problems: &mut Problems) {
    threshold(fields, "max_score", (0.0, 1.0), &mut settings.max_score, problems);
}

fn ignored(node: &Node, groups: &[&str], problems: &mut Problems) -> Vec<String> {
    let mut ignored = Vec::new();
    for item in items(node, "'ignore_groups'", problems) {
        let Some(name) = text(item, "A task group in 'ignore_groups'", problems) else { continue };
        if !groups.contains(&name) {
            let fix = did_you_mean(name, groups.iter().copied(), "Name a task group of this application.");
            problems.add(item.at, format!("The task group '{name}' in 'ignore_groups' is unknown."), fix);
        }
        ignored.push(name.to_owned());
    }
    ignored
}
