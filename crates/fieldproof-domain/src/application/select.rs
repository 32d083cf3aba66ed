//! Looking things up in an application, and what of it is active for a work order.

use std::collections::HashSet;

use super::{Application, Task, TaskGroup};

/// A task group that is active for a work order, with those of its tasks that are.
#[derive(Clone, Debug, PartialEq)]
pub struct ActiveGroup<'a> {
    /// Place in the application, from 0: the `order` of the contract (section 1.7).
    pub order: usize,
    /// The group, with all its tasks.
    pub group: &'a TaskGroup,
    /// The active ones, in the application's order.
    pub tasks: Vec<&'a Task>,
}

impl Application {
    /// The task group called `name`.
    pub fn group(&self, name: &str) -> Option<&TaskGroup> {
        self.task_groups.iter().find(|group| group.name == name)
    }

    /// The task called `name` and its group.
    pub fn task(&self, name: &str) -> Option<(&TaskGroup, &Task)> {
        self.task_groups
            .iter()
            .find_map(|group| group.tasks.iter().find(|task| task.name == name).map(|task| (group, task)))
    }

    /// Every file the application needs beside `application.yaml`: of models, then examples; each once.
    pub fn files(&self) -> Vec<&str> {
        let models = self.models.values().flat_map(|model| {
            let references = model.references.values().flatten();
            [&model.file].into_iter().chain(&model.characters_file).chain(references).map(String::as_str)
        });
        let examples = self.task_groups.iter().flat_map(|group| group.examples.iter().map(String::as_str));
        let mut seen = HashSet::new();
        models.chain(examples).filter(|file| seen.insert(*file)).collect()
    }

    /// The task groups and tasks of a work order with these types (contract sections 1.9, 2.1 and 2.9): all of them
    /// without types; else the union over the types, each once, in the application's order. Types that together select
    /// nothing select everything. Unknown names are ignored: who creates the work order checks them.
    pub fn active(&self, types: &[String]) -> Vec<ActiveGroup<'_>> {
        let selections: Vec<_> = self
            .work_order_types
            .iter()
            .filter(|kind| types.contains(&kind.name))
            .flat_map(|kind| &kind.task_groups)
            .collect();
        let all = selections.is_empty();
        let groups = self.task_groups.iter().enumerate().filter_map(|(order, group)| {
            let mine: Vec<_> = selections.iter().filter(|selection| selection.task_group == group.name).collect();
            if !all && mine.is_empty() {
                return None;
            }
            let is_active = |task: &&Task| {
                all || mine
                    .iter()
                    .any(|selection| selection.tasks.as_ref().is_none_or(|tasks| tasks.contains(&task.name)))
            };
            Some(ActiveGroup { order, group, tasks: group.tasks.iter().filter(is_active).collect() })
        });
        groups.collect()
    }
}
