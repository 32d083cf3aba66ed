//! `references` of an embedding model: photos that it compares with.

use indexmap::IndexMap;

use super::{
    names::{Unique, path},
    scalars::{items, text},
};
use crate::application::{
    problem::Problems,
    yaml::{Content, Node},
};

/// Most references of a model, and most photos of all of them: each is looked at when the application is loaded.
const MOST: usize = 50;
const MOST_PHOTOS: usize = 100;

/// `{tidy: examples/tidy.jpg, messy: [examples/messy-1.jpg, examples/messy-2.jpg]}`.
pub(super) fn read(node: &Node, problems: &mut Problems) -> IndexMap<String, Vec<String>> {
    let mut references = IndexMap::new();
    let Content::Map(entries) = &node.content else {
        let fix = "Write a map from a name to a photo, or to a list of photos.";
        problems.add(node.at, format!("'references' is {}.", node.describe()), fix);
        return references;
    };
    let mut seen = Unique::default();
    for (key, value) in entries.iter().take(MOST) {
        let Some(name) = text(key, "The name of a reference", problems) else { continue };
        seen.check(name, key, "The reference", problems);
        let photos = match &value.content {
            Content::List(_) => items(value, "A reference", problems),
            _ => std::slice::from_ref(value),
        };
        if photos.is_empty() || photos.len() > MOST {
            problems.add(value.at, format!("'{name}' has {} photos.", photos.len()), format!("Name 1 to {MOST}."));
            continue;
        }
        let photos = photos.iter().filter_map(|photo| path(photo, "The photo", problems)).collect();
        references.insert(name.to_owned(), photos);
    }
    let photos = references.values().map(Vec::len).sum::<usize>();
    if photos > MOST_PHOTOS {
        problems.add(node.at, format!("The references have {photos} photos."), format!("{MOST_PHOTOS} at most."));
    }
    if entries.len() > MOST {
        problems.add(node.at, format!("There are {} references.", entries.len()), format!("{MOST} at most."));
    }
    references
}
