//! `characters` of a text model: what it reads, in the order of its outputs.

use super::{
    ModelFiles,
    names::path,
    scalars::{items, text},
};
use crate::application::{
    ModelFacts, ModelFile, ModelSpec,
    problem::Problems,
    yaml::{Content, Fields},
};

/// More than any script in use has.
const MOST_CHARACTERS: usize = 30_000;

/// Reads `characters` (a text of them, or a list where some are made of several letters) or `characters_file`.
pub(super) fn read(
    model: &mut Fields<'_>,
    facts: &ModelFacts,
    files: ModelFiles<'_>,
    spec: &mut ModelSpec,
    problems: &mut Problems,
) {
    const FIX: &str = "Write what the model reads, in the order of its outputs: characters: \"0123456789\", or name a \
                       file with one in each line: characters_file: models/characters.txt.";
    let in_file = model.get("characters_file");
    if let Some(node) = in_file {
        let Some(name) = path(node, "The file of characters", problems) else { return };
        match files(&name) {
            Some(ModelFile::Text(text)) => spec.labels = lines(&text),
            Some(ModelFile::Onnx(_)) => {
                problems.add(
                    node.at,
                    format!("'{name}' is no text."),
                    "Name a text file with one character in each line.",
                );
            }
            // That it is missing is told where the files are collected.
            None => {}
        }
        spec.characters_file = Some(name);
    } else {
        spec.labels = facts.characters.clone().unwrap_or_default();
    }
    let is_needed = in_file.is_none() && spec.labels.is_empty();
    let written = if is_needed { model.require("characters", FIX, problems) } else { model.get("characters") };
    let Some(node) = written else { return };
    if in_file.is_some() {
        problems.add(node.at, "There are both 'characters' and 'characters_file'.", "Keep one of them.");
    }
    spec.labels = match &node.content {
        Content::List(_) => {
            let mut characters = Vec::new();
            for item in items(node, "'characters'", problems) {
                // Unlike names, a character may be a space.
                match item.scalar().and_then(|scalar| scalar.as_text()).filter(|text| !text.is_empty()) {
                    Some(character) => characters.push(character.to_owned()),
                    None => {
                        problems.add(item.at, format!("A character is {}.", item.describe()), "Write it in quotes.")
                    }
                }
            }
            characters
        }
        _ => text(node, "'characters'", problems).unwrap_or_default().chars().map(String::from).collect(),
    };
    if spec.labels.len() > MOST_CHARACTERS {
        problems.add(
            node.at,
            format!("There are {} characters.", spec.labels.len()),
            format!("{MOST_CHARACTERS} at most."),
        );
    }
}

/// One in each line; a line may hold a space, and the last one may be without an end.
fn lines(text: &str) -> Vec<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines().filter(|line| !line.is_empty()).take(MOST_CHARACTERS).map(str::to_owned).collect()
}
