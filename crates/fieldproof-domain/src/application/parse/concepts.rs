//! `concepts`: some of the labels of a model.

use super::scalars::{items, text};
use crate::application::{problem::Problems, suggest::did_you_mean, yaml::Node};

pub(super) fn read(node: &Node, model: &str, labels: &[String], problems: &mut Problems) -> Vec<String> {
    let mut concepts = Vec::new();
    for item in items(node, "'concepts'", problems) {
        let Some(concept) = text(item, "A concept", problems) else { continue };
        // Labels that could not be read are told of elsewhere.
        if !labels.is_empty() && !labels.iter().any(|label| label == concept) {
            let short: String = concept.chars().take(64).collect();
            let fix = did_you_mean(concept, labels.iter().map(String::as_str), "See 'labels' of the model.");
            problems.add(item.at, format!("'{short}' is not a label of model '{model}'."), fix);
        }
        concepts.push(concept.to_owned());
    }
    concepts
}
