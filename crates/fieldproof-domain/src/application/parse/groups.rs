//! `task_groups`: the photos that are expected.

use super::{
    Context, Lookers, checks,
    names::{Unique, path, slug},
    observe,
    scalars::items,
    tasks,
    texts::localised,
};
use crate::{
    application::{
        MetadataSpec, TaskGroup,
        yaml::{Content, Fields, Node},
    },
    text::Text,
};

/// Most task groups of an application.
const MOST_GROUPS: usize = 100;

/// What task groups share while they are read.
struct Shared<'s> {
    lookers: Lookers<'s>,
    metadata: &'s [MetadataSpec],
    groups: Vec<&'s str>,
    group_names: Unique,
    task_names: Unique,
}

/// Reads the task groups.
pub(super) fn read(
    node: &Node,
    lookers: Lookers<'_>,
    metadata: &[MetadataSpec],
    context: &mut Context,
) -> Vec<TaskGroup> {
    let list = items(node, "'task_groups'", &mut context.problems);
    if list.is_empty() && matches!(node.content, Content::List(_)) {
        context.problems.add(node.at, "'task_groups' is empty.", "Describe at least one photo that is expected.");
    }
    if list.len() > MOST_GROUPS {
        let message = format!("There are {} task groups.", list.len());
        context.problems.add(node.at, message, format!("{MOST_GROUPS} at most."));
        return Vec::new();
    }
    // A group may name one that comes later.
    let groups = list.iter().filter_map(written_name).collect();
    let (group_names, task_names) = (Unique::default(), Unique::default());
    let mut shared = Shared { lookers, metadata, groups, group_names, task_names };
    list.iter().filter_map(|item| group(item, &mut shared, context)).collect()
}

fn written_name(node: &Node) -> Option<&str> {
    let Content::Map(entries) = &node.content else { return None };
    let is_name = |key: &Node| key.scalar().is_some_and(|scalar| scalar.text == "name");
    entries
        .iter()
        .find(|(key, _)| is_name(key))
        .and_then(|(_, value)| value.scalar())
        .map(|scalar| scalar.text.as_str())
}

fn group(node: &Node, shared: &mut Shared<'_>, context: &mut Context) -> Option<TaskGroup> {
    let mut fields = Fields::open(node, "a task group", &mut context.problems)?;
    let mut name = written_name(node).unwrap_or_default().to_owned();
    if let Some(node) =
        fields.require("name", "Name the task group: it is the 'context' of an analysis.", &mut context.problems)
        && let Some(found) = slug(node, "The task group name", &mut context.problems)
    {
        shared.group_names.check(&found, node, "The task group", &mut context.problems);
        fields.what = format!("task group '{found}'");
        name = found;
    }
    let display_name = fields.get("display_name").and_then(|node| localised(node, "'display_name'", context));
    let description = fields.get("description").and_then(|node| localised(node, "'description'", context));
    let examples = fields.get("examples").map(|node| examples(node, context)).unwrap_or_default();
    let checks_node = fields.get("checks");
    let observe = fields
        .get("observe")
        .map(|node| observe::read(node, shared.lookers, &mut context.problems))
        .unwrap_or_default();
    let known = checks::Known {
        group: &name,
        groups: &shared.groups,
        metadata: shared.metadata,
        models: shared.lookers.models,
        observe: &observe,
    };
    let checks = checks_node.map(|node| checks::read(node, &known, &mut context.problems)).unwrap_or_default();
    let tasks = fields.get("tasks").map(|node| tasks::read(node, &mut shared.task_names, context)).unwrap_or_default();
    fields.finish(&mut context.problems);
    Some(TaskGroup {
        display_name: display_name.unwrap_or_else(|| Text::Same(name.clone())),
        name,
        description: description.unwrap_or_else(|| Text::from("")),
        examples,
        checks,
        observe,
        tasks,
    })
}

fn examples(node: &Node, context: &mut Context) -> Vec<String> {
    let problems = &mut context.problems;
    items(node, "'examples'", problems).iter().filter_map(|item| path(item, "The example", problems)).collect()
}
