//! What people write in rules again and again, as functions beside CEL's own.

mod boxes;
mod places;
mod texts;
mod vectors;

use cel::{Context, ExecutionError, FunctionContext, Value as Cel, extractors::Arguments, objects::Key};

pub(super) use self::texts::compiled;

/// One function.
pub(super) struct Helper {
    pub(super) name: &'static str,
    /// How it is written, for messages.
    pub(super) usage: &'static str,
    /// Fewest and most arguments.
    pub(super) arguments: (usize, usize),
    apply: fn(&[Cel]) -> Result<Cel, Wrong>,
}

/// Why a helper has no result.
#[derive(Debug)]
enum Wrong {
    /// An argument is of another type: what it is, what it should be.
    Type(String, &'static str),
    /// A text that cannot be understood.
    Unreadable(String),
}

/// Every helper (reference: `docs/application.md`, rules).
pub(super) const HELPERS: [Helper; 11] = [
    Helper { name: "count", usage: "count(cabinet, 'door_open', 0.8)", arguments: (2, 3), apply: boxes::count },
    Helper { name: "iou", usage: "iou(a, b)", arguments: (2, 2), apply: boxes::iou },
    Helper { name: "overlap", usage: "overlap(a, b)", arguments: (2, 2), apply: boxes::overlap },
    Helper { name: "inside", usage: "inside(a, b)", arguments: (2, 2), apply: boxes::inside },
    Helper { name: "left_to_right", usage: "left_to_right(cabinet)", arguments: (1, 1), apply: boxes::left_to_right },
    Helper { name: "top_to_bottom", usage: "top_to_bottom(cabinet)", arguments: (1, 1), apply: boxes::top_to_bottom },
    Helper { name: "capture", usage: "capture(text, '([0-9]+)')", arguments: (2, 2), apply: texts::capture },
    Helper { name: "same_text", usage: "same_text(a, b)", arguments: (2, 2), apply: texts::same_text },
    Helper { name: "similarity", usage: "similarity(a, b)", arguments: (2, 2), apply: vectors::similarity },
    Helper { name: "distance", usage: "distance(a, b)", arguments: (2, 2), apply: places::distance },
    Helper { name: "days_between", usage: "days_between(a, b)", arguments: (2, 2), apply: places::days_between },
];

/// The helper called `name`.
pub(super) fn helper(name: &str) -> Option<&'static Helper> {
    HELPERS.iter().find(|helper| helper.name == name)
}

/// Lets the rules of a context call the helpers.
pub(super) fn add_to(context: &mut Context<'_, '_>) {
    for Helper { name, apply, .. } in HELPERS {
        let function = move |call: &FunctionContext<'_, '_>, Arguments(arguments): Arguments| {
            apply(&arguments).map_err(|wrong| match wrong {
                Wrong::Type(got, want) => ExecutionError::UnexpectedType { got, want: want.to_owned() },
                Wrong::Unreadable(message) => call.error(message),
            })
        };
        // CEL has no function of that name: a test calls them all.
        let _added = context.add_function(name, function);
    }
}

impl Wrong {
    fn of(got: &Cel, want: &'static str) -> Self {
        Self::Type(got.type_of().to_string(), want)
    }
}

/// The value under a key of a map.
fn field<'v>(value: &'v Cel, name: &str) -> Option<&'v Cel> {
    let Cel::Map(map) = value else { return None };
    map.map.get(&Key::from(name))
}

fn number(value: &Cel) -> Option<f64> {
    match value {
        Cel::Float(number) => Some(*number),
        Cel::Int(number) => Some(*number as f64),
        Cel::UInt(number) => Some(*number as f64),
        _ => None,
    }
}
