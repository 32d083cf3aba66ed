//! The path of an entry, checked.

use crate::{EntryProblem, Limits};
use std::fmt;

/// A path that can be trusted: one or more names, none of them empty, `.` or `..`, none with a slash, a backslash or a
/// control character. It is relative and within the limits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryPath(Box<str>);

impl EntryPath {
    /// Checks what an archive gives as a path. `.` and doubled slashes mean nothing and are left out.
    pub(crate) fn read(text: &str, limits: &Limits) -> Result<Self, EntryProblem> {
        if text.chars().any(char::is_control) {
            return Err(EntryProblem::ControlCharacter);
        }
        if text.contains('\\') {
            return Err(EntryProblem::Backslash);
        }
        let names = text.split('/').filter(|name| !matches!(*name, "" | "."));
        if text.starts_with('/') || names.clone().next().is_some_and(has_drive) {
            return Err(EntryProblem::AbsolutePath);
        }
        if names.clone().any(|name| name == "..") {
            return Err(EntryProblem::ParentFolder);
        }
        // A name is followed by one slash, except the last.
        let bytes = names.clone().map(|name| name.len() + 1).sum::<usize>().saturating_sub(1);
        if bytes > limits.path_bytes {
            return Err(EntryProblem::PathTooLong { max: limits.path_bytes });
        }
        if names.clone().count() > limits.path_depth {
            return Err(EntryProblem::PathTooDeep { max: limits.path_depth });
        }
        if bytes == 0 {
            return Err(EntryProblem::NoName);
        }
        Ok(Self(names.collect::<Vec<_>>().join("/").into()))
    }

    /// The names, joined by slashes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The names: those of the folders from the outside in, then the file's own.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &str> + Clone {
        self.0.split('/')
    }

    /// The name of the file itself.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }
}

/// `C:`, whatever follows.
fn has_drive(name: &str) -> bool {
    matches!(name.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

impl fmt::Display for EntryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn read(text: &str) -> Result<EntryPath, EntryProblem> {
        EntryPath::read(text, &Limits { path_depth: 4, path_bytes: 20, ..Limits::default() })
    }

    #[rstest]
    #[case("WO 12/pose-0.jpg", "WO 12/pose-0.jpg")]
    #[case("pose.jpg", "pose.jpg")]
    #[case("./WO/.//pose.jpg", "WO/pose.jpg")]
    #[case("a/b/c/d", "a/b/c/d")]
    #[case("..a/b../...", "..a/b../...")]
    #[case("12:30/x.jpg", "12:30/x.jpg")]
    #[case("Réseau/é.jpg", "Réseau/é.jpg")]
    #[case("12345678901234567890", "12345678901234567890")]
    fn good(#[case] text: &str, #[case] path: &str) {
        assert_eq!(read(text).map(|path| path.to_string()).as_deref(), Ok(path));
    }

    #[rstest]
    #[case("../x", EntryProblem::ParentFolder)]
    #[case("a/../x", EntryProblem::ParentFolder)]
    #[case("a/..", EntryProblem::ParentFolder)]
    #[case("/etc/passwd", EntryProblem::AbsolutePath)]
    #[case("//host/x", EntryProblem::AbsolutePath)]
    #[case("C:/x", EntryProblem::AbsolutePath)]
    #[case("c:x", EntryProblem::AbsolutePath)]
    #[case("./C:/x", EntryProblem::AbsolutePath)]
    #[case("..\\x", EntryProblem::Backslash)]
    #[case("\\\\host\\x", EntryProblem::Backslash)]
    #[case("C:\\x", EntryProblem::Backslash)]
    #[case("a\0.jpg", EntryProblem::ControlCharacter)]
    #[case("a\n.jpg", EntryProblem::ControlCharacter)]
    #[case("a\u{85}.jpg", EntryProblem::ControlCharacter)]
    #[case("", EntryProblem::NoName)]
    #[case("./.", EntryProblem::NoName)]
    #[case("a/b/c/d/e", EntryProblem::PathTooDeep { max: 4 })]
    #[case("123456789012345678901", EntryProblem::PathTooLong { max: 20 })]
    #[case("ééééééééééé", EntryProblem::PathTooLong { max: 20 })]
    fn bad(#[case] text: &str, #[case] problem: EntryProblem) {
        assert_eq!(read(text), Err(problem));
    }

    #[test]
    fn parts() {
        let path = read("a/b/c.jpg").unwrap();
        assert_eq!(path.components().collect::<Vec<_>>(), ["a", "b", "c.jpg"]);
        assert_eq!(path.file_name(), "c.jpg");
        assert_eq!(path.as_str(), "a/b/c.jpg");
    }

    proptest! {
        #[test]
        fn what_passes_is_safe_and_stays_as_it_is(text in r"[a./\\:\u{0}é]{0,12}") {
            if let Ok(path) = read(&text) {
                for name in path.components() {
                    prop_assert!(!matches!(name, "" | "." | "..") && !name.contains(['/', '\\', '\0']));
                }
                prop_assert!(!path.as_str().starts_with('/'));
                let again = read(path.as_str());
                prop_assert_eq!(again, Ok(path));
            }
        }
    }
}
