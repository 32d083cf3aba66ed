//! The running server against its own OpenAPI document: made-up requests must get no 5xx and no answer that the
//! document does not describe.

use crate::python;
use crate::repository::finish;
use crate::served::Served;
use crate::steps::{Missing, Outcome};
use anyhow::Result;
use std::process::Command;

const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

pub(crate) fn conforms() -> Result<Outcome> {
    let programs = match python::programs()? {
        Ok(programs) => programs,
        Err(Missing(why)) => return Ok(Outcome::Skipped(why)),
    };
    let served = Served::start(&[])?;
    let mut tester = Command::new(programs.join("schemathesis"));
    tester.arg("run").arg(format!("{}/openapi.json", served.url()));
    tester.args(["--header", &format!("Authorization: Token {}", served.token()), "--checks", CHECKS]);
    // The seed makes a failure on one machine a failure on the next.
    tester.args(["--max-examples", "50", "--seed", "1", "--no-color"]);
    let passed = finish(tester.current_dir(served.folder()))?.success();
    Ok(if passed { Outcome::Passed(String::new()) } else { Outcome::Failed("see above".into()) })
}
