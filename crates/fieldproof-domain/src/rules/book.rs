//! The compiled rules of one application version.

use std::collections::HashMap;

use super::{
    budget::{MOST_STEPS_IN_ALL, Shape},
    environment::Environment,
    expression::{Expression, context},
    facts::{Facts, variables},
    failure::{Cause, Failure},
    outcome::Outcomes,
    parse::Wrong,
    result, trial,
};
use crate::{
    application::{Application, Place, Places, Problem, Problems, RulePlaces, Source, Task, TaskGroup},
    observation::Detection,
    work_order::{Appearance, TaskOutcome, TaskValue},
};

/// Every rule of an application version, compiled. Safe to use from many threads at once.
#[derive(Debug)]
pub struct RuleBook {
    application: Application,
    /// By task name.
    rules: HashMap<String, Rule>,
}

/// The rules of one task.
#[derive(Debug)]
struct Rule {
    value: Expression,
    regions: Option<Expression>,
    outcomes: Outcomes,
}

impl RuleBook {
    /// Compiles every rule of an application and tries it on made-up photos.
    ///
    /// # Errors
    /// Every problem of the rules, without lines: [`crate::application::load`] knows those.
    pub fn compile(application: &Application) -> Result<Self, Vec<Problem>> {
        Self::compile_at(application, &Places::default()).map_err(Problems::into_list)
    }

    /// As [`RuleBook::compile`], with the places of the rules in their file.
    pub(crate) fn compile_at(application: &Application, places: &Places) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let mut rules = HashMap::new();
        let unknown = RulePlaces::default();
        let mut steps = 0_u64;
        for group in &application.task_groups {
            let environment = Environment::new(application, group);
            for task in &group.tasks {
                if problems.is_full() {
                    break;
                }
                let places = places.0.get(&task.name).unwrap_or(&unknown);
                if let Some(rule) = compile_task(task, &environment, places, &mut problems) {
                    let regions = rule.regions.as_ref().map_or(0, |regions| regions.steps);
                    steps = steps.saturating_add(rule.value.steps).saturating_add(regions);
                    rules.insert(task.name.clone(), rule);
                }
            }
        }
        if steps > MOST_STEPS_IN_ALL {
            let fix = "Nest fewer loops, or split the application in two.";
            problems.add_at(None, "The rules of this application together can take too long.", fix);
            return Err(problems);
        }
        let book = Self { application: application.clone(), rules };
        for group in &application.task_groups {
            book.try_group(group, places, &mut problems);
        }
        if problems.is_empty() { Ok(book) } else { Err(problems) }
    }

    /// Judges one photo: the outcomes of `tasks` (the active ones of the task group), in their order. A rule that fails
    /// gives its task's default value or none, and the reason; the others are not touched by it.
    pub fn run(&self, group: &str, tasks: &[&str], facts: &Facts<'_>) -> Vec<TaskOutcome> {
        let prepared = self.application.group(group).map(|group| (group, self.prepare(group, facts)));
        let outcome = |name: &&str| {
            let task = prepared.as_ref().and_then(|(group, _)| group.tasks.iter().find(|task| task.name == **name));
            let (Some((_, prepared)), Some(task), Some(rule)) = (&prepared, task, self.rules.get(*name)) else {
                return TaskOutcome {
                    task: (*name).to_owned(),
                    value: None,
                    appearance: self.appearance(name, None),
                    regions: Vec::new(),
                    failure: Some(format!("Task group '{group}' has no task '{name}'.")),
                };
            };
            let (value, value_failure) = split(prepared.value(rule, task));
            let (regions, regions_failure) = split(prepared.regions(rule));
            let value = value.flatten().or_else(|| task.default_value.clone());
            let regions_failure = regions_failure.map(|failure| format!("regions: {}", failure.reason));
            TaskOutcome {
                task: task.name.clone(),
                appearance: rule.outcomes.appearance(value.as_ref()),
                value,
                regions: regions.unwrap_or_default(),
                failure: value_failure.map(|failure| failure.reason).or(regions_failure),
            }
        };
        tasks.iter().map(outcome).collect()
    }

    /// What a value of a task means, `None` being "not analysed"; for corrections too.
    pub fn appearance(&self, task: &str, value: Option<&TaskValue>) -> Appearance {
        self.rules.get(task).map(|rule| rule.outcomes.appearance(value)).unwrap_or_default()
    }

    fn prepare(&self, group: &TaskGroup, facts: &Facts<'_>) -> Prepared {
        let environment = Environment::new(&self.application, group);
        let mut prepared = Prepared { context: context(), available: HashMap::new(), unread: Vec::new() };
        for (name, value) in variables(facts, group, &self.application) {
            // The budget was reckoned with values of a certain size: what is larger is kept from the rules.
            let fits = environment.shape(name).is_some_and(|assumed| Shape::of(&value).fits(assumed));
            prepared.available.insert(name.to_owned(), fits);
            if self.application.readers.contains_key(name) && value == cel::Value::Null {
                prepared.unread.push(name.to_owned());
            }
            if fits {
                prepared.context.add_variable_from_value(name, value);
            }
        }
        prepared
    }

    /// Notes the rules of a group that fail on made-up photos: each once.
    fn try_group(&self, group: &TaskGroup, places: &Places, problems: &mut Problems) {
        let mut open: Vec<(&Task, &Rule, bool, bool)> =
            group.tasks.iter().filter_map(|task| Some((task, self.rules.get(&task.name)?, true, true))).collect();
        for trial in trial::trials(&self.application, group) {
            let prepared = self.prepare(group, &trial.facts());
            for (task, rule, value_open, regions_open) in &mut open {
                let place = places.0.get(&task.name);
                let mut note = |what: &str, source: Option<&Source>, failure: &Failure| {
                    let message = format!("'{what}' of task '{}' fails {}: {}", task.name, trial.name, failure.reason);
                    problems.add_at(source.map(|source| source.at), message, trial::fix(failure));
                };
                if *value_open
                    && let Err(failure) = prepared.value(rule, task)
                    && trial.proves(&failure, &self.application)
                {
                    note("value", place.and_then(|place| place.value.as_ref()), &failure);
                    *value_open = false;
                }
                if *regions_open
                    && let Err(failure) = prepared.regions(rule)
                    && trial.proves(&failure, &self.application)
                {
                    note("regions", place.and_then(|place| place.regions.as_ref()), &failure);
                    *regions_open = false;
                }
            }
        }
    }
}

