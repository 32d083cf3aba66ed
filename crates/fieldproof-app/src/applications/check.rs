//! Everything wrong with an application's folder, at once.

use std::{collections::HashMap, fmt, path::Path};

use fieldproof_domain::{
    application::{
        Application, Examined, ModelFile, ModelSpec, Problem, examine, expectations, expectations::Expectations, load,
    },
    ids::AppVersionId,
    rules::RuleBook,
};
use fieldproof_store::app_versions::AppVersion;
use fieldproof_vision::{Engine, Limits, Model, OnnxFile, WorkingScale, decode, sniff};

use super::{APPLICATION_FILE, Bundle, Reader, TESTS_FILE, readers};

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
    /// Its readers, by name.
    pub readers: HashMap<String, Reader>,
}

impl LoadedApplication {
    /// Compiles and loads a bundle.
    ///
    /// # Errors
    /// Every problem of every file.
    pub fn from_bundle(engine: &dyn Engine, bundle: &Bundle) -> Result<Self, Vec<FileProblem>> {
        let yaml = bundle.files.get(APPLICATION_FILE).map(|bytes| &bytes[..]).unwrap_or_default();
        let files = |path: &str| model_file(bundle.files.get(path)?);
        let (application, rules) =
            load(&String::from_utf8_lossy(yaml), &files).map_err(|problems| in_file(APPLICATION_FILE, problems))?;
        let (models, problems) = load_models(engine, &application, bundle);
        if !problems.is_empty() {
            return Err(problems);
        }
        let readers = readers::load(&application);
        Ok(Self { id: bundle.id(), application, rules, models, readers })
    }

    /// The blob that holds the file at `path`.
    pub fn blob_key(&self, path: &str) -> String {
        AppVersion::blob_key(self.id, path)
    }

    /// The size that the photos of a task group have to be decoded at, for its checks and its models.
    pub fn working_scale(&self, group: &str) -> WorkingScale {
        let observed = self.application.group(group).into_iter().flat_map(|group| &group.observe);
        let wanted = observed
            // Who looks at regions gets them as they were taken.
            .filter(|(_, observe)| observe.on.is_none())
            .filter_map(|(name, _)| self.application.models.get(name))
            .flat_map(|spec| spec.input.size)
            .max()
            .unwrap_or_default();
        WorkingScale::at_least(wanted.max(WorkingScale::FOR_MEASURES))
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
    let files = |path: &str| model_file(&Bundle::read_file(folder, path).ok()?);
    let Examined { application, rules, problems } = match std::str::from_utf8(&yaml) {
        Ok(text) => examine(text, &files),
        Err(error) => {
            let message = format!("This is not UTF-8 text: {error}.");
            return Err(vec![whole(APPLICATION_FILE, message, "Save it as UTF-8.")]);
        }
    };
    let mut problems = in_file(APPLICATION_FILE, problems);
    let Some(application) = application else { return Err(problems) };
    // What is expected of an application that is not complete would only be called unknown.
    let expectations = if rules.is_some() {
        read_expectations(folder, &application).unwrap_or_else(|found| {
            problems.extend(found);
            None
        })
    } else {
        None
    };
    let (bundle, missing) = Bundle::collect(folder, yaml, &application);
    problems.extend(missing);
    let (models, found) = load_models(engine, &application, &bundle);
    problems.extend(found);
    problems.extend(check_examples(&application, &bundle));
    match rules {
        Some(rules) if problems.is_empty() => {
            let readers = readers::load(&application);
            let loaded = LoadedApplication { id: bundle.id(), application, rules, models, readers };
            Ok((bundle, loaded, expectations))
        }
        _ => Err(problems),
    }
}

/// What is in a file that a model's description names. What is wrong with an ONNX file is told where it is loaded.
fn model_file(bytes: &[u8]) -> Option<ModelFile> {
    match OnnxFile::read(bytes) {
        Ok(file) => Some(ModelFile::Onnx(file.facts())),
        Err(_) => std::str::from_utf8(bytes).ok().map(|text| ModelFile::Text(text.to_owned())),
    }
}

/// Loads the models whose files are there.
fn load_models(
    engine: &dyn Engine,
    application: &Application,
    bundle: &Bundle,
) -> (HashMap<String, Model>, Vec<FileProblem>) {
    let mut problems = Vec::new();
    let mut models = HashMap::new();
    for (name, spec) in &application.models {
        let Some(bytes) = bundle.files.get(&spec.file) else { continue };
        match Model::load(engine, spec, bytes) {
            Ok(mut model) => {
                problems.extend(add_references(&mut model, name, spec, bundle));
                models.insert(name.clone(), model);
            }
            Err(error) => {
                let message = format!("Model '{name}': {error}.");
                problems.push(whole(&spec.file, message, "Correct the model's entry or export the model again."));
            }
        }
    }
    (models, problems)
}

/// Lets an embedding model look at its references that are there; tells those that are no photos.
fn add_references(model: &mut Model, name: &str, spec: &ModelSpec, bundle: &Bundle) -> Vec<FileProblem> {
    let photos = spec.references.iter().flat_map(|(reference, paths)| paths.iter().map(move |path| (reference, path)));
    let mut add = |reference: &str, path: &String| -> Option<FileProblem> {
        let [width, height] = spec.input.size;
        let scale = WorkingScale::at_least(width.max(height));
        let photo = match decode(bundle.files.get(path)?, &Limits::default(), scale) {
            Ok(photo) => photo,
            Err(error) => return Some(whole(path, format!("Not a photo: {error}."), "Use a JPEG, PNG or WebP file.")),
        };
        let error = model.add_reference(reference, &photo).err()?;
        Some(whole(path, format!("Model '{name}': {error}."), "Use another photo."))
    };
    photos.filter_map(|(reference, path)| add(reference, path)).collect()
}

/// Whether the example photos that are there are photos.
fn check_examples(application: &Application, bundle: &Bundle) -> Vec<FileProblem> {
    let paths = application.task_groups.iter().flat_map(|group| &group.examples);
    let wrong = paths.filter_map(|path| Some((path, sniff(bundle.files.get(path)?).err()?)));
    wrong
        .map(|(path, error)| whole(path, format!("Not an example photo: {error}."), "Use a JPEG, PNG or WebP file."))
        .collect()
}

/// A problem of a file as a whole.
fn whole(file: &str, message: String, fix: &str) -> FileProblem {
    FileProblem { file: file.to_owned(), problem: Problem { line: None, column: None, message, fix: fix.to_owned() } }
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
