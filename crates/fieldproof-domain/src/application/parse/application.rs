//! The top of the file.

use super::{
    Context, Lookers, ModelFiles, groups, metadata, models, names::slug, readers, scalars::text, texts,
    work_order_types,
};
use crate::{
    application::{
        Application,
        problem::Problems,
        yaml::{Fields, Node},
    },
    text::Language,
};

/// Most tasks of an application, all task groups together.
pub(crate) const MOST_TASKS: usize = 300;

/// Reads the whole file; the result is only complete when no problem was noted.
pub(super) fn read(root: &Node, files: ModelFiles<'_>, context: &mut Context) -> Option<Application> {
    let mut fields = Fields::open(root, "the application", &mut context.problems)?;
    let name = fields
        .require("name", "Name the application, such as 'fibre-cabinet'.", &mut context.problems)
        .and_then(|node| slug(node, "The application's name", &mut context.problems));
    let version = fields
        .require("version", "Write it in quotes: version: \"1.0\".", &mut context.problems)
        .and_then(|node| version(node, &mut context.problems));
    context.languages = match fields.get("languages") {
        Some(node) => texts::languages(node, context),
        None => vec![Language::En],
    };
    let models = fields.get("models").map(|node| models::read(node, files, context)).unwrap_or_default();
    let readers =
        fields.get("readers").map(|node| readers::read(node, &models, &mut context.problems)).unwrap_or_default();
    let metadata = fields.get("metadata").map(|node| metadata::read(node, context)).unwrap_or_default();
    let task_groups = fields
        .require("task_groups", "Describe at least one photo that is expected.", &mut context.problems)
        .map(|node| groups::read(node, Lookers { models: &models, readers: &readers }, &metadata, context))
        .unwrap_or_default();
    let tasks: usize = task_groups.iter().map(|group| group.tasks.len()).sum();
    if tasks > MOST_TASKS {
        let fix = format!("{MOST_TASKS} at most: split the application in two.");
        context.problems.add(fields.at, format!("There are {tasks} tasks."), fix);
    }
    let work_order_types = fields
        .get("work_order_types")
        .map(|node| work_order_types::read(node, &task_groups, context))
        .unwrap_or_default();
    fields.finish(&mut context.problems);
    Some(Application {
        name: name.unwrap_or_default(),
        version: version.unwrap_or_default(),
        languages: std::mem::take(&mut context.languages),
        models,
        readers,
        metadata,
        work_order_types,
        task_groups,
    })
}

/// `major.minor`.
fn version(node: &Node, problems: &mut Problems) -> Option<String> {
    let fix = "Write major.minor in quotes, such as \"1.0\": without quotes 1.10 would be the number 1.1.";
    if let Some(scalar) = node.scalar()
        && scalar.number().is_some()
    {
        problems.add(node.at, format!("The version is {}.", node.describe()), fix);
        return None;
    }
    let version = text(node, "The version", problems)?;
    let part = |part: &str| {
        (1..=9).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_digit())
            && (part == "0" || !part.starts_with('0'))
    };
    if version.split_once('.').is_some_and(|(major, minor)| part(major) && part(minor)) {
        return Some(version.to_owned());
    }
    problems.add(node.at, format!("The version is {}, not major.minor.", node.describe()), fix);
    None
}
