//! `metadata`: what a work order may or must say about itself.

use serde_json::Value;

use super::{
    Context,
    names::Unique,
    scalars::{boolean, items, text, word},
    texts::localised,
};
use crate::application::{
    MetadataSpec, MetadataType,
    yaml::{Content, Fields, Node, to_json},
};

pub(super) fn read(node: &Node, context: &mut Context) -> Vec<MetadataSpec> {
    let mut seen = Unique::default();
    items(node, "'metadata'", &mut context.problems).iter().filter_map(|item| entry(item, &mut seen, context)).collect()
}

fn entry(node: &Node, seen: &mut Unique, context: &mut Context) -> Option<MetadataSpec> {
    let mut fields = Fields::open(node, "a metadata entry", &mut context.problems)?;
    let mut name = None;
    if let Some(node) = fields.require("name", "Name the key of the work order's metadata.", &mut context.problems)
        && let Some(found) = text(node, "The metadata name", &mut context.problems)
    {
        seen.check(found, node, "The metadata entry", &mut context.problems);
        fields.what = format!("metadata entry '{found}'");
        name = Some(found.to_owned());
    }
    let kind = fields.require("type", "Write text, number or boolean.", &mut context.problems).and_then(|node| {
        let words =
            [("text", MetadataType::Text), ("number", MetadataType::Number), ("boolean", MetadataType::Boolean)];
        word(node, "'type'", &words, &mut context.problems)
    });
    let description = fields.get("description").and_then(|node| localised(node, "'description'", context));
    let required = fields.get("required").and_then(|node| boolean(node, "'required'", &mut context.problems));
    let example = fields.get("example").map(|node| examples(node, kind, context)).unwrap_or_default();
    fields.finish(&mut context.problems);
    Some(MetadataSpec { name: name?, kind: kind?, description, required: required.unwrap_or(false), example })
}

/// One example or a list of them, each of the entry's type.
fn examples(node: &Node, kind: Option<MetadataType>, context: &mut Context) -> Vec<Value> {
    let list = match &node.content {
        Content::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let mut examples = Vec::new();
    for item in list {
        let value = to_json(item, &mut context.problems);
        if let Some(kind) = kind
            && !kind.fits(&value)
        {
            let fix = format!("The entry is of type {}: give an example of that type.", kind.as_str());
            context.problems.add(item.at, format!("The example is {}.", item.describe()), fix);
        }
        examples.push(value);
    }
    examples
}
