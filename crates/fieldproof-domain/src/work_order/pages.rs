//! What the pages of one document say of the same tasks, taken together.

use super::TaskOutcome;

/// Of each task the outcome of the page that counts, in the order of the first page: the first one that validates it, else
/// the first with a value, else the first. A document shows a thing on one of its pages and not on the others.
pub fn of_pages(pages: Vec<Vec<TaskOutcome>>) -> Vec<TaskOutcome> {
    let mut best: Vec<TaskOutcome> = Vec::new();
    for outcome in pages.into_iter().flatten() {
        match best.iter_mut().find(|known| known.task == outcome.task) {
            None => best.push(outcome),
            Some(known) if rank(&outcome) > rank(known) => *known = outcome,
            Some(_) => {}
        }
    }
    best
}

fn rank(outcome: &TaskOutcome) -> u8 {
    match (&outcome.appearance.is_conformity_validated, &outcome.value) {
        (Some(true), _) => 2,
        (_, Some(_)) => 1,
        (_, None) => 0,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::work_order::{Appearance, TaskValue};

    fn outcome(task: &str, value: Option<f64>, is_conformity_validated: Option<bool>) -> TaskOutcome {
        let appearance = Appearance { is_conformity_validated, ..Appearance::default() };
        let value = value.map(TaskValue::Number);
        TaskOutcome { task: task.into(), value, appearance, regions: Vec::new(), failure: None }
    }

    #[rstest]
    #[case::one_page(&[(Some(1.0), None)], Some(1.0))]
    #[case::the_first_that_validates(&[(Some(1.0), Some(false)), (Some(2.0), Some(true)), (Some(3.0), Some(true))], Some(2.0))]
    #[case::the_first_with_a_value(&[(None, Some(false)), (Some(2.0), Some(false)), (Some(3.0), None)], Some(2.0))]
    #[case::none_of_them(&[(None, None), (None, Some(false))], None)]
    fn the_page_that_counts(#[case] pages: &[(Option<f64>, Option<bool>)], #[case] expected: Option<f64>) {
        let said = |(value, validated): &(Option<f64>, Option<bool>)| {
            vec![outcome("a", *value, *validated), outcome("other", Some(7.0), None)]
        };
        let found = of_pages(pages.iter().map(said).collect());
        let expected = [("a", expected.map(TaskValue::Number)), ("other", Some(TaskValue::Number(7.0)))];
        let found = found.into_iter().map(|outcome| (outcome.task, outcome.value));
        assert!(found.eq(expected.map(|(task, value)| (task.to_owned(), value))));
    }

    #[test]
    fn without_pages_nothing_is_said() {
        assert!(of_pages(Vec::new()).is_empty());
    }
}
