//! What the server's operator has set apart for exports.

use std::path::PathBuf;

/// What the server's operator has set apart for exports.
#[derive(Clone, Debug, Default)]
pub struct ExportPlaces {
    /// Exports may go to folders in this one; `None`: to none of this machine.
    pub root: Option<PathBuf>,
    /// Files with credentials that exports may name.
    pub credentials: Option<PathBuf>,
}
