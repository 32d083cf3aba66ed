//! From the text of `application.yaml` to an [`Application`], with every problem at once.

mod application;
mod checks;
mod groups;
mod metadata;
mod models;
mod names;
mod outcome;
mod places;
mod scalars;
mod tasks;
mod texts;
mod work_order_types;

use super::{
    Application,
    problem::{Problem, Problems},
    yaml,
};
use crate::text::Language;

pub(crate) use names::path;
pub(crate) use places::{Places, RulePlaces, Source};
pub(crate) use scalars::{items, text};

/// Reads and checks `application.yaml`, all but its rules: [`super::load`] checks those too.
///
/// # Errors
/// Every problem of the file, in its order.
pub fn parse(yaml: &str) -> Result<Application, Vec<Problem>> {
    parse_with_places(yaml).map(|(application, _)| application)
}

/// As [`parse`], with the places of the rules, so that what is wrong in them can be told by line.
pub(crate) fn parse_with_places(yaml: &str) -> Result<(Application, Places), Vec<Problem>> {
    let root = yaml::read(yaml).map_err(|problem| vec![problem])?;
    let mut context = Context { problems: Problems::default(), languages: Vec::new(), places: Places::default() };
    let application = application::read(&root, &mut context);
    match application {
        Some(application) if context.problems.is_empty() => Ok((application, context.places)),
        _ => Err(context.problems.into_list()),
    }
}

/// What every part of the file is read with.
struct Context {
    problems: Problems,
    /// Of the application, the default first.
    languages: Vec<Language>,
    places: Places,
}
