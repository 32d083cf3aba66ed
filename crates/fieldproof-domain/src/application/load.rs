//! The ways from the text of `application.yaml` to something that judges photos.

use super::{
    Application, Problem,
    parse::{ModelFiles, parse_with_places},
};
use crate::rules::{RuleBook, note_unreadable_rules};

/// An `application.yaml`, read as far as it goes.
#[derive(Debug)]
pub struct Examined {
    /// What could be read; only complete when there are no problems. Good for looking at the files that it names.
    pub application: Option<Application>,
    /// Its rules, compiled; `None` unless everything is in order.
    pub rules: Option<RuleBook>,
    /// Every problem, in the order of the file. While the rest of the file is not in order, rules are only read: which
    /// names they may use depends on it.
    pub problems: Vec<Problem>,
}

/// Reads `application.yaml` and compiles its rules, trying each on made-up observations.
///
/// What it leaves out of its models is taken from what their files say, which `files` tells. Whether the files that it
/// names exist, and whether its models load, is for the caller: there is no IO here.
pub fn examine(yaml: &str, files: ModelFiles<'_>) -> Examined {
    let parsed = parse_with_places(yaml, files);
    let (application, mut problems) = (parsed.application, parsed.problems);
    let mut rules = None;
    match &application {
        Some(application) if problems.is_empty() => match RuleBook::compile_at(application, &parsed.places) {
            Ok(book) => rules = Some(book),
            Err(found) => problems = found,
        },
        Some(application) => note_unreadable_rules(application, &parsed.places, &mut problems),
        None => {}
    }
    Examined { application, rules, problems: problems.into_list() }
}

/// As [`examine`], for callers to whom only the whole is of use.
///
/// # Errors
/// Every problem, in the order of the file.
pub fn load(yaml: &str, files: ModelFiles<'_>) -> Result<(Application, RuleBook), Vec<Problem>> {
    let examined = examine(yaml, files);
    match (examined.application, examined.rules) {
        (Some(application), Some(rules)) => Ok((application, rules)),
        _ => Err(examined.problems),
    }
}
