//! What is known of the values in an expression, and their fields.

use super::environment::Environment;
use crate::application::{closest, did_you_mean};

/// What is known of a value: enough to know its fields.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Thing {
    /// A list of things that are alike.
    ListOf(Box<Thing>),
    /// One detection of this model.
    Detection(String),
    /// One thing that this reader has read.
    Inscription(String),
    /// Its box.
    Bbox,
    /// What this model says of the photo.
    Classification(String),
    /// What this model reads.
    Text(String),
    /// What this model makes of the photo.
    Embedding(String),
    /// Its scores by label.
    Scores(String),
    /// A label of this model, or a concept of this reader.
    Concept(String),
    /// `photo`
    Photo,
    /// `photo.location`
    Location,
    /// `state`
    State,
    /// `state.<task>`
    TaskState,
    /// `metadata`: callers may send more than is declared.
    Metadata,
    /// Anything else.
    Unknown,
}

impl Thing {
    /// The field called `name`.
    ///
    /// # Errors
    /// What is wrong and what to do, if there is no such field.
    pub(super) fn field(self, name: &str, environment: &Environment<'_>) -> Result<Self, (String, String)> {
        let labels = |model: &str| {
            let model = environment.model(model);
            model.map(|model| model.labels.iter().map(String::as_str).collect()).unwrap_or_default()
        };
        // What a model sees in regions knows its region.
        let found_by = match &self {
            Self::Classification(model) | Self::Text(model) | Self::Embedding(model) => environment.looks_on(model),
            _ => None,
        };
        if let Some(found_by) = found_by.filter(|_| name == "region") {
            return Ok(Self::Detection(found_by.to_owned()));
        }
        let (what, mut known, field): (String, Vec<&str>, fn(String) -> Self) = match &self {
            Self::Unknown => return Ok(Self::Unknown),
            Self::Metadata => {
                let declared = environment.application.metadata.iter().map(|spec| spec.name.as_str());
                return match closest(name, declared.clone()) {
                    Some(meant) if !declared.clone().any(|declared| declared == name) => {
                        Err((format!("The metadata '{name}' is not declared."), format!("Did you mean '{meant}'?")))
                    }
                    _ => Ok(Self::Unknown),
                };
            }
            Self::ListOf(_) => {
                let fix = "Pick one with [0], or look at all with exists, all, filter or map.";
                return Err((format!("A list has no '{name}'."), fix.to_owned()));
            }
            Self::Concept(_) => {
                return Err((format!("A text has no '{name}'."), "Compare it with == instead.".to_owned()));
            }
            Self::Detection(_) => (
                "a detection".to_owned(),
                vec!["concept", "score", "bbox"],
                match name {
                    "concept" => Self::Concept,
                    "bbox" => |_| Self::Bbox,
                    _ => |_| Self::Unknown,
                },
            ),
            Self::Inscription(_) => (
                "what is read".to_owned(),
                vec!["concept", "text", "score", "bbox"],
                match name {
                    "concept" => Self::Concept,
                    "bbox" => |_| Self::Bbox,
                    _ => |_| Self::Unknown,
                },
            ),
            Self::Classification(_) => (
                "a classification".to_owned(),
                vec!["concept", "score", "scores"],
                match name {
                    "concept" => Self::Concept,
                    "scores" => Self::Scores,
                    _ => |_| Self::Unknown,
                },
            ),
            Self::Text(_) => ("a text that is read".to_owned(), vec!["text", "score"], |_| Self::Unknown),
            Self::Embedding(model) => {
                let mut known = vec!["vector"];
                if environment.model(model).is_some_and(|model| !model.references.is_empty()) {
                    known.extend(["concept", "score", "scores"]);
                }
                let field: fn(String) -> Self = match name {
                    "concept" => Self::Concept,
                    "scores" => Self::Scores,
                    _ => |_| Self::Unknown,
                };
                (format!("what embedding model '{model}' says"), known, field)
            }
            Self::Scores(model) => (format!("the labels of model '{model}'"), labels(model), |_| Self::Unknown),
            Self::Bbox => ("a bbox".to_owned(), vec!["xmin", "ymin", "xmax", "ymax"], |_| Self::Unknown),
            Self::Photo => {
                let known = vec!["width", "height", "taken_at", "location", "make", "model"];
                ("'photo'".to_owned(), known, if name == "location" { |_| Self::Location } else { |_| Self::Unknown })
            }
            Self::Location => ("'photo.location'".to_owned(), vec!["lat", "lon"], |_| Self::Unknown),
            Self::State => {
                let tasks = environment.application.task_groups.iter().flat_map(|group| &group.tasks);
                let known = tasks.map(|task| task.name.as_str()).collect();
                ("'state': it has the application's tasks".to_owned(), known, |_| Self::TaskState)
            }
            Self::TaskState => ("the state of a task".to_owned(), vec!["value", "validated"], |_| Self::Unknown),
        };
        known.extend(found_by.map(|_| "region"));
        if known.contains(&name) {
            return Ok(field(self.model()));
        }
        let fix = did_you_mean(name, known.iter().copied(), "See the reference for the fields.");
        Err((format!("There is no '{name}' in {what}."), fix))
    }

    /// The model or reader it comes from.
    fn model(self) -> String {
        match self {
            Self::Detection(name) | Self::Inscription(name) | Self::Classification(name) | Self::Embedding(name) => {
                name
            }
            _ => String::new(),
        }
    }
}
