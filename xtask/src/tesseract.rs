//! Tesseract, which reads printed text.

use crate::debian;
use crate::steps::Missing;
use std::path::{Path, PathBuf};

/// Where Debian puts it.
const TESSERACT: &str = "/usr/bin/tesseract";

/// The program with English, after installing its package where that can be done.
pub(crate) fn program() -> Result<PathBuf, Missing> {
    if Path::new(TESSERACT).exists() || debian::install("tesseract-ocr") {
        return Ok(TESSERACT.into());
    }
    Err(Missing("Tesseract is not installed, and only root on Debian can install it here".into()))
}
