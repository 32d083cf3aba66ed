//! The walk through an archive: what each entry is. It blocks, and knows nothing of rows or blobs.

use fieldproof_archive::{Archive, ArchiveError, BadEntry, Entry, FileEntry};
use fieldproof_domain::batch::{Place, Problem, ProblemCode, place};
use fieldproof_store::batches::WorkOrderFile;
use fieldproof_vision::{PhotoFormat, sniff};
use serde_json::{Map, Value as Json};

/// Something found in an archive.
#[derive(Debug)]
pub(in crate::batch) enum Part {
    /// A photo, by its first bytes.
    Photo {
        /// Its folder.
        work_order: String,
        /// Its path.
        file: String,
        /// What it is.
        format: PhotoFormat,
        /// All of it.
        bytes: Vec<u8>,
    },
    /// A photo by its name that cannot be used.
    BadPhoto {
        /// Its folder.
        work_order: String,
        /// Its path.
        file: String,
        /// What is wrong with it.
        problem: Problem,
    },
    /// What `metadata.json` or `parameters.json` says.
    About {
        /// Its folder.
        work_order: String,
        /// Which of the two.
        file: WorkOrderFile,
        /// What it says.
        content: Map<String, Json>,
    },
    /// Something that has no place.
    Problem(Problem),
}

/// Hands every part of an archive to `take`, in the archive's order, until that says no.
///
/// # Errors
/// The archive ends here, not well. What was handed out before is whole.
pub(in crate::batch) fn walk(archive: &mut Archive, mut take: impl FnMut(Part) -> bool) -> Result<(), ArchiveError> {
    let mut entries = archive.entries()?;
    while let Some(entry) = entries.next_entry()? {
        let part = match entry {
            Entry::Bad(bad) => Some(of_bad(bad)),
            Entry::File(file) => of_file(file)?,
        };
        if part.is_some_and(|part| !take(part)) {
            break;
        }
    }
    Ok(())
}

fn of_file(entry: FileEntry<'_>) -> Result<Option<Part>, ArchiveError> {
    let file = entry.path().as_str().to_owned();
    Ok(Some(match place(&file) {
        Place::Junk => return Ok(None),
        Place::Unexpected { work_order, code } => Part::Problem(code.at(work_order, Some(&file))),
        Place::Photo { work_order, .. } => match entry.read()? {
            Ok(bytes) => photo(work_order, &file, bytes),
            Err(bad) => of_bad(bad),
        },
        Place::Metadata { work_order } => match entry.read()? {
            Ok(bytes) => about(work_order, &file, WorkOrderFile::Metadata, &bytes),
            Err(bad) => of_bad(bad),
        },
        Place::Parameters { work_order } => match entry.read()? {
            Ok(bytes) => about(work_order, &file, WorkOrderFile::Parameters, &bytes),
            Err(bad) => of_bad(bad),
        },
    }))
}

fn photo(work_order: &str, file: &str, bytes: Vec<u8>) -> Part {
    match sniff(&bytes) {
        Ok(format) => Part::Photo { work_order: work_order.to_owned(), file: file.to_owned(), format, bytes },
        Err(error) => {
            let reason = format!("The file cannot be used: {error}.");
            let problem = ProblemCode::NotAPhoto.because(Some(work_order), Some(file), reason);
            Part::BadPhoto { work_order: work_order.to_owned(), file: file.to_owned(), problem }
        }
    }
}

fn about(work_order: &str, path: &str, file: WorkOrderFile, bytes: &[u8]) -> Part {
    // A byte order mark, as some programs begin a text with.
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let problem =
        |reason: String| Part::Problem(ProblemCode::NotAnObject.because(Some(work_order), Some(path), reason));
    match serde_json::from_slice(text) {
        Ok(Json::Object(content)) if !has_nul(&content) => {
            Part::About { work_order: work_order.to_owned(), file, content }
        }
        // PostgreSQL cannot keep it; refused everywhere, so that behaviour does not depend on the database.
        Ok(Json::Object(_)) => problem("The file holds the character U+0000.".to_owned()),
        Ok(_) => problem(ProblemCode::NotAnObject.reason().to_owned()),
        Err(error) => problem(format!("The file is no JSON: {error}.")),
    }
}

fn has_nul(object: &Map<String, Json>) -> bool {
    fn any(value: &Json) -> bool {
        match value {
            Json::String(text) => text.contains('\0'),
            Json::Array(items) => items.iter().any(any),
            Json::Object(fields) => has_nul(fields),
            _ => false,
        }
    }
    object.iter().any(|(key, value)| key.contains('\0') || any(value))
}

/// What is wrong with an entry: as a photo that failed, if it would have been one.
fn of_bad(bad: BadEntry) -> Part {
    let path = bad.path.as_ref().map(|path| path.as_str());
    let work_order = match path.map(place) {
        Some(Place::Photo { work_order, .. }) => {
            let (work_order, file) = (work_order.to_owned(), path.unwrap_or(&bad.name).to_owned());
            let problem = of(&bad, Some(&work_order));
            return Part::BadPhoto { work_order, file, problem };
        }
        Some(Place::Metadata { work_order } | Place::Parameters { work_order }) => Some(work_order),
        Some(Place::Unexpected { work_order, .. }) => work_order,
        Some(Place::Junk) | None => None,
    };
    Part::Problem(of(&bad, work_order))
}

fn of(bad: &BadEntry, work_order: Option<&str>) -> Problem {
    Problem {
        work_order: work_order.map(str::to_owned),
        file: Some(bad.name.clone()),
        code: bad.problem.code().to_owned(),
        reason: bad.problem.to_string(),
    }
}
