//! The functions that rules may call.

use std::sync::LazyLock;

use cel::{
    Value as Cel,
    common::ast::{Expr, IdedExpr, LiteralValue},
};

use super::{
    expression::{ENV, context},
    helpers::{HELPERS, compiled, helper},
};
use crate::application::did_you_mean;

/// Functions of CEL's standard library, as the interpreter has them.
const FUNCTIONS: [&str; 25] = [
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "string",
    "int",
    "uint",
    "double",
    "bool",
    "bytes",
    "dyn",
    "type",
    "duration",
    "timestamp",
    "getFullYear",
    "getMonth",
    "getDate",
    "getDayOfMonth",
    "getDayOfWeek",
    "getDayOfYear",
    "getHours",
    "getMinutes",
    "getSeconds",
    "getMilliseconds",
];
/// CEL's macros: no calls any more once they are parsed, if they have the right arguments.
const MACROS: [&str; 7] = ["has", "all", "exists", "exists_one", "existsOne", "filter", "map"];
/// What other languages call some of them.
const ELSEWHERE: [(&str, &str); 6] = [
    ("length", "size"),
    ("len", "size"),
    ("any", "exists"),
    ("some", "exists"),
    ("every", "all"),
    ("includes", "contains"),
];
/// Names of types, for `type(x) == string`.
pub(super) const TYPES: [&str; 13] = [
    "bool",
    "bytes",
    "double",
    "duration",
    "dyn",
    "int",
    "list",
    "map",
    "null_type",
    "string",
    "timestamp",
    "type",
    "uint",
];
/// Longest pattern of `matches`.
const LONGEST_PATTERN: usize = 200;

/// Whether there is a function or an operator called `name`.
///
/// # Errors
/// What is wrong and what to do.
pub(super) fn check_name(name: &str) -> Result<(), (String, String)> {
    let is_operator = !name.starts_with(|c: char| c.is_ascii_alphabetic());
    if is_operator || FUNCTIONS.contains(&name) {
        return Ok(());
    }
    if let Some(helper) = helper(name) {
        let message = format!("'{name}' is not used as it should.");
        return Err((message, format!("Write {}.", helper.usage)));
    }
    if MACROS.contains(&name) {
        let fix = "Write list.exists(d, condition): a list before the dot, a name and an expression in the brackets.";
        return Err((format!("'{name}' is not used as it should."), fix.to_owned()));
    }
    let known = FUNCTIONS.into_iter().chain(MACROS).chain(HELPERS.map(|helper| helper.name));
    let fix = match ELSEWHERE.into_iter().find(|(other, _)| *other == name) {
        Some((_, ours)) => format!("Did you mean '{ours}'?"),
        None => did_you_mean(name, known, "See the reference for the functions."),
    };
    Err((format!("The function '{name}' is unknown."), fix))
}

/// Whether the pattern of `matches` or `capture` is written out, so that it can be checked here and is compiled within bounds.
///
/// # Errors
/// What is wrong and what to do.
pub(super) fn check_pattern(function: &str, node: &IdedExpr) -> Result<(), (String, String)> {
    let wrong = |message: String, fix: &str| Err((message, fix.to_owned()));
    let Expr::Literal(LiteralValue::String(pattern)) = &node.expr else {
        return wrong(format!("The pattern of '{function}' is not a plain text."), "Write it out in quotes.");
    };
    let pattern = pattern.inner();
    if pattern.len() > LONGEST_PATTERN {
        let message = format!("The pattern of '{function}' has {} bytes.", pattern.len());
        return wrong(message, &format!("{LONGEST_PATTERN} at most."));
    }
    if !is_pattern(pattern) || compiled(pattern).is_none() {
        let fix = "Correct the regular expression; look-arounds and back references are not supported.";
        return wrong(format!("The pattern of '{function}' cannot be read."), fix);
    }
    Ok(())
}

/// Whether `matches` can read a pattern.
fn is_pattern(pattern: &str) -> bool {
    static PROBE: LazyLock<Option<IdedExpr>> = LazyLock::new(|| ENV.parser().parse("''.matches(pattern)").ok());
    let mut context = context();
    context.add_variable_from_value("pattern", pattern);
    PROBE.as_ref().is_some_and(|probe| Cel::resolve(probe, &context).is_ok())
}
