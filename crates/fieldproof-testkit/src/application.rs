//! An application with tiny models whose verdicts a test can steer, as a folder made at run time.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::photo::{Scene, Tint};

const DESCRIPTION: &str = include_str!("../application/application.yaml");
const TESTS: &str = include_str!("../application/tests.yaml");
const CLASSIFIER: &[u8] = include_bytes!("../../fieldproof-vision/tests/models/classifier.onnx");
const DETECTOR: &[u8] = include_bytes!("../../fieldproof-vision/tests/models/detector.onnx");

/// The folder of the application `colours`; gone when dropped.
///
/// | task group | tasks | a photo that passes |
/// |---|---|---|
/// | `before` | `is_red`; `colour_name` (not counted) | red; blur and duplicates only warn |
/// | `after` | `is_green` (kept once validated), `doors` | green, not [`Scene::dim`]; checks of level error |
/// | `papers` | `installed_year`, `is_wide` (not counted) | any, with metadata `installed` = RFC 3339 |
///
/// Work order types: `maintenance` (`before` and `after`), `quick` (`is_green` only), `audit` (`papers`).
pub struct Application {
    folder: TempDir,
}

impl Application {
    /// Writes the folder, with version 1.0, an example photo and a `tests.yaml` that passes.
    pub fn new() -> Self {
        let application = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        application.write("application.yaml", DESCRIPTION);
        application.write("tests.yaml", TESTS);
        application.write("models/classifier.onnx", CLASSIFIER);
        application.write("models/detector.onnx", DETECTOR);
        application.write("examples/before.jpg", Scene::new(0xE0).tint(Tint::Red).jpeg(640, 480, 85));
        application
    }

    /// The same, but every work order must have metadata, with `region` in it.
    pub fn with_required_metadata() -> Self {
        Self::new().edit("required: false", "required: true")
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The folder as an argument of a command.
    pub fn arg(&self) -> &str {
        self.path().to_str().expect("a path in UTF-8")
    }

    /// The path of one of its files.
    pub fn file(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    /// Writes one of its files, or one more.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let file = self.file(path);
        std::fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
        std::fs::write(&file, content).expect("a file in the application's folder");
    }

    /// Replaces a text of `application.yaml`, everywhere it stands.
    ///
    /// # Panics
    /// When it stands nowhere.
    #[must_use]
    pub fn edit(self, from: &str, to: &str) -> Self {
        let text = std::fs::read_to_string(self.file("application.yaml")).expect("application.yaml");
        assert!(text.contains(from), "application.yaml has no {from:?}");
        self.write("application.yaml", text.replace(from, to));
        self
    }
}

impl Default for Application {
    fn default() -> Self {
        Self::new()
    }
}
