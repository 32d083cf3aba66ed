//! What is wrong with an application's files: everything at once, each with its place and its fix.

use std::fmt;

/// One thing that is wrong in `application.yaml` or `tests.yaml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line of the file, from 1; `None` when the problem is of the file as a whole.
    pub line: Option<u32>,
    /// Column of that line in characters, from 1.
    pub column: Option<u32>,
    /// What is wrong, a sentence.
    pub message: String,
    /// What to do about it, a sentence.
    pub fix: String,
}

impl fmt::Display for Problem {
    /// `12:5: <message> <fix>`, ready to be put behind the file's name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "{line}:")?;
            if let Some(column) = self.column {
                write!(f, "{column}:")?;
            }
            f.write_str(" ")?;
        }
        write!(f, "{} {}", self.message, self.fix)
    }
}

/// A place in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// From 1.
    pub(crate) line: u32,
    /// In characters, from 1.
    pub(crate) column: u32,
}

/// After so many problems the list stops: a file this wrong is not mended line by line, and a hostile one must not
/// make a list as long as itself.
const MOST: usize = 100;

/// The problems found so far.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    list: Vec<Problem>,
    more: bool,
}

impl Problems {
    /// The only problem that there is.
    pub(crate) fn one(problem: Problem) -> Self {
        Self { list: vec![problem], more: false }
    }

    /// Notes a problem at a place.
    pub(crate) fn add(&mut self, at: Place, message: impl Into<String>, fix: impl Into<String>) {
        self.add_at(Some(at), message, fix);
    }

    /// Notes a problem whose place may be unknown.
    pub(crate) fn add_at(&mut self, at: Option<Place>, message: impl Into<String>, fix: impl Into<String>) {
        if self.list.len() < MOST {
            self.list.push(Problem {
                line: at.map(|place| place.line),
                column: at.map(|place| place.column),
                message: message.into(),
                fix: fix.into(),
            });
        } else {
            self.more = true;
        }
    }

    /// Whether no more are listed: what reads on may as well stop.
    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= MOST
    }

    /// How many are listed.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether nothing was noted.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All of them in the order of the file.
    pub(crate) fn into_list(mut self) -> Vec<Problem> {
        // `None` first: what is said of the whole file comes before its lines. Stable within a place.
        self.list.sort_by_key(|problem| (problem.line, problem.column));
        if self.more {
            self.list.push(Problem {
                line: None,
                column: None,
                message: "There are more problems.".to_owned(),
                fix: "Fix these first, then check again.".to_owned(),
            });
        }
        self.list
    }
}
