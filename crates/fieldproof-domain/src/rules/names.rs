//! Whether everything that an expression names exists: variables, fields, functions, tasks and labels.

use std::collections::BTreeSet;

use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedExpr, LiteralValue, operators};

use super::{environment::Environment, functions, helpers::helper, things::Thing};
use crate::application::{ModelKind, did_you_mean};

/// Something wrong at a node of the tree.
#[derive(Debug)]
pub(super) struct WrongName {
    pub(super) node: u64,
    pub(super) message: String,
    pub(super) fix: String,
}

/// Checks all names; gives those of the environment that are used.
///
/// # Errors
/// Every name that does not exist; never empty.
pub(super) fn check(tree: &IdedExpr, environment: &Environment<'_>) -> Result<BTreeSet<String>, Vec<WrongName>> {
    let mut checker = Checker { environment, scope: Vec::new(), uses: BTreeSet::new(), wrong: Vec::new() };
    checker.thing(tree);
    if checker.wrong.is_empty() { Ok(checker.uses) } else { Err(checker.wrong) }
}

struct Checker<'e> {
    environment: &'e Environment<'e>,
    scope: Vec<(&'e str, Thing)>,
    uses: BTreeSet<String>,
    wrong: Vec<WrongName>,
}

impl<'e> Checker<'e> {
    fn wrong(&mut self, node: &IdedExpr, message: String, fix: impl Into<String>) -> Thing {
        self.wrong.push(WrongName { node: node.id, message, fix: fix.into() });
        Thing::Unknown
    }

    fn thing(&mut self, node: &'e IdedExpr) -> Thing {
        match &node.expr {
            Expr::Unspecified | Expr::Literal(_) => Thing::Unknown,
            Expr::Ident(name) => self.name(node, name),
            Expr::Select(select) => {
                let of = self.thing(&select.operand);
                let field = self.field(node, of, &select.field);
                if select.test { Thing::Unknown } else { field }
            }
            Expr::List(list) => {
                let mut things: Vec<Thing> = list.elements.iter().map(|element| self.thing(element)).collect();
                let first = things.pop().unwrap_or(Thing::Unknown);
                let alike = things.iter().all(|thing| *thing == first);
                Thing::ListOf(Box::new(if alike { first } else { Thing::Unknown }))
            }
            Expr::Map(map) => {
                for entry in &map.entries {
                    if let EntryExpr::MapEntry(entry) = &entry.expr {
                        self.thing(&entry.key);
                        self.thing(&entry.value);
                    }
                }
                Thing::Unknown
            }
            Expr::Struct(literal) => {
                let message = format!("The type '{}' is unknown.", literal.type_name);
                self.wrong(node, message, "Rules make lists and maps only.")
            }
            Expr::Call(call) => self.call(node, call),
            Expr::Comprehension(each) => self.each(each),
        }
    }

    fn name(&mut self, node: &IdedExpr, name: &str) -> Thing {
        if let Some((_, thing)) = self.scope.iter().rev().find(|(bound, _)| *bound == name) {
            return thing.clone();
        }
        let environment = self.environment;
        if environment.shape(name).is_some() {
            self.uses.insert(name.to_owned());
        }
        if let Some(model) = environment.model(name) {
            let seen = match model.kind {
                ModelKind::Detection => return Thing::ListOf(Box::new(Thing::Detection(name.to_owned()))),
                ModelKind::Classification => Thing::Classification(name.to_owned()),
                ModelKind::Text => Thing::Text(name.to_owned()),
                ModelKind::Embedding => Thing::Embedding(name.to_owned()),
            };
            return if environment.looks_on(name).is_some() { Thing::ListOf(Box::new(seen)) } else { seen };
        }
        if environment.reader(name).is_some() {
            return Thing::ListOf(Box::new(Thing::Inscription(name.to_owned())));
        }
        match name {
            "photo" => Thing::Photo,
            "state" => Thing::State,
            "types" | "tags" => Thing::ListOf(Box::new(Thing::Unknown)),
            "metadata" => Thing::Metadata,
            "input_metadata" => Thing::Unknown,
            _ if functions::TYPES.contains(&name) => Thing::Unknown,
            _ if environment.application.models.contains_key(name) => self.not_observed(node, "model", name),
            _ if environment.application.readers.contains_key(name) => self.not_observed(node, "reader", name),
            _ => {
                let loops = self.scope.iter().map(|(bound, _)| *bound).filter(|bound| !bound.starts_with('@'));
                let known: Vec<&str> = environment.names().into_iter().chain(loops).collect();
                let fix = did_you_mean(name, known, "See the reference for the names.");
                self.wrong(node, format!("The name '{name}' is unknown."), fix)
            }
        }
    }

    fn not_observed(&mut self, node: &IdedExpr, what: &str, name: &str) -> Thing {
        let fix = format!("Add {name} to 'observe' of task group '{}'.", self.environment.group.name);
        self.wrong(node, format!("The {what} '{name}' does not look at photos of this task group."), fix)
    }

    fn field(&mut self, node: &IdedExpr, of: Thing, field: &str) -> Thing {
        of.field(field, self.environment).unwrap_or_else(|(message, fix)| self.wrong(node, message, fix))
    }

