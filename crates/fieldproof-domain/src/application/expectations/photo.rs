//! The photos of a work order in `tests.yaml`.

use std::collections::BTreeMap;

use super::ExpectedPhoto;
use crate::{
    application::{
        ActiveGroup, Application,
        parse::{items, path, text},
        problem::Problems,
        suggest::did_you_mean,
        yaml::{Content, Fields, Node, to_json},
    },
    check::Check,
    work_order::TaskValue,
};

/// Reads a photo; `types` are those of its work order.
pub(super) fn photo(
    node: &Node,
    application: &Application,
    types: &[String],
    problems: &mut Problems,
) -> Option<ExpectedPhoto> {
    let mut fields = Fields::open(node, "a photo", problems)?;
    let photo = fields.require("photo", "Name the photo's file.", problems);
    let photo = photo.and_then(|node| path(node, "The photo", problems)).unwrap_or_default();
    let active = application.active(types);
    let mut group = None;
    let mut task_group = String::new();
    if let Some(node) = fields.require("task_group", "Name the task group the photo is for.", problems)
        && let Some(name) = text(node, "The task group", problems)
    {
        let known = active.iter().map(|active| active.group.name.as_str());
        group = active.iter().find(|active| active.group.name == name);
        if group.is_none() {
            let fix = did_you_mean(name, known, "Name a task group that is active for the work order.");
            let why =
                if application.group(name).is_some() { "not active for this work order's types" } else { "unknown" };
            problems.add(node.at, format!("The task group '{name}' is {why}."), fix);
        }
        task_group = name.to_owned();
    }
    let checks = fields.get("checks").map(|node| checks(node, group, problems)).unwrap_or_default();
    let mut tasks = BTreeMap::new();
    if let Some(node) = fields.get("tasks") {
        tasks = expected_values(node, group, problems);
    }
    fields.finish(problems);
    Some(ExpectedPhoto { photo, task_group, checks, tasks })
}

fn checks(node: &Node, group: Option<&ActiveGroup<'_>>, problems: &mut Problems) -> Vec<Check> {
    let mut found = Vec::new();
    for item in items(node, "'checks'", problems) {
        let name = item.scalar().map_or("", |scalar| scalar.text.as_str());
        let Some(check) = Check::ALL.into_iter().find(|check| check.name() == name) else {
            let fix = did_you_mean(name, Check::ALL.map(Check::name), "");
            problems.add(item.at, format!("The check is {}.", item.describe()), fix);
            continue;
        };
        if found.last().is_some_and(|last| *last >= check) {
            let order = Check::ALL.map(Check::name).join(", ");
            problems.add(
                item.at,
                format!("The check '{name}' is out of order."),
                format!("Keep to this order: {order}."),
            );
        }
        if let Some(active) = group
            && !active.group.checks.is_on(check)
        {
            let fix = "Switch it on under 'checks' in application.yaml, or take it out here.";
            problems.add(item.at, format!("The check '{name}' is off in task group '{}'.", active.group.name), fix);
        }
        found.push(check);
    }
    found
}

fn expected_values(
    node: &Node,
    group: Option<&ActiveGroup<'_>>,
    problems: &mut Problems,
) -> BTreeMap<String, Option<TaskValue>> {
    let mut values = BTreeMap::new();
    let Content::Map(entries) = &node.content else {
        problems.add(node.at, format!("'tasks' is {}.", node.describe()), "Write a map from task names to values.");
        return values;
    };
    for (key, value) in entries {
        if problems.is_full() {
            break;
        }
        let name = key.scalar().map_or("", |scalar| scalar.text.as_str());
        if values.contains_key(name) {
            problems.add(key.at, format!("The task '{name}' stands twice."), "Keep one of them.");
        }
        let mut expected = None;
        if let Some(active) = group {
            match active.tasks.iter().find(|task| task.name == name) {
                Some(task) if !value.is_null() => {
                    let json = to_json(value, problems);
                    match TaskValue::from_json(task.kind, &json) {
                        Ok(read) if read.to_json().is_string() == json.is_string() => expected = Some(read),
                        _ => {
                            let fix =
                                format!("It is of type {}: give a value of that type, or null.", task.kind.as_str());
                            problems.add(value.at, format!("The value of task '{name}' is {}.", value.describe()), fix);
                        }
                    }
                }
                Some(_) => {}
                None => {
                    let known = active.tasks.iter().map(|task| task.name.as_str());
                    let fix = did_you_mean(name, known, "Name a task that is active in this task group.");
                    let message = format!("The task '{name}' is not one of task group '{}'.", active.group.name);
                    problems.add(key.at, message, fix);
                }
            }
        }
        values.insert(name.to_owned(), expected);
    }
    values
}
