//! Work orders for people who work with data.

mod bucket;
mod clouds;
mod command;
mod delivery;
mod lines;
mod lookers;
mod mailed;
mod place;
mod settings;
mod sftp;
mod trouble;
mod windows;

use fieldproof_domain::export::LINE_SCHEMA;
use fieldproof_testkit::Client;
use serde_json::Value;

/// The lines of a preview, each of which is as the contract documents it.
async fn preview(client: &Client, query: &str) -> Vec<Value> {
    let answer = client.get(&format!("/v0.2/exports/preview?{query}")).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/jsonl");
    lines_of(&answer.text())
}

/// The lines of a file.
fn lines_of(text: &str) -> Vec<Value> {
    let schema: Value = serde_json::from_str(LINE_SCHEMA).unwrap();
    let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'), "a line that is not complete");
    let read = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        let errors: Vec<_> =
            schema.iter_errors(&line).map(|error| format!("{error} at {}", error.instance_path())).collect();
        assert_eq!(errors, Vec::<String>::new(), "{line:#}");
        line
    };
    text.lines().map(read).collect()
}

/// A work item of a line.
fn item<'a>(line: &'a Value, name: &str) -> &'a Value {
    let items = line["work_items"].as_array().unwrap();
    items.iter().find(|item| item["name"] == name).unwrap_or_else(|| panic!("no work item {name} in {line:#}"))
}

/// What an input says of a task.
fn said<'a>(input: &'a Value, task: &str) -> &'a Value {
    let tasks = input["job_conformity"].as_array().unwrap();
    tasks.iter().find(|said| said["task_name"] == task).unwrap_or_else(|| panic!("no task {task} in {input:#}"))
}
