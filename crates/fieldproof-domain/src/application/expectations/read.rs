//! The work orders of `tests.yaml`.

use serde_json::{Map, Value};

use super::{Expectations, ExpectedWorkOrder, photo::photo};
use crate::{
    application::{
        Application, Problem, check_metadata,
        parse::{items, text},
        problem::Problems,
        suggest::did_you_mean,
        yaml::{self, Fields, Node, to_json},
    },
    work_order::check_name,
};

/// Reads `tests.yaml` and checks it against its application.
///
/// # Errors
/// Every problem of the file, in its order.
pub fn parse(application: &Application, yaml: &str) -> Result<Expectations, Vec<Problem>> {
    let root = yaml::read(yaml).map_err(|problem| vec![problem])?;
    let mut problems = Problems::default();
    let work_orders = work_orders(&root, application, &mut problems);
    if problems.is_empty() { Ok(Expectations { work_orders }) } else { Err(problems.into_list()) }
}

fn work_orders(root: &Node, application: &Application, problems: &mut Problems) -> Vec<ExpectedWorkOrder> {
    let Some(mut fields) = Fields::open(root, "the tests", problems) else { return Vec::new() };
    let list = fields.require("work_orders", "List the work orders to make.", problems);
    let list = list.map(|node| items(node, "'work_orders'", problems)).unwrap_or_default();
    fields.finish(problems);
    let mut orders: Vec<ExpectedWorkOrder> = Vec::new();
    for item in list {
        if let Some(order) = work_order(item, application, &orders, problems) {
            orders.push(order);
        }
    }
    orders
}

fn work_order(
    node: &Node,
    application: &Application,
    before: &[ExpectedWorkOrder],
    problems: &mut Problems,
) -> Option<ExpectedWorkOrder> {
    let mut fields = Fields::open(node, "a work order", problems)?;
    let mut name = String::new();
    if let Some(node) = fields.require("name", "Name the work order.", problems)
        && let Some(found) = text(node, "The work order name", problems)
    {
        if let Err(why) = check_name(found) {
            problems.add(node.at, why, "Choose another name.");
        }
        if before.iter().any(|order| order.name == found) {
            problems.add(node.at, format!("The work order '{found}' stands twice."), "Give each its own name.");
        }
        fields.what = format!("work order '{found}'");
        name = found.to_owned();
    }
    let types = fields.get("types").map(|node| types(node, application, problems)).unwrap_or_default();
    let metadata = metadata(&mut fields, application, problems);
    let photos = fields.require("photos", "List the photos to send.", problems);
    let photos = photos.map(|node| items(node, "'photos'", problems)).unwrap_or_default();
    let photos = photos.iter().filter_map(|item| photo(item, application, &types, problems)).collect();
    let progress = fields.get("progress").and_then(|node| progress(node, problems));
    fields.finish(problems);
    Some(ExpectedWorkOrder { name, types, metadata, photos, progress })
}

fn types(node: &Node, application: &Application, problems: &mut Problems) -> Vec<String> {
    let mut types = Vec::new();
    for item in items(node, "'types'", problems) {
        let Some(name) = text(item, "The work order type", problems) else { continue };
        let known = application.work_order_types.iter().map(|kind| kind.name.as_str());
        if !known.clone().any(|kind| kind == name) {
            let fix = did_you_mean(name, known, "The application declares no work order types.");
            problems.add(item.at, format!("The work order type '{name}' is unknown."), fix);
        }
        types.push(name.to_owned());
    }
    types
}

fn metadata(fields: &mut Fields<'_>, application: &Application, problems: &mut Problems) -> Map<String, Value> {
    let mut at = fields.at;
    let mut metadata = Map::new();
    if let Some(node) = fields.get("metadata") {
        at = node.at;
        match to_json(node, problems) {
            Value::Object(map) => metadata = map,
            _ => problems.add(at, format!("'metadata' is {}.", node.describe()), "Write a map of keys and values."),
        }
    }
    if let Err(error) = check_metadata(application, &metadata) {
        problems.add(at, error.to_string(), "See 'metadata' in application.yaml.");
    }
    metadata
}

fn progress(node: &Node, problems: &mut Problems) -> Option<u8> {
    let number = node.scalar().and_then(|scalar| scalar.number()).and_then(|number| number.as_u64());
    let score = number.and_then(|number| u8::try_from(number).ok()).filter(|score| *score <= 100);
    if score.is_none() {
        problems.add(node.at, format!("'progress' is {}.", node.describe()), "Write a whole number from 0 to 100.");
    }
    score
}