/// A photo's facts, ready for the rules of one task group.
struct Prepared {
    context: cel::Context<'static, 'static>,
    /// The names there is a value for; `false`: one that is too large.
    available: HashMap<String, bool>,
    /// Readers that cannot work here.
    unread: Vec<String>,
}

impl Prepared {
    fn value(&self, rule: &Rule, task: &Task) -> Result<Option<TaskValue>, Failure> {
        result::value(&self.evaluate(&rule.value)?, task.kind)
    }

    fn regions(&self, rule: &Rule) -> Result<Vec<Detection>, Failure> {
        match &rule.regions {
            Some(regions) => match self.evaluate(regions)? {
                // What a reader that cannot read has seen: `regions: codes`.
                cel::Value::Null if !self.unread.is_empty() => Ok(Vec::new()),
                seen => result::regions(&seen),
            },
            None => Ok(Vec::new()),
        }
    }

    fn evaluate(&self, expression: &Expression) -> Result<cel::Value, Failure> {
        for name in expression.uses() {
            match self.available.get(name) {
                Some(true) => {}
                Some(false) => return Err(Failure::new(Cause::Facts, format!("'{name}' is too large for a rule."))),
                None => return Err(Failure::new(Cause::Facts, format!("Model '{name}' did not look at this photo."))),
            }
        }
        // What a rule makes of `null` that it did not ask for would not tell why.
        expression.evaluate(&self.context).map_err(|failure| {
            match expression.uses().find(|name| self.unread.iter().any(|unread| unread == name)) {
                Some(name) => Failure::new(Cause::Facts, format!("Reader '{name}' cannot read on this server.")),
                None => failure,
            }
        })
    }
}

fn compile_task(
    task: &Task,
    environment: &Environment<'_>,
    places: &RulePlaces,
    problems: &mut Problems,
) -> Option<Rule> {
    let mut compile = |what: &str, text: &str, source: Option<&Source>| {
        Expression::compile(text, environment)
            .map_err(|wrongs| {
                for Wrong { at, message, fix } in wrongs {
                    let message = format!("'{what}' of task '{}': {message}", task.name);
                    problems.add_at(source.map(|source| source.place_of(at.0, at.1)), message, fix);
                }
            })
            .ok()
    };
    let value = compile("value", &task.value, places.value.as_ref());
    let regions = task.regions.as_ref().map(|text| compile("regions", text, places.regions.as_ref()));
    let outcomes = compile_outcomes(task, places, problems);
    let regions = match regions {
        Some(None) => return None,
        Some(compiled) => compiled,
        None => None,
    };
    Some(Rule { value: value?, regions, outcomes: outcomes? })
}

/// The outcome rules of a task, which depend on nothing else in the file.
pub(super) fn compile_outcomes(task: &Task, places: &RulePlaces, problems: &mut Problems) -> Option<Outcomes> {
    let noted = |wrongs| {
        for (number, message, fix) in wrongs {
            let place: Option<Place> = places.schemas.get(number).copied();
            let message = format!("Outcome rule {} of task '{}': {message}", number + 1, task.name);
            problems.add_at(place, message, fix);
        }
    };
    Outcomes::compile(task).map_err(noted).ok()
}

fn split<T>(result: Result<T, Failure>) -> (Option<T>, Option<Failure>) {
    match result {
        Ok(value) => (Some(value), None),
        Err(failure) => (None, Some(failure)),
    }
}
