//! A work order's metadata against the application's template (contract sections 1.1 and 9).

use serde_json::{Map, Value};

use super::{Application, MetadataType};

/// Why a work order's metadata is refused. The texts are ready for the API's `metadata` field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// Required entries that are absent or null, in the application's order.
    #[error("Required metadata is missing: {}.", .0.join(", "))]
    Missing(Vec<String>),
    /// Declared entries whose value has another type.
    #[error("{}", .0.iter().map(|(name, wanted)| format!("Metadata '{name}' must be a {}.", wanted.as_str())).collect::<Vec<_>>().join(" "))]
    WrongType(Vec<(String, MetadataType)>),
}

/// Checks a work order's metadata: required entries must be there (null counts as absent), declared entries must be of
/// their type, everything else is free.
///
/// # Errors
/// What is missing; if nothing is, what has the wrong type.
pub fn check_metadata(application: &Application, metadata: &Map<String, Value>) -> Result<(), MetadataError> {
    let given = |name: &str| metadata.get(name).filter(|value| !value.is_null());
    let declared = || application.metadata.iter();
    let missing: Vec<String> =
        declared().filter(|spec| spec.required && given(&spec.name).is_none()).map(|spec| spec.name.clone()).collect();
    if !missing.is_empty() {
        return Err(MetadataError::Missing(missing));
    }
    let wrong: Vec<_> = declared()
        .filter(|spec| given(&spec.name).is_some_and(|value| !spec.kind.fits(value)))
        .map(|spec| (spec.name.clone(), spec.kind))
        .collect();
    if wrong.is_empty() { Ok(()) } else { Err(MetadataError::WrongType(wrong)) }
}

impl MetadataType {
    /// The word of `application.yaml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Boolean => "boolean",
        }
    }

    /// Whether a value is of this type.
    pub fn fits(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Number => value.is_number(),
            Self::Boolean => value.is_boolean(),
        }
    }
}
