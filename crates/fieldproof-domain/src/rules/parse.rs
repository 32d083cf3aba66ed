//! From an expression's text to its tree, and from the tree's nodes back to their places.

use cel::common::ast::{IdedExpr, SourceInfo};

use super::{expression::ENV, scan};

/// What is wrong with an expression, and at which of its characters (line and column from 1).
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) at: (u32, u32),
    pub(super) message: String,
    pub(super) fix: String,
}

impl Wrong {
    pub(super) fn new(at: (u32, u32), message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { at, message: message.into(), fix: fix.into() }
    }
}

/// Enough for [`scan::DEEPEST`] levels of brackets: the generated parser takes up to 350 KiB for each when it is not
/// optimised. Only what is used of it takes memory.
const STACK: usize = 32 * 1024 * 1024;

/// Reads an expression.
///
/// # Errors
/// The first thing that is wrong with it.
pub(super) fn parse(source: &str) -> Result<(IdedExpr, SourceInfo), Vec<Wrong>> {
    scan::check(source).map_err(|wrong| vec![wrong])?;
    let errors = match on_a_deep_stack(|| ENV.parser().parse_with_source_info(source)) {
        Some(Ok(parsed)) => return Ok(parsed),
        Some(Err(errors)) => errors.errors,
        None => Vec::new(),
    };
    // One mistake makes a parser complain in several places; only the first is worth reading.
    let first = errors.into_iter().next();
    let at = first.as_ref().map_or((1, 1), |error| (count(error.pos.0), count(error.pos.1)));
    let why = first.map_or_else(|| "it cannot be read".to_owned(), |error| plain(&error.msg));
    Err(vec![Wrong::new(at, format!("This is not valid CEL: {why}."), "Correct the expression at this place.")])
}

/// Calls the parser on a thread of its own. A rule is read once per application version, so the thread's cost does not
/// matter; and a panic of the parser, which is another's code fed with what people write, ends there: `None`.
fn on_a_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        thread.ok().and_then(|thread| thread.join().ok())
    })
}

/// The parser's complaint without the list of everything it would have liked better.
fn plain(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    let line = line.strip_prefix("Syntax error: ").unwrap_or(line).replace("'<EOF>'", "the end");
    let line = line.split(" expecting ").next().unwrap_or_default();
    let said = ["mismatched input ", "extraneous input ", "no viable alternative at input "]
        .iter()
        .find_map(|start| line.strip_prefix(start))
        .map(|found| format!("{found} is not expected here"));
    let said = said
        .or_else(|| line.strip_prefix("token recognition error at: ").map(|odd| format!("{odd} is no part of CEL")));
    said.as_deref().unwrap_or(line).trim_end_matches('.').chars().take(200).collect()
}

fn count(number: isize) -> u32 {
    u32::try_from(number.max(1)).unwrap_or(1)
}

/// Line and column of a node of the tree.
pub(super) fn place_of(info: &SourceInfo, node: u64) -> (u32, u32) {
    let offset = info.offset_for(node).map_or(0, |(start, _)| start as usize);
    let mut place = (1, 1);
    for letter in info.source.chars().take(offset) {
        if letter == '\n' {
            place = (place.0 + 1, 1);
        } else {
            place.1 += 1;
        }
    }
    place
}
