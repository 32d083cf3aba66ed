//! The ways from the text of `application.yaml` to something that judges photos.

use super::{Application, Problem, parse::parse_with_places};
use crate::rules::RuleBook;

/// An `application.yaml`, read as far as it goes.
#[derive(Debug)]
pub struct Examined {
    /// What could be read; only complete when there are no problems. Good for looking at the files that it names.
    pub application: Option<Application>,
    /// Its rules, compiled; `None` unless everything is in order.
    pub rules: Option<RuleBook>,
    /// Every problem, in the order of the file. Rules are looked at once the rest of the file is in order, since what
    /// they may use depends on it.
    pub problems: Vec<Problem>,
}

/// Reads `application.yaml` and compiles its rules, trying each on made-up observations.
///
/// Whether the files it names exist, and whether its models load, is for the caller: there is no IO here.
pub fn examine(yaml: &str) -> Examined {
    let parsed = parse_with_places(yaml);
    let (application, mut problems) = (parsed.application, parsed.problems);
    let mut rules = None;
    if let Some(application) = application.as_ref().filter(|_| problems.is_empty()) {
        match RuleBook::compile_at(application, &parsed.places) {
            Ok(book) => rules = Some(book),
            Err(found) => problems = found,
        }
    }
    Examined { application, rules, problems }
}

/// As [`examine`], for callers to whom only the whole is of use.
///
/// # Errors
/// Every problem, in the order of the file.
pub fn load(yaml: &str) -> Result<(Application, RuleBook), Vec<Problem>> {
    let examined = examine(yaml);
    match (examined.application, examined.rules) {
        (Some(application), Some(rules)) => Ok((application, rules)),
        _ => Err(examined.problems),
    }
}
