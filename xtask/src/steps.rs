//! Running a list of steps to the end and saying what became of each.

use anyhow::Result;
use std::fmt::Write;
use std::time::{Duration, Instant};

/// One thing to do, named in the table at the end.
pub(crate) struct Step<'a> {
    name: &'static str,
    run: Box<dyn Fn() -> Result<Outcome> + 'a>,
}

/// What became of a step. The texts are for the person who reads the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All is well; perhaps with a remark.
    Passed(String),
    /// What went wrong, in a few words; the details are in the output above.
    Failed(String),
    /// Why it was not run.
    Skipped(String),
}

/// Why something that a step needs cannot be had here.
pub(crate) struct Missing(pub(crate) String);

impl<'a> Step<'a> {
    pub(crate) fn new(name: &'static str, run: impl Fn() -> Result<Outcome> + 'a) -> Self {
        Self { name, run: Box::new(run) }
    }
}

/// A step that was run.
pub(crate) struct Done {
    name: &'static str,
    outcome: Outcome,
    took: Duration,
}

/// Runs every step, also after one has failed. A step that ends with an error has failed.
pub(crate) fn run_all(steps: &[Step<'_>]) -> Vec<Done> {
    let run = |step: &Step<'_>| {
        eprintln!("\n==> {}", step.name);
        let start = Instant::now();
        let outcome = (step.run)().unwrap_or_else(|error| Outcome::Failed(format!("{error:#}")));
        Done { name: step.name, outcome, took: start.elapsed() }
    };
    steps.iter().map(run).collect()
}

/// Whether no step failed.
pub(crate) fn all_well(done: &[Done]) -> bool {
    !done.iter().any(|done| matches!(done.outcome, Outcome::Failed(_)))
}

/// The table of the steps and, as its last line, `N passed, N failed, N skipped`.
pub(crate) fn table(done: &[Done]) -> String {
    let width = done.iter().map(|done| done.name.chars().count()).max().unwrap_or(0);
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    let mut table = String::new();
    for Done { name, outcome, took } in done {
        let (word, note) = match outcome {
            Outcome::Passed(note) => (count(&mut passed, "passed"), note),
            Outcome::Failed(note) => (count(&mut failed, "FAILED"), note),
            Outcome::Skipped(note) => (count(&mut skipped, "skipped"), note),
        };
        let line = format!("{name:width$}  {word:7}  {:6.1} s  {note}", took.as_secs_f64());
        // Writing to a string cannot fail.
        let _ = writeln!(table, "{}", line.trim_end());
    }
    let _ = write!(table, "{passed} passed, {failed} failed, {skipped} skipped");
    table
}

fn count(counter: &mut u32, word: &'static str) -> &'static str {
    *counter += 1;
    word
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::{Context, bail};

    #[test]
    fn every_step_runs_and_is_told_by_name() {
        let steps = [
            Step::new("first", || Ok(Outcome::Passed(String::new()))),
            Step::new("broken step", || bail!("no compiler")),
            Step::new("later", || Ok(Outcome::Skipped("no browser".into()))),
            Step::new("last", || Ok(Outcome::Failed("3 tests".into()))),
        ];
        let mut done = run_all(&steps);
        assert!(!all_well(&done));
        for done in &mut done {
            done.took = Duration::from_millis(1500);
        }
        let expected = "\
first        passed      1.5 s
broken step  FAILED      1.5 s  no compiler
later        skipped     1.5 s  no browser
last         FAILED      1.5 s  3 tests
1 passed, 2 failed, 1 skipped";
        assert_eq!(table(&done), expected);
    }

    #[test]
    fn skipping_is_no_failure_and_causes_are_told() {
        let skipped = [Step::new("a", || Ok(Outcome::Skipped("no network".into())))];
        assert!(all_well(&run_all(&skipped)));
        let broken = [Step::new("a", || Err(anyhow::anyhow!("not found")).context("cannot start cargo"))];
        assert!(table(&run_all(&broken)).contains("cannot start cargo: not found"));
    }
}
