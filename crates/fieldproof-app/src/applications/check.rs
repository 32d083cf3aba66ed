//! Everything wrong with an application's folder, at once.

use std::{collections::HashMap, fmt, path::Path};

use fieldproof_domain::{
    application::{Application, Problem, expectations, expectations::Expectations, load},
    ids::AppVersionId,
    rules::RuleBook,
};
use fieldproof_store::app_versions::AppVersion;
use fieldproof_vision::{Engine, Model, WorkingScale, sniff};

use super::{APPLICATION_FILE, Bundle, TESTS_FILE};

/// A problem and the file it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileProblem {
    /// Relative to the application's folder.
    pub file: String,
    /// What is wrong, where, and how to mend it.
    pub problem: Problem,
}

impl fmt::Display for FileProblem {
    /// `application.yaml:12:5: <message> <fix>`, as compilers print it, so that editors can jump there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gap = if self.problem.line.is_some() { ":" } else { ": " };
        write!(f, "{}{gap}{}", self.file, self.problem)
    }
}

/// An application version with its rules compiled and its models loaded.
pub struct LoadedApplication {
    /// Derived from the content.
    pub id: AppVersionId,
    /// What `application.yaml` says.
    pub application: Application,
    /// Its rules.
    pub rules: RuleBook,
    /// Its models, by name.
    pub models: HashMap<String, Model>,
}

impl LoadedApplication {
    /// Compiles and loads a bundle.
    ///
    /// # Errors
    /// Every problem of every file.
    pub fn from_bundle(engine: &dyn Engine, bundle: &Bundle) -> Result<Self, Vec<FileProblem>> {
        let whole = |file: &str, message: String, fix: &str| FileProblem {
            file: file.to_owned(),
            problem: Problem { line: None, column: None, message, fix: fix.to_owned() },
        };
        let yaml = bundle.files.get(APPLICATION_FILE).map(|bytes| &bytes[..]).unwrap_or_default();
        let yaml = std::str::from_utf8(yaml).map_err(|error| {
            vec![whole(APPLICATION_FILE, format!("This is not UTF-8 text: {error}."), "Save it as UTF-8.")]
        })?;
        let (application, rules) = load(yaml).map_err(|problems| in_file(APPLICATION_FILE, problems))?;
        let mut problems = Vec::new();
        let mut models = HashMap::new();
        for (name, spec) in &application.models {
            let bytes = bundle.files.get(&spec.file).map(|bytes| &bytes[..]).unwrap_or_default();
            match Model::load(engine, spec, bytes) {
                Ok(model) => drop(models.insert(name.clone(), model)),
                Err(error) => {
                    let message = format!("Model '{name}': {error}.");
                    problems.push(whole(&spec.file, message, "Correct the model's entry or export the model again."));
                }
            }
        }
        for path in application.task_groups.iter().flat_map(|group| &group.examples) {
            let bytes = bundle.files.get(path).map(|bytes| &bytes[..]).unwrap_or_default();
            if let Err(error) = sniff(bytes) {
                problems.push(whole(path, format!("Not an example photo: {error}."), "Use a JPEG, PNG or WebP file."));
            }
        }
        if problems.is_empty() { Ok(Self { id: bundle.id(), application, rules, models }) } else { Err(problems) }
    }

    /// The blob that holds the file at `path`.
    pub fn blob_key(&self, path: &str) -> String {
        AppVersion::blob_key(self.id, path)
    }

    /// The size that the photos of a task group have to be decoded at, for its checks and its models.
    pub fn working_scale(&self, group: &str) -> WorkingScale {
        let models = self.application.group(group).into_iter().flat_map(|group| group.observe.keys());
        let wanted = models
            .filter_map(|name| self.application.models.get(name))
            .flat_map(|spec| spec.input.size)
            .max()
            .unwrap_or_default();
        WorkingScale { min_short_side: wanted.max(WorkingScale::FOR_MEASURES) }
    }
}

/// Checks a folder: the description, its rules, the files it names, the models, and the expected verdicts if the
/// folder has any.
///
/// # Errors
/// Every problem of every file.
pub fn check_folder(
    engine: &dyn Engine,
    folder: &Path,
) -> Result<(Bundle, LoadedApplication, Option<Expectations>), Vec<FileProblem>> {
    let yaml = Bundle::read_file(folder, APPLICATION_FILE).map_err(|problem| vec![problem])?;
    // Read twice when all is well, so that a missing file is reported beside the others.
    let text = String::from_utf8_lossy(&yaml).into_owned();
    let (application, _) = load(&text).map_err(|problems| in_file(APPLICATION_FILE, problems))?;
    let mut problems = Vec::new();
    let expectations = read_expectations(folder, &application).unwrap_or_else(|found| {
        problems.extend(found);
        None
    });
    let loaded = Bundle::collect(folder, yaml, &application)
        .and_then(|bundle| LoadedApplication::from_bundle(engine, &bundle).map(|loaded| (bundle, loaded)));
    match loaded {
        Ok((bundle, loaded)) if problems.is_empty() => Ok((bundle, loaded, expectations)),
        Ok(_) => Err(problems),
        Err(found) => Err(found.into_iter().chain(problems).collect()),
    }
}

fn read_expectations(folder: &Path, application: &Application) -> Result<Option<Expectations>, Vec<FileProblem>> {
    if !folder.join(TESTS_FILE).exists() {
        return Ok(None);
    }
    let yaml = Bundle::read_file(folder, TESTS_FILE).map_err(|problem| vec![problem])?;
    let expectations = expectations::parse(application, &String::from_utf8_lossy(&yaml))
        .map_err(|problems| in_file(TESTS_FILE, problems))?;
    let photos = expectations.work_orders.iter().flat_map(|order| &order.photos);
    let missing: Vec<_> = photos.filter_map(|photo| Bundle::read_file(folder, &photo.photo).err()).collect();
    if missing.is_empty() { Ok(Some(expectations)) } else { Err(missing) }
}

fn in_file(file: &str, problems: Vec<Problem>) -> Vec<FileProblem> {
    problems.into_iter().map(|problem| FileProblem { file: file.to_owned(), problem }).collect()
}
