//! `checks`: level 1 of a task group.

mod metadata;
mod models;
mod pixels;

use indexmap::IndexMap;

use super::scalars::{number, word};
use crate::{
    application::{
        MetadataSpec, ModelSpec, Observe,
        problem::Problems,
        yaml::{Content, Fields, Node},
    },
    check::{Check, CheckSettings, Level},
};

const LEVELS: [(&str, Level); 4] =
    [("off", Level::Off), ("information", Level::Information), ("warning", Level::Warning), ("error", Level::Error)];

/// What the checks of a task group may name.
pub(super) struct Known<'a> {
    /// The task group.
    pub(super) group: &'a str,
    /// All task groups of the application.
    pub(super) groups: &'a [&'a str],
    /// What a work order says of itself.
    pub(super) metadata: &'a [MetadataSpec],
    /// All models of the application.
    pub(super) models: &'a IndexMap<String, ModelSpec>,
    /// Those that look at the photos of the task group.
    pub(super) observe: &'a IndexMap<String, Observe>,
}

/// Reads the checks of a task group.
pub(super) fn read(node: &Node, known: &Known<'_>, problems: &mut Problems) -> CheckSettings {
    let mut settings = CheckSettings::default();
    let Some(mut fields) = Fields::open(node, "'checks'", problems) else { return settings };
    for check in Check::ALL {
        let Some(node) = fields.get(check.key()) else { continue };
        let Some((level, thresholds)) = level(node, check, problems) else { continue };
        let Some(mut its) = thresholds else {
            *settings.level_mut(check) = level;
            // Without a model there is nothing to look with.
            if matches!(check, Check::Framing | Check::Content) && level != Level::Off {
                let fix = format!("Write {}: {{level: {}, model: NAME}}.", check.key(), level.as_str());
                problems.add(node.at, format!("Check '{}' does not name its model.", check.key()), fix);
            }
            continue;
        };
        let fields = &mut its;
        match check {
            Check::Blur => pixels::blur(fields, &mut settings.blur, problems),
            Check::Brightness => pixels::brightness(fields, &mut settings.brightness, problems),
            Check::Duplicate => pixels::duplicate(fields, &mut settings.duplicate, known.groups, problems),
            Check::Resolution => pixels::resolution(fields, &mut settings.resolution, problems),
            Check::Framing => models::framing(fields, &mut settings.framing, known, problems),
            Check::Screen => pixels::screen(fields, &mut settings.screen, problems),
            Check::Location => metadata::location(fields, &mut settings.location, known.metadata, problems),
            Check::CaptureTime => metadata::capture_time(fields, &mut settings.capture_time, known.metadata, problems),
            Check::Edited => metadata::edited(fields, &mut settings.edited, problems),
            Check::Content => models::content(fields, &mut settings.content, known, problems),
        }
        *settings.level_mut(check) = level;
        its.finish(problems);
    }
    fields.finish(problems);
    settings
}

/// A bare level, or a map with the level and the thresholds, which are still to be read.
fn level<'n>(node: &'n Node, check: Check, problems: &mut Problems) -> Option<(Level, Option<Fields<'n>>)> {
    let key = check.key();
    let what = format!("The level of check '{key}'");
    if !matches!(node.content, Content::Map(_)) {
        return Some((word(node, &what, &LEVELS, problems).unwrap_or_default(), None));
    }
    let mut fields = Fields::open(node, format!("check '{key}'"), problems)?;
    let level = fields
        .require("level", "Write off, information, warning or error.", problems)
        .and_then(|node| word(node, &what, &LEVELS, problems))
        .unwrap_or_default();
    Some((level, Some(fields)))
}

/// Puts the number at `key`, if there is one in that range, in the place of the default.
fn threshold(fields: &mut Fields<'_>, key: &'static str, range: (f64, f64), into: &mut f64, problems: &mut Problems) {
    if let Some(node) = fields.get(key) {
        *into = number(node, &format!("'{key}'"), range, problems).unwrap_or(*into);
    }
}
