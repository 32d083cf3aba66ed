//! From the text of `application.yaml` to an [`Application`], with every problem at once.

mod application;
mod characters;
mod checks;
mod concepts;
mod groups;
mod metadata;
mod model_input;
mod models;
mod names;
mod observe;
mod outcome;
mod places;
mod readers;
mod references;
mod scalars;
mod tasks;
mod texts;
mod work_order_types;

use indexmap::IndexMap;

use super::{
    Application, ModelFile, ModelSpec, ReaderSpec,
    problem::{Problem, Problems},
    yaml::{self, Fields},
};
use crate::text::Language;

pub(crate) use application::MOST_TASKS;
pub use names::is_reserved;
pub(crate) use names::path;
pub(crate) use places::{Places, RulePlaces, Source};
pub(crate) use scalars::{items, text};

/// What is in a model's file at a path, relative to the application's folder; `None`: there is no such file, or it is
/// neither a model nor a text.
pub type ModelFiles<'a> = &'a dyn Fn(&str) -> Option<ModelFile>;

/// Reads and checks `application.yaml`, all but its rules: [`super::load`] checks those too.
///
/// # Errors
/// Every problem of the file, in its order.
pub fn parse(yaml: &str, files: ModelFiles<'_>) -> Result<Application, Vec<Problem>> {
    let parsed = parse_with_places(yaml, files);
    match parsed.application {
        Some(application) if parsed.problems.is_empty() => Ok(application),
        _ => Err(parsed.problems.into_list()),
    }
}

/// Reads the models of an `application.yaml`, or of a file with nothing else in it.
///
/// # Errors
/// Every problem of the models, in their order.
pub fn parse_models(yaml: &str, files: ModelFiles<'_>) -> Result<IndexMap<String, ModelSpec>, Vec<Problem>> {
    let root = yaml::read(yaml).map_err(|problem| vec![problem])?;
    let mut context = Context { problems: Problems::default(), languages: Vec::new(), places: Places::default() };
    let mut models = IndexMap::new();
    if let Some(mut fields) = Fields::open(&root, "the file", &mut context.problems)
        && let Some(node) = fields.require("models", "Write the models as in application.yaml.", &mut context.problems)
    {
        models = models::read(node, files, &mut context);
    }
    if context.problems.is_empty() { Ok(models) } else { Err(context.problems.into_list()) }
}

/// A file that was read as far as it goes.
pub(crate) struct Parsed {
    /// Only complete when there are no problems.
    pub(crate) application: Option<Application>,
    /// Where its rules are, so that what is wrong in them can be told by line.
    pub(crate) places: Places,
    pub(crate) problems: Problems,
}

pub(crate) fn parse_with_places(yaml: &str, files: ModelFiles<'_>) -> Parsed {
    let root = match yaml::read(yaml) {
        Ok(root) => root,
        Err(problem) => {
            return Parsed { application: None, places: Places::default(), problems: Problems::one(problem) };
        }
    };
    let mut context = Context { problems: Problems::default(), languages: Vec::new(), places: Places::default() };
    let application = application::read(&root, files, &mut context);
    Parsed { application, places: context.places, problems: context.problems }
}

/// What task groups can let look at their photos.
#[derive(Clone, Copy)]
struct Lookers<'a> {
    models: &'a IndexMap<String, ModelSpec>,
    readers: &'a IndexMap<String, ReaderSpec>,
}

/// What every part of the file is read with.
struct Context {
    problems: Problems,
    /// Of the application, the default first.
    languages: Vec<Language>,
    places: Places,
}
