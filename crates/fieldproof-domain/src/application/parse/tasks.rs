//! `tasks`: level 2 of a task group.

use super::{
    Context, RulePlaces, Source,
    names::{Unique, slug},
    outcome,
    scalars::{boolean, items, text, word},
    texts::localised,
};
use crate::{
    application::{
        Task, TaskType,
        yaml::{Fields, Node, to_json},
    },
    text::Text,
    work_order::TaskValue,
};

const TYPES: [(&str, TaskType); 3] =
    [("Boolean", TaskType::Boolean), ("Number", TaskType::Number), ("Text", TaskType::Text)];

/// Reads the tasks of a group; their names are unique in the whole application.
pub(super) fn read(node: &Node, seen: &mut Unique, context: &mut Context) -> Vec<Task> {
    let list = items(node, "'tasks'", &mut context.problems);
    list.iter().filter_map(|item| task(item, seen, context)).collect()
}

fn task(node: &Node, seen: &mut Unique, context: &mut Context) -> Option<Task> {
    let mut fields = Fields::open(node, "a task", &mut context.problems)?;
    let mut name = String::new();
    if let Some(node) = fields.require("name", "Name the task.", &mut context.problems)
        && let Some(found) = slug(node, "The task name", &mut context.problems)
    {
        seen.check(&found, node, "The task", &mut context.problems);
        fields.what = format!("task '{found}'");
        name = found;
    }
    let kind = fields
        .require("type", "Write Boolean, Number or Text.", &mut context.problems)
        .and_then(|node| word(node, "'type'", &TYPES, &mut context.problems));
    let label = fields.get("label").and_then(|node| localised(node, "'label'", context));
    let value = fields.require("value", "Write the CEL expression that gives the value.", &mut context.problems);
    let value = value.and_then(|node| expression(node, "'value'", context));
    let regions = fields.get("regions").and_then(|node| expression(node, "'regions'", context));
    let conformity_status = flag(&mut fields, "conformity_status", true, context);
    let only_for_dashboard = flag(&mut fields, "only_for_dashboard", false, context);
    let mandatory = flag(&mut fields, "mandatory", true, context);
    let keep_once_validated = flag(&mut fields, "keep_once_validated", false, context);
    let default_value = fields.get("default_value").and_then(|node| default_value(node, kind, context));
    let (outcome_validation, schemas) =
        fields.get("outcome_validation").map(|node| outcome::read(node, context)).unwrap_or_default();
    fields.finish(&mut context.problems);
    let text_of = |source: &Option<Source>| source.as_ref().map(|source| source.scalar.text.clone());
    let task = Task {
        label: label.unwrap_or_else(|| Text::Same(name.clone())),
        kind: kind.unwrap_or(TaskType::Boolean),
        value: text_of(&value).unwrap_or_default(),
        regions: text_of(&regions),
        conformity_status,
        only_for_dashboard,
        mandatory,
        default_value,
        keep_once_validated,
        outcome_validation,
        name,
    };
    context.places.0.insert(task.name.clone(), RulePlaces { value, regions, schemas });
    Some(task)
}

/// `true` and `1` are expressions too, so any scalar will do.
fn expression(node: &Node, what: &str, context: &mut Context) -> Option<Source> {
    match node.scalar() {
        Some(scalar) if !scalar.text.trim().is_empty() => Some(Source { at: node.at, scalar: scalar.clone() }),
        Some(_) => {
            context.problems.add(node.at, format!("{what} is empty."), "Write a CEL expression.");
            None
        }
        None => {
            let fix = "Write a CEL expression in quotes: lists and maps of CEL look like YAML's without them.";
            context.problems.add(node.at, format!("{what} is {}.", node.describe()), fix);
            None
        }
    }
}

fn flag(fields: &mut Fields<'_>, key: &'static str, default: bool, context: &mut Context) -> bool {
    let found = fields.get(key).and_then(|node| boolean(node, &format!("'{key}'"), &mut context.problems));
    found.unwrap_or(default)
}

fn default_value(node: &Node, kind: Option<TaskType>, context: &mut Context) -> Option<TaskValue> {
    let kind = kind?;
    if kind == TaskType::Text {
        return text(node, "'default_value'", &mut context.problems).map(|text| TaskValue::Text(text.to_owned()));
    }
    let json = to_json(node, &mut context.problems);
    match (json.is_string(), TaskValue::from_json(kind, &json)) {
        (false, Ok(value)) => Some(value),
        _ => {
            let fix = format!("The task is of type {}: give a value of that type, or null.", kind.as_str());
            context.problems.add(node.at, format!("'default_value' is {}.", node.describe()), fix);
            None
        }
    }
}
