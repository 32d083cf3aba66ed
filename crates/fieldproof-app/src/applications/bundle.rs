//! The files of an application version: what is pushed, addressed by its content.

use std::{collections::BTreeMap, path::Path};

use bytes::Bytes;
use fieldproof_domain::{
    application::{Application, Problem},
    ids::AppVersionId,
};
use sha2::{Digest as _, Sha256};

use super::{APPLICATION_FILE, FileProblem};

/// The most bytes that one file of an application may have.
const MAX_FILE_BYTES: u64 = 512 * 1024 * 1024;

/// `application.yaml` and every file that it names, by path.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bundle {
    /// Contents by path, relative to the application's folder.
    pub files: BTreeMap<String, Bytes>,
}

impl Bundle {
    /// Reads one file of a folder, or says what is wrong with it.
    pub(crate) fn read_file(folder: &Path, path: &str) -> Result<Bytes, FileProblem> {
        let file = folder.join(path);
        let explain = |message: String, fix: &str| FileProblem {
            file: path.to_owned(),
            problem: Problem { line: None, column: None, message, fix: fix.to_owned() },
        };
        let meta = std::fs::metadata(&file).map_err(|error| {
            explain(format!("{} cannot be read: {error}.", file.display()), "Add the file, or correct its path.")
        })?;
        if !meta.is_file() || meta.len() > MAX_FILE_BYTES {
            let message = format!("This is not a file of at most {} MiB.", MAX_FILE_BYTES / (1024 * 1024));
            return Err(explain(message, "Name another file."));
        }
        std::fs::read(&file)
            .map(Bytes::from)
            .map_err(|error| explain(format!("The file cannot be read: {error}."), "Check the rights on it."))
    }

    /// The description and every file that `application` names and that can be read; problems for the others.
    pub(crate) fn collect(folder: &Path, yaml: Bytes, application: &Application) -> (Self, Vec<FileProblem>) {
        let mut files = BTreeMap::from([(APPLICATION_FILE.to_owned(), yaml)]);
        let mut problems = Vec::new();
        for path in application.files() {
            match Self::read_file(folder, path) {
                Ok(bytes) => drop(files.insert(path.to_owned(), bytes)),
                Err(problem) => problems.push(problem),
            }
        }
        (Self { files }, problems)
    }

    /// sha256 over every path and content, in hex.
    pub fn digest(&self) -> String {
        let files = self.files.iter().map(|(path, bytes)| (path.clone(), Sha256::digest(bytes).into()));
        digest_of(&files.collect())
    }

    /// The id of the version with this content.
    pub fn id(&self) -> AppVersionId {
        AppVersionId::from_digest(&self.digest())
    }
}

/// The digest of a version by the sha256 of its files, for who does not have them all in memory.
pub(crate) fn digest_of(files: &BTreeMap<String, [u8; 32]>) -> String {
    let mut hash = Sha256::new();
    for (path, sha256) in files {
        hash.update((path.len() as u64).to_be_bytes());
        hash.update(path.as_bytes());
        hash.update(sha256);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
