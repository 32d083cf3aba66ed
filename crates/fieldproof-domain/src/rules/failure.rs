//! Why an evaluation gave nothing, in plain words.

use cel::ExecutionError;

/// Why an evaluation gave nothing.
#[derive(Debug)]
pub(super) struct Failure {
    /// For the solution engineer, a sentence.
    pub(super) reason: String,
    /// What to do about it.
    pub(super) cause: Cause,
}

/// Kinds of failure, by what can be done about them.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// An operator or a function got a value it does not work on, such as null.
    Operand,
    /// A key that is not there.
    MissingKey(String),
    /// A list that is too short, or a division by zero.
    Absent,
    /// A text that could not be understood, such as a date.
    Unreadable,
    /// The rule gives something else than its task wants.
    Result,
    /// The facts are too large, or not there.
    Facts,
}

impl Failure {
    pub(super) fn new(cause: Cause, reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), cause }
    }
}

/// The interpreter's error in plain words.
pub(super) fn of_error(error: &ExecutionError) -> Failure {
    let does_not_work = |operator: &str, types: &[String]| {
        let types: Vec<String> = types.iter().map(|name| type_name(name)).collect();
        Failure::new(Cause::Operand, format!("{} does not work on ({}).", operator_name(operator), types.join(", ")))
    };
    match error {
        ExecutionError::NoSuchKey(key) => {
            Failure::new(Cause::MissingKey(key.to_string()), format!("There is no '{key}'."))
        }
        ExecutionError::NoSuchOverload(overload) => does_not_work(overload.function(), overload.argument_types()),
        ExecutionError::UnsupportedBinaryOperator(operator, left, right) => {
            does_not_work(operator, &[left.type_of().to_string(), right.type_of().to_string()])
        }
        ExecutionError::UnexpectedType { got, want } => Failure::new(
            Cause::Operand,
            format!("This needs a value of type {}, not {}.", type_name(want), type_name(got)),
        ),
        ExecutionError::IndexOutOfBounds(_) => Failure::new(Cause::Absent, "The list has no such item."),
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => {
            Failure::new(Cause::Absent, "A number is divided by zero.")
        }
        ExecutionError::Overflow(operator, ..) => {
            Failure::new(Cause::Operand, format!("The result of {} is out of range.", operator_name(operator)))
        }
        ExecutionError::DuplicateKey(_) => Failure::new(Cause::Operand, "A map has a key twice."),
        ExecutionError::FunctionError { function, message } => {
            Failure::new(Cause::Unreadable, format!("{function}: {message}."))
        }
        // The others quote whole values, which may be long.
        other => Failure::new(Cause::Operand, other.to_string().chars().take(200).collect::<String>()),
    }
}

/// `_>_` as people write it.
fn operator_name(function: &str) -> String {
    match function {
        "@in" => "'in'".to_owned(),
        "_[_]" => "'[ ]'".to_owned(),
        "add" => "'+'".to_owned(),
        "sub" => "'-'".to_owned(),
        "mul" => "'*'".to_owned(),
        "div" => "'/'".to_owned(),
        "negate" => "'-'".to_owned(),
        "rem" => "'%'".to_owned(),
        other => format!("'{}'", other.trim_matches('_')),
    }
}

/// `google.protobuf.Timestamp` as people write it.
pub(super) fn type_name(name: &str) -> String {
    match name {
        "null_type" => "null".to_owned(),
        "float" => "double".to_owned(),
        other => other.rsplit('.').next().unwrap_or(other).to_lowercase(),
    }
}
