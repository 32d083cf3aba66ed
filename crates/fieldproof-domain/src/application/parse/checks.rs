//! `checks`: level 1 of a task group.

use super::{
    Context,
    scalars::{items, number, text, whole, word},
};
use crate::{
    application::{
        problem::Problems,
        suggest::did_you_mean,
        yaml::{Content, Fields, Node},
    },
    check::{CheckSettings, Level},
};

const LEVELS: [(&str, Level); 4] =
    [("off", Level::Off), ("information", Level::Information), ("warning", Level::Warning), ("error", Level::Error)];

/// Reads the checks of a task group. `groups` are the names of all task groups.
pub(super) fn read(node: &Node, groups: &[&str], context: &mut Context) -> CheckSettings {
    let problems = &mut context.problems;
    let mut settings = CheckSettings::default();
    let Some(mut fields) = Fields::open(node, "'checks'", problems) else { return settings };
    if let Some(node) = fields.get("blur") {
        let blur = &mut settings.blur;
        check(node, "blur", &mut blur.level, problems, |fields, problems| {
            if let Some(node) = fields.get("min_sharpness") {
                let found = number(node, "'min_sharpness'", (0.0, f64::INFINITY), problems);
                blur.min_sharpness = found.unwrap_or(blur.min_sharpness);
            }
        });
    }
    if let Some(node) = fields.get("brightness") {
        let brightness = &mut settings.brightness;
        check(node, "brightness", &mut brightness.level, problems, |fields, problems| {
            if let Some(node) = fields.get("min") {
                brightness.min = number(node, "'min'", (0.0, 255.0), problems).unwrap_or(brightness.min);
            }
            if let Some(node) = fields.get("max") {
                brightness.max = number(node, "'max'", (0.0, 255.0), problems).unwrap_or(brightness.max);
            }
            if brightness.min >= brightness.max {
                let message = format!("'min' ({}) is not under 'max' ({}).", brightness.min, brightness.max);
                problems.add(fields.at, message, "No photo could pass: lower 'min' or raise 'max'.");
            }
        });
    }
    if let Some(node) = fields.get("duplicate") {
        let duplicate = &mut settings.duplicate;
        check(node, "duplicate", &mut duplicate.level, problems, |fields, problems| {
            if let Some(node) = fields.get("max_distance") {
                let found = whole(node, "'max_distance'", (0, 256), problems);
                duplicate.max_distance = found.unwrap_or(duplicate.max_distance);
            }
            if let Some(node) = fields.get("ignore_groups") {
                duplicate.ignore_groups = ignored(node, groups, problems);
            }
        });
    }
    if let Some(node) = fields.get("resolution") {
        let resolution = &mut settings.resolution;
        check(node, "resolution", &mut resolution.level, problems, |fields, problems| {
            if let Some(node) = fields.get("min_short_side") {
                let found = whole(node, "'min_short_side'", (1, 65_535), problems);
                resolution.min_short_side = found.unwrap_or(resolution.min_short_side);
            }
        });
    }
    fields.finish(problems);
    settings
}

/// A bare level, or a map with the level and the thresholds that `thresholds` reads.
fn check(
    node: &Node,
    name: &str,
    level: &mut Level,
    problems: &mut Problems,
    thresholds: impl FnOnce(&mut Fields<'_>, &mut Problems),
) {
    let what = format!("The level of check '{name}'");
    if !matches!(node.content, Content::Map(_)) {
        *level = word(node, &what, &LEVELS, problems).unwrap_or_default();
        return;
    }
    let Some(mut fields) = Fields::open(node, format!("check '{name}'"), problems) else { return };
    if let Some(node) = fields.require("level", "Write off, information, warning or error.", problems) {
        *level = word(node, &what, &LEVELS, problems).unwrap_or_default();
    }
    thresholds(&mut fields, problems);
    fields.finish(problems);
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
