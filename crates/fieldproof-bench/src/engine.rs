//! The engine that the server and the bare pipeline both run models on.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use anyhow::{Context as _, Result, anyhow};
use fieldproof_app::EngineChoice;
use fieldproof_vision::Engine;

/// The library of ONNX Runtime; nothing: the built-in engine.
static LIBRARY: OnceLock<PathBuf> = OnceLock::new();

/// Takes ONNX Runtime from now on.
pub(crate) fn use_library(library: PathBuf) -> Result<()> {
    let library = std::path::absolute(&library).with_context(|| library.display().to_string())?;
    LIBRARY.set(library).map_err(|_| anyhow!("the engine was chosen before"))
}

/// What `--onnxruntime` is given.
pub(crate) fn option() -> &'static Path {
    LIBRARY.get().map_or(Path::new("off"), PathBuf::as_path)
}

/// The engine in this process.
pub(crate) fn open() -> Result<Arc<dyn Engine>> {
    let choice = LIBRARY.get().map_or(EngineChoice::BuiltIn, |library| EngineChoice::Library(library.clone()));
    choice.open(Path::new("")).map_err(|error| anyhow!(error))
}
