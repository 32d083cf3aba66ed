//! `outcome_validation`: what a value means.

use serde_json::Value;

use super::{
    Context,
    scalars::{boolean, items, text},
    texts::message,
};
use crate::application::{
    OutcomeRule,
    problem::{Place, Problems},
    yaml::{Fields, Node, to_json},
};

/// Most rules of a task.
const MOST_RULES: usize = 50;

/// Reads the rules and the places of their schemas.
pub(super) fn read(node: &Node, context: &mut Context) -> (Vec<OutcomeRule>, Vec<Place>) {
    let list = items(node, "'outcome_validation'", &mut context.problems);
    if list.len() > MOST_RULES {
        let message = format!("'outcome_validation' has {} rules.", list.len());
        context.problems.add(node.at, message, format!("{MOST_RULES} at most."));
        return (Vec::new(), Vec::new());
    }
    list.iter().filter_map(|item| rule(item, context)).unzip()
}

fn rule(node: &Node, context: &mut Context) -> Option<(OutcomeRule, Place)> {
    let mut fields = Fields::open(node, "an outcome rule", &mut context.problems)?;
    let not_analyzed = fields
        .get("not_analyzed")
        .and_then(|node| boolean(node, "'not_analyzed'", &mut context.problems))
        .unwrap_or(false);
    let schema = if not_analyzed {
        fields.get("schema")
    } else {
        let fix = "Write the JSON Schema that the value has to match, such as {const: true}; {} matches every value.";
        fields.require("schema", fix, &mut context.problems)
    };
    let at = schema.map_or(node.at, |schema| schema.at);
    let schema =
        schema.map_or_else(|| Value::Object(serde_json::Map::new()), |schema| to_json(schema, &mut context.problems));
    if fields.is_empty("color") {
        let fix = "Put the colour in quotes, as in \"#26e4bc\": without them YAML reads '#' as a comment.";
        context.problems.add(node.at, "'color' is empty.", fix);
    }
    let color = fields.get("color").and_then(|node| color(node, &mut context.problems));
    let message = fields.get("message").and_then(|node| message(node, "'message'", context));
    let is_conformity_validated = fields
        .get("is_conformity_validated")
        .and_then(|node| boolean(node, "'is_conformity_validated'", &mut context.problems));
    fields.finish(&mut context.problems);
    Some((OutcomeRule { schema, color, message, is_conformity_validated, not_analyzed }, at))
}

/// `#rrggbb`.
fn color(node: &Node, problems: &mut Problems) -> Option<String> {
    let color = text(node, "'color'", problems)?;
    let is_color =
        color.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()));
    if !is_color {
        let fix = "Write six hexadecimal digits after a '#', in quotes: \"#26e4bc\".";
        problems.add(node.at, format!("'color' is {}.", node.describe()), fix);
        return None;
    }
    Some(color.to_owned())
}
