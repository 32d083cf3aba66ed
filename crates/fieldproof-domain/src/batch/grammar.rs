//! What a file of a batch's archive is, by its path (contract sections 4.1 and 4.2): one folder for each work order, in
//! it `metadata.json`, `parameters.json` and photos.

use super::ProblemCode;

/// Endings of photos, in any case. What a file really is, its content says later.
const PHOTO_ENDINGS: [&str; 4] = ["jpg", "jpeg", "png", "webp"];

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// Left by an operating system; passed over in silence.
    Junk,
    /// The work order's metadata.
    Metadata {
        /// Its folder, which is the work order's name.
        work_order: &'a str,
    },
    /// The work order's parameters.
    Parameters {
        /// Its folder.
        work_order: &'a str,
    },
    /// A photo.
    Photo {
        /// Its folder.
        work_order: &'a str,
        /// File name without its ending: says task group and order.
        stem: &'a str,
    },
    /// Nothing that a batch knows: reported, and the rest goes on.
    Unexpected {
        /// Its folder, if it lies in one.
        work_order: Option<&'a str>,
        /// Why it is not taken.
        code: ProblemCode,
    },
}

/// What the file with this path is; `path` has `/` between its parts, and none of them is empty, `.` or `..`.
pub fn place(path: &str) -> Place<'_> {
    let mut parts = path.split('/');
    let (first, second, more) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    let file = path.rsplit('/').next().unwrap_or_default();
    if first == "__MACOSX" || is_junk(file) {
        return Place::Junk;
    }
    match (second, more) {
        (None, _) => Place::Unexpected { work_order: None, code: ProblemCode::OutsideFolder },
        (Some(_), Some(_)) => Place::Unexpected { work_order: Some(first), code: ProblemCode::TooDeep },
        (Some(file), None) => in_folder(first, file),
    }
}

fn in_folder<'a>(work_order: &'a str, file: &'a str) -> Place<'a> {
    if file.eq_ignore_ascii_case("metadata.json") {
        return Place::Metadata { work_order };
    }
    if file.eq_ignore_ascii_case("parameters.json") {
        return Place::Parameters { work_order };
    }
    match file.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && PHOTO_ENDINGS.iter().any(|it| ending.eq_ignore_ascii_case(it)) => {
            Place::Photo { work_order, stem }
        }
        _ => Place::Unexpected { work_order: Some(work_order), code: ProblemCode::UnexpectedFile },
    }
}

/// Files that operating systems leave in folders.
fn is_junk(file: &str) -> bool {
    file == ".DS_Store"
        || file.starts_with("._")
        || ["Thumbs.db", "desktop.ini"].iter().any(|it| file.eq_ignore_ascii_case(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_what_a_file_is() {
        let unexpected = |work_order, code| Place::Unexpected { work_order, code };
        for (path, expected) in [
            ("WO_1/metadata.json", Place::Metadata { work_order: "WO_1" }),
            ("WO_1/Metadata.JSON", Place::Metadata { work_order: "WO_1" }),
            ("WO_1/parameters.json", Place::Parameters { work_order: "WO_1" }),
            ("WO_1/door-0.jpg", Place::Photo { work_order: "WO_1", stem: "door-0" }),
            ("WO_1/door.v2.JPEG", Place::Photo { work_order: "WO_1", stem: "door.v2" }),
            ("WO_1/door.png", Place::Photo { work_order: "WO_1", stem: "door" }),
            ("__MACOSX/WO_1/._door.jpg", Place::Junk),
            ("WO_1/._door.jpg", Place::Junk),
            ("WO_1/.DS_Store", Place::Junk),
            (".DS_Store", Place::Junk),
            ("WO_1/thumbs.db", Place::Junk),
            ("WO_1/desktop.ini", Place::Junk),
            ("readme.txt", unexpected(None, ProblemCode::OutsideFolder)),
            ("door.jpg", unexpected(None, ProblemCode::OutsideFolder)),
            ("batch/WO_1/door.jpg", unexpected(Some("batch"), ProblemCode::TooDeep)),
            ("WO_1/notes.txt", unexpected(Some("WO_1"), ProblemCode::UnexpectedFile)),
            ("WO_1/.jpg", unexpected(Some("WO_1"), ProblemCode::UnexpectedFile)),
            ("WO_1/door", unexpected(Some("WO_1"), ProblemCode::UnexpectedFile)),
        ] {
            assert_eq!(place(path), expected, "{path}");
        }
    }
}
