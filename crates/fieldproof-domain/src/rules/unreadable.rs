//! What is wrong with rules by themselves, while the file around them is not in order.

use super::{book::compile_outcomes, parse};
use crate::application::{Application, MOST_TASKS, Places, Problems};

/// Notes the rules that are no CEL or no JSON Schema. Names are not looked at: whether one is known depends on the rest of
/// the file, and a misspelled model would be told once more for every rule that uses it.
pub(crate) fn note_unreadable_rules(application: &Application, places: &Places, problems: &mut Problems) {
    for task in application.task_groups.iter().flat_map(|group| &group.tasks).take(MOST_TASKS) {
        if problems.is_full() {
            return;
        }
        // A task whose name was not read shares its place with others of that kind.
        let Some(places) = places.0.get(&task.name).filter(|_| !task.name.is_empty()) else { continue };
        for (what, source) in [("value", &places.value), ("regions", &places.regions)] {
            let Some(source) = source else { continue };
            for wrong in parse::parse(&source.scalar.text).err().into_iter().flatten() {
                let message = format!("'{what}' of task '{}': {}", task.name, wrong.message);
                problems.add_at(Some(source.place_of(wrong.at.0, wrong.at.1)), message, wrong.fix);
            }
        }
        compile_outcomes(task, places, problems);
    }
}
