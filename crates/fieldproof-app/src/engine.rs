//! Which engine runs models: ONNX Runtime where its library is found, else the one that is built in.

use std::{
    cmp::Reverse,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use fieldproof_vision::{Engine, OnnxRuntime, RtenEngine};

/// Where the library of ONNX Runtime is looked for in the data folder.
const FOLDER: &str = "onnxruntime";
/// The variable that programs with ONNX Runtime share.
const SHARED_VARIABLE: &str = "ORT_DYLIB_PATH";

/// Which engine runs models.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum EngineChoice {
    /// The one that is built in.
    #[default]
    BuiltIn,
    /// ONNX Runtime if its library is found: where `ORT_DYLIB_PATH` says, in the data folder, or in a Python package.
    Search,
    /// ONNX Runtime by this library, or nothing.
    Library(PathBuf),
}

impl EngineChoice {
    /// `off`, or the path of a library; nothing: the library is looked for.
    pub fn from_option(text: Option<&str>) -> Self {
        match text {
            None | Some("") => Self::Search,
            Some("off") => Self::BuiltIn,
            Some(path) => Self::Library(path.into()),
        }
    }

    /// Opens the engine.
    ///
    /// # Errors
    /// A sentence for the operator, only where a library was named.
    pub fn open(&self, data: &Path) -> Result<Arc<dyn Engine>, String> {
        let candidates = match self {
            Self::BuiltIn => Vec::new(),
            Self::Library(path) => {
                let engine = OnnxRuntime::open(path).map_err(|error| error.to_string())?;
                return Ok(Arc::new(engine));
            }
            Self::Search => found(data),
        };
        for library in candidates {
            match OnnxRuntime::open(&library) {
                Ok(engine) => return Ok(Arc::new(engine)),
                Err(error) => tracing::warn!(%error, "this library is passed over"),
            }
        }
        Ok(Arc::new(RtenEngine))
    }
}

/// An engine that is opened when the first model is loaded, since most commands load none.
pub(crate) struct LazyEngine {
    choice: EngineChoice,
    data: PathBuf,
    opened: OnceLock<Arc<dyn Engine>>,
}

impl LazyEngine {
    pub(crate) fn new(choice: EngineChoice, data: PathBuf) -> Self {
        Self { choice, data, opened: OnceLock::new() }
    }

    /// One that is open already.
    pub(crate) fn opened(engine: Arc<dyn Engine>) -> Self {
        Self { choice: EngineChoice::BuiltIn, data: PathBuf::new(), opened: OnceLock::from(engine) }
    }

    /// The engine, opened now if it was not.
    pub(crate) fn get(&self) -> Result<&Arc<dyn Engine>, String> {
        if let Some(engine) = self.opened.get() {
            return Ok(engine);
        }
        let engine = self.choice.open(&self.data)?;
        tracing::info!(engine = engine.describe(), "models run on");
        Ok(self.opened.get_or_init(|| engine))
    }
}

/// The libraries that there are, in the order in which they are tried.
fn found(data: &Path) -> Vec<PathBuf> {
    let named = std::env::var_os(SHARED_VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from);
    let folders =
        [data.join(FOLDER)].into_iter().chain(python_packages().into_iter().map(|at| at.join("onnxruntime/capi")));
    named.into_iter().chain(folders.flat_map(|folder| libraries_in(&folder))).collect()
}

/// The libraries in a folder, the newest by name first.
fn libraries_in(folder: &Path) -> Vec<PathBuf> {
    let begin = format!("{}onnxruntime.", std::env::consts::DLL_PREFIX);
    let files = std::fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let is_library = |file: &PathBuf| {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        name.starts_with(&begin) && name.contains(std::env::consts::DLL_SUFFIX)
    };
    let mut libraries: Vec<_> = files.filter(is_library).collect();
    libraries.sort_by_key(|library| Reverse(numbers(library)));
    libraries
}

/// The numbers in a file's name, by which versions are in order: 1.9 before 1.20.
fn numbers(path: &Path) -> Vec<u64> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.split(|letter: char| !letter.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

/// Folders with Python's packages: of the virtual environment, of the user, of the machine.
fn python_packages() -> Vec<PathBuf> {
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local"));
    let roots = std::env::var_os("VIRTUAL_ENV").map(PathBuf::from).into_iter().chain(home);
    let roots = roots.chain(["/usr/local", "/usr"].map(PathBuf::from));
    let pythons = roots.flat_map(|root| {
        let entries = std::fs::read_dir(root.join("lib")).into_iter().flatten().filter_map(Result::ok);
        let mut pythons: Vec<_> = entries.map(|entry| entry.path()).collect();
        pythons.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("python3")));
        // Later versions first.
        pythons.sort_by_key(|python| Reverse(numbers(python)));
        pythons
    });
    pythons.flat_map(|python| ["site-packages", "dist-packages"].map(|name| python.join(name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_is_told_from_its_neighbours() {
        let folder = tempfile::tempdir().unwrap();
        assert!(libraries_in(folder.path()).is_empty());
        assert!(libraries_in(&folder.path().join("none")).is_empty());
        let name = |middle: &str| format!("{}{middle}", std::env::consts::DLL_PREFIX);
        let suffix = std::env::consts::DLL_SUFFIX;
        for file in [
            name(&format!("onnxruntime_providers_shared{suffix}")),
            name("onnxruntime.txt"),
            name(&format!("onnxruntime.1.9.0{suffix}")),
            name(&format!("onnxruntime.1.21.0{suffix}")),
        ] {
            std::fs::write(folder.path().join(file), "").unwrap();
        }
        let newest_first =
            ["1.21.0", "1.9.0"].map(|version| folder.path().join(name(&format!("onnxruntime.{version}{suffix}"))));
        assert_eq!(libraries_in(folder.path()), newest_first);
    }

    #[test]
    fn what_is_no_library_is_passed_over_unless_it_was_named() {
        let data = tempfile::tempdir().unwrap();
        let name = format!("{}onnxruntime{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
        let library = data.path().join(FOLDER).join(name);
        std::fs::create_dir(data.path().join(FOLDER)).unwrap();
        std::fs::write(&library, "no library").unwrap();
        assert!(found(data.path()).contains(&library));
        let error = EngineChoice::Library(library.clone()).open(data.path()).err().unwrap();
        assert!(error.starts_with(&format!("{} cannot be used as ONNX Runtime: ", library.display())), "{error}");
        assert_eq!(EngineChoice::BuiltIn.open(data.path()).unwrap().name(), "rten");
    }

    #[test]
    fn options() {
        assert_eq!(EngineChoice::from_option(None), EngineChoice::Search);
        assert_eq!(EngineChoice::from_option(Some("off")), EngineChoice::BuiltIn);
        assert_eq!(EngineChoice::from_option(Some("/a/b.so")), EngineChoice::Library("/a/b.so".into()));
    }
}