    fn call(&mut self, node: &'e IdedExpr, call: &'e CallExpr) -> Thing {
        let things: Vec<Thing> =
            call.target.iter().map(|target| &**target).chain(&call.args).map(|arg| self.thing(arg)).collect();
        let name = call.func_name.as_str();
        let helper = helper(name).filter(|helper| {
            let (least, most) = helper.arguments;
            call.target.is_none() && (least..=most).contains(&call.args.len())
        });
        match (name, call.args.as_slice(), things.as_slice()) {
            (operators::EQUALS | operators::NOT_EQUALS, [left, right], [left_thing, right_thing]) => {
                self.label(left_thing, right);
                self.label(right_thing, left);
                Thing::Unknown
            }
            (operators::IN, [left, right], [left_thing, right_thing]) => {
                if let Expr::List(list) = &right.expr {
                    list.elements.iter().for_each(|element| self.label(left_thing, element));
                }
                if let Thing::ListOf(items) = right_thing {
                    self.label(items, left);
                }
                Thing::Unknown
            }
            (operators::INDEX, [_, index], [of, _]) => match (of, &index.expr) {
                (Thing::ListOf(item), _) => (**item).clone(),
                (of, Expr::Literal(LiteralValue::String(field))) => self.field(index, of.clone(), field.inner()),
                (Thing::State, _) => Thing::TaskState,
                _ => Thing::Unknown,
            },
            (operators::CONDITIONAL, [_, _, _], [_, yes, no]) if yes == no => yes.clone(),
            (operators::ADD, [_, _], [left, right]) if left == right && matches!(left, Thing::ListOf(_)) => {
                left.clone()
            }
            ("dyn", [_], [same]) => same.clone(),
            ("matches" | "capture", [.., pattern], _) if name == "matches" || helper.is_some() => {
                match functions::check_pattern(name, pattern) {
                    Ok(()) => Thing::Unknown,
                    Err((message, fix)) => self.wrong(pattern, message, fix),
                }
            }
            ("count", [_, concept, ..], [Thing::ListOf(item), ..]) if helper.is_some() => {
                if let Thing::Detection(seer) | Thing::Inscription(seer) | Thing::Classification(seer) = &**item {
                    self.label(&Thing::Concept(seer.clone()), concept);
                }
                Thing::Unknown
            }
            ("left_to_right" | "top_to_bottom", [_], [list]) if helper.is_some() => list.clone(),
            _ if helper.is_some() => Thing::Unknown,
            _ => match functions::check_name(name) {
                Ok(()) => Thing::Unknown,
                Err((message, fix)) => self.wrong(node, message, fix),
            },
        }
    }

    /// A text compared with a concept has to be one that its model or reader can see.
    fn label(&mut self, thing: &Thing, compared: &IdedExpr) {
        let (Thing::Concept(seer), Expr::Literal(LiteralValue::String(text))) = (thing, &compared.expr) else {
            return;
        };
        let (text, known) = (text.inner(), self.environment.concepts(seer));
        if !known.contains(&text) {
            let short: String = text.chars().take(64).collect();
            let (wrong, otherwise) = match self.environment.reader(seer) {
                Some(_) => {
                    (format!("'{short}' is nothing that reader '{seer}' reads."), "See 'formats' of the reader.")
                }
                None => (format!("'{short}' is not a label of model '{seer}'."), "See 'labels' of the model."),
            };
            self.wrong(compared, wrong, did_you_mean(text, known, otherwise));
        }
    }

    fn each(&mut self, each: &'e ComprehensionExpr) -> Thing {
        let range = self.thing(&each.iter_range);
        self.thing(&each.accu_init);
        let item = match &range {
            Thing::ListOf(item) => (**item).clone(),
            _ => Thing::Unknown,
        };
        let outer = self.scope.len();
        self.scope.push((&each.iter_var, item));
        self.scope.push((&each.accu_var, Thing::Unknown));
        self.thing(&each.loop_cond);
        // `filter` and `map` append one item in every round: what it is tells what the result is a list of.
        self.thing(&each.loop_step);
        let before = self.wrong.len();
        let appended = appended(&each.loop_step, &each.accu_var).map(|node| self.thing(node));
        self.wrong.truncate(before);
        self.thing(&each.result);
        self.scope.truncate(outer);
        appended.map_or(Thing::Unknown, |item| Thing::ListOf(Box::new(item)))
    }
}

/// The `x` of `accumulated + [x]`, also under a condition.
fn appended<'n>(step: &'n IdedExpr, accumulated: &str) -> Option<&'n IdedExpr> {
    let Expr::Call(call) = &step.expr else { return None };
    match (call.func_name.as_str(), call.args.as_slice()) {
        (operators::CONDITIONAL, [_, step, _]) => appended(step, accumulated),
        (operators::ADD, [left, right]) => match (&left.expr, &right.expr) {
            (Expr::Ident(name), Expr::List(list)) if name == accumulated => list.elements.first(),
            _ => None,
        },
        _ => None,
    }
}
