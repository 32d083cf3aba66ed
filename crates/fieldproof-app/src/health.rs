//! Whether the system can do its work.

use crate::Fieldproof;

/// What `/readyz` answers: `Ok`, or what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// The database answers.
    pub database: Result<(), String>,
    /// A blob can be written, read and erased.
    pub blobs: Result<(), String>,
    /// The models of every site's application are loaded.
    pub models: Result<(), String>,
    /// What runs them.
    pub engine: Result<String, String>,
}

impl Readiness {
    /// Whether everything is.
    pub fn is_ready(&self) -> bool {
        self.database.is_ok() && self.blobs.is_ok() && self.models.is_ok() && self.engine.is_ok()
    }
}

impl Fieldproof {
    /// Tries everything that an analysis needs. Loads models that are not loaded yet.
    pub async fn readiness(&self) -> Readiness {
        let text = |error: &dyn std::fmt::Display| error.to_string();
        Readiness {
            database: self.store.ping().await.map_err(|error| text(&error)),
            blobs: self.store.blobs().probe().await.map_err(|error| text(&error)),
            models: self.load_deployed_applications().await.map_err(|error| text(&error)),
            engine: self.engine_description(),
        }
    }
}
