//! `work_order_types`: named selections of task groups and tasks.

use super::{
    Context,
    names::{Unique, slug},
    scalars::{items, text},
};
use crate::application::{
    TaskGroup, TypeSelection, WorkOrderType,
    problem::Problems,
    suggest::did_you_mean,
    yaml::{Content, Fields, Node},
};

/// Reads the types; `groups` are all task groups of the application.
pub(super) fn read(node: &Node, groups: &[TaskGroup], context: &mut Context) -> Vec<WorkOrderType> {
    let problems = &mut context.problems;
    let mut seen = Unique::default();
    let mut types = Vec::new();
    for item in items(node, "'work_order_types'", problems) {
        let Some(mut fields) = Fields::open(item, "a work order type", problems) else { continue };
        let mut name = String::new();
        if let Some(node) = fields.require("name", "Name the work order type.", problems)
            && let Some(found) = slug(node, "The work order type name", problems)
        {
            seen.check(&found, node, "The work order type", problems);
            fields.what = format!("work order type '{found}'");
            name = found;
        }
        let task_groups = fields
            .get("task_groups")
            .map(|node| {
                let list = items(node, "'task_groups'", problems);
                let mut named = Unique::default();
                list.iter().filter_map(|item| selection(item, groups, &mut named, problems)).collect()
            })
            .unwrap_or_default();
        fields.finish(problems);
        types.push(WorkOrderType { name, task_groups });
    }
    types
}

/// A task group's name, or `{name, tasks}`.
fn selection(node: &Node, groups: &[TaskGroup], named: &mut Unique, problems: &mut Problems) -> Option<TypeSelection> {
    if !matches!(node.content, Content::Map(_)) {
        return known_group(node, groups, named, problems)
            .map(|group| TypeSelection { task_group: group.name.clone(), tasks: None });
    }
    let mut fields = Fields::open(node, "a task group of a work order type", problems)?;
    let name = fields.require("name", "Name the task group.", problems);
    let group = name.and_then(|node| known_group(node, groups, named, problems));
    let tasks = fields.get("tasks").map(|node| tasks(node, group, problems));
    fields.finish(problems);
    group.map(|group| TypeSelection { task_group: group.name.clone(), tasks })
}

fn known_group<'g>(
    node: &Node,
    groups: &'g [TaskGroup],
    named: &mut Unique,
    problems: &mut Problems,
) -> Option<&'g TaskGroup> {
    let name = text(node, "The task group name", problems)?;
    named.check(name, node, "The task group", problems);
    let found = groups.iter().find(|group| group.name == name);
    if found.is_none() {
        let known = groups.iter().map(|group| group.name.as_str());
        let fix = did_you_mean(name, known, "Name a task group of this application.");
        problems.add(node.at, format!("The task group '{name}' is unknown."), fix);
    }
    found
}

fn tasks(node: &Node, group: Option<&TaskGroup>, problems: &mut Problems) -> Vec<String> {
    let list = items(node, "'tasks'", problems);
    if list.is_empty() && matches!(node.content, Content::List(_)) {
        let fix = "Name at least one task, or take 'tasks' out to select all.";
        problems.add(node.at, "'tasks' of a work order type is empty.", fix);
    }
    let mut seen = Unique::default();
    let mut tasks = Vec::new();
    for item in list {
        let Some(name) = text(item, "The task name", problems) else { continue };
        seen.check(name, item, "The task", problems);
        if let Some(group) = group
            && !group.tasks.iter().any(|task| task.name == name)
        {
            let known = group.tasks.iter().map(|task| task.name.as_str());
            let fix = did_you_mean(name, known, "Name a task of that task group.");
            problems.add(item.at, format!("The task '{name}' is not one of task group '{}'.", group.name), fix);
        }
        tasks.push(name.to_owned());
    }
    tasks
}
