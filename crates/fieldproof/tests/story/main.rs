//! The whole program over HTTP and over its command line, as its users meet it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod analyses;
mod answers;
mod app_command;
mod batch_command;
mod batches;
mod bucket;
mod checks_command;
mod cli;
mod codes;
mod configuration;
mod contract;
mod demo;
mod documented;
mod documents;
mod duplicates;
mod engines;
mod exports;
mod history;
mod idempotency;
mod jobs;
mod keeping;
mod languages;
mod lifecycle;
mod likeness;
mod listing;
mod machines;
mod model_command;
mod openapi;
mod operations;
mod pages;
mod proxy;
mod reading;
mod redact;
mod repeats;
mod roles;
mod sites;
mod tasks;
mod thumbnails;
mod trust;
mod uploads;
mod work_orders;

use fieldproof_testkit::{TestServer, TestServerBuilder};
use serde_json::{Value, json};

/// A server to start.
fn server() -> TestServerBuilder {
    TestServer::builder(env!("CARGO_BIN_EXE_fieldproof"))
}

/// Names of the data conformity messages of an answered analysis.
fn checks(analysis: &Value) -> Vec<String> {
    let inputs = analysis["inputs"].as_array().unwrap();
    let messages = inputs.iter().flat_map(|input| input["conformity_messages"].as_array().unwrap());
    messages.map(|message| message["name"].as_str().unwrap().to_owned()).collect()
}

/// A task by its name, in an analysis or a work order.
fn task<'a>(holder: &'a Value, name: &str) -> &'a Value {
    let tasks = holder["tasks"].as_array().unwrap();
    tasks.iter().find(|task| task["name"] == name).unwrap_or_else(|| panic!("no task {name} in {holder:#}"))
}

/// The keys of an object, in the order sent.
fn keys(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

/// The image input of an analysis or a work order; the newest if there are several.
fn image(holder: &Value) -> &Value {
    let inputs = holder["inputs"].as_array().unwrap();
    inputs.iter().rfind(|input| input["data"]["type"] == "image").expect("an image")
}

/// The signed link to the photo of an analysis.
fn link(holder: &Value) -> &str {
    image(holder)["data"]["value"].as_str().unwrap()
}

/// An analysis or a work order to compare with another answer: links are signed anew by the minute.
fn without_links(mut holder: Value) -> Value {
    for input in holder["inputs"].as_array_mut().unwrap() {
        let link = input["data"]["value"].as_str().unwrap().split('?').next().unwrap().to_owned();
        input["data"]["value"] = link.into();
    }
    holder
}

/// A work order to create, of one type.
fn of_type(name: &str, kind: &str) -> Value {
    json!({"name": name, "work_order_types": [kind]})
}
