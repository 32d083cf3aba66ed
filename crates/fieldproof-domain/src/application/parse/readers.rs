//! `readers`.

use indexmap::IndexMap;

use super::{
    names::{Unique, variable},
    scalars::{items, text, word},
};
use crate::application::{
    CodeFormat, ModelSpec, ReaderSpec,
    problem::Problems,
    yaml::{Content, Fields, Node},
};

/// Most readers of an application.
const MOST_READERS: usize = 50;
/// Most languages of one reader: each makes reading slower and, beyond what is printed there, worse.
const MOST_LANGUAGES: usize = 8;
/// Longest name of a language, in bytes.
const LONGEST_LANGUAGE: usize = 64;

#[derive(Clone, Copy)]
enum Kind {
    Codes,
    Text,
}

/// Reads the readers; a reader with problems is kept by name, so that its uses are not reported too.
pub(super) fn read(
    node: &Node,
    models: &IndexMap<String, ModelSpec>,
    problems: &mut Problems,
) -> IndexMap<String, ReaderSpec> {
    let mut readers = IndexMap::new();
    let Content::Map(entries) = &node.content else {
        let fix = "Write a map from the reader's name to its keys.";
        problems.add(node.at, format!("'readers' is {}.", node.describe()), fix);
        return readers;
    };
    if entries.len() > MOST_READERS {
        problems.add(node.at, format!("There are {} readers.", entries.len()), format!("{MOST_READERS} at most."));
        return readers;
    }
    let mut seen = Unique::default();
    for (key, value) in entries {
        let written = key.scalar().map_or("", |scalar| scalar.text.as_str());
        seen.check(written, key, "The reader", problems);
        let name = variable(key, "The reader name", problems).unwrap_or_else(|| written.to_owned());
        if models.contains_key(&name) {
            let message = format!("The reader '{name}' has the name of a model.");
            problems.add(key.at, message, "Give each its own name: rules know both by it.");
        }
        let spec = reader(value, &name, problems);
        readers.insert(name, spec);
    }
    readers
}

fn reader(node: &Node, name: &str, problems: &mut Problems) -> ReaderSpec {
    let all = ReaderSpec::Codes { formats: CodeFormat::ALL.to_vec() };
    let Some(mut fields) = Fields::open(node, format!("reader '{name}'"), problems) else { return all };
    let kinds = [("codes", Kind::Codes), ("text", Kind::Text)];
    let kind = fields.require("kind", "Write codes or text.", problems);
    let kind = kind.and_then(|node| word(node, "'kind'", &kinds, problems));
    let spec = match kind {
        Some(Kind::Codes) => match fields.get("formats") {
            Some(node) => ReaderSpec::Codes { formats: formats(node, problems) },
            None => all,
        },
        Some(Kind::Text) => ReaderSpec::Text {
            languages: fields.get("languages").map_or_else(|| vec!["eng".to_owned()], |node| languages(node, problems)),
        },
        // Of an unknown kind any of these keys may be right.
        None => {
            let _either = (fields.get("formats"), fields.get("languages"));
            all
        }
    };
    fields.finish(problems);
    spec
}

fn formats(node: &Node, problems: &mut Problems) -> Vec<CodeFormat> {
    let list = items(node, "'formats'", problems);
    if list.is_empty() && matches!(node.content, Content::List(_)) {
        problems.add(node.at, "'formats' is empty.", "List the codes that are read, or leave it out: all.");
    }
    let words = CodeFormat::ALL.map(|format| (format.as_str(), format));
    let mut seen = Unique::default();
    let mut formats = Vec::new();
    for item in list {
        if let Some(format) = word(item, "A format", &words, problems) {
            seen.check(format.as_str(), item, "The format", problems);
            formats.push(format);
        }
    }
    formats
}

/// Names of Tesseract's files: they go into its command line.
fn languages(node: &Node, problems: &mut Problems) -> Vec<String> {
    let list = items(node, "'languages'", problems);
    if list.is_empty() && matches!(node.content, Content::List(_)) {
        problems.add(node.at, "'languages' is empty.", "List what is printed there: [eng], [eng, fra].");
    }
    if list.len() > MOST_LANGUAGES {
        problems.add(node.at, format!("There are {} languages.", list.len()), format!("{MOST_LANGUAGES} at most."));
    }
    let mut seen = Unique::default();
    let mut languages = Vec::new();
    for item in list.iter().take(MOST_LANGUAGES) {
        let Some(language) = text(item, "A language", problems) else { continue };
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        if language.len() > LONGEST_LANGUAGE || !language.chars().all(is_name) {
            let short: String = language.chars().filter(|letter| !letter.is_control()).take(40).collect();
            let fix = "Write it as Tesseract calls it, such as eng, fra, deu, spa or chi_sim.";
            problems.add(item.at, format!("'{short}' is no name of a language."), fix);
            continue;
        }
        seen.check(language, item, "The language", problems);
        languages.push(language.to_owned());
    }
    languages
}
