//! The running server against its own OpenAPI document: made-up requests must get no 5xx and no answer that the
//! document does not describe.

use crate::python;
use crate::repository::{cargo, finish, root};
use crate::running::{Running, free_port};
use crate::steps::{Missing, Outcome};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::{Command, Stdio};

const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

pub(crate) fn conforms() -> Result<Outcome> {
    let programs = match python::programs()? {
        Ok(programs) => programs,
        Err(Missing(why)) => return Ok(Outcome::Skipped(why)),
    };
    // With the tests, whose build of the program is there already.
    if !finish(cargo().args(["test", "--workspace", "--no-run"]).stdout(Stdio::null()))?.success() {
        bail!("the build failed");
    }
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let demo = root().join("apps/demo");
    admin(&data, &["site", "create", "main", "--app", &demo.display().to_string()])?;
    admin(&data, &["user", "create", "jane.doe@example.com", "--role", "admin", "--site", "main"])?;
    let made = admin(&data, &["token", "create", "--user", "jane.doe@example.com", "--site", "main", "--json"])?;
    let token = made.split('"').find(|word| word.starts_with("fp_")).context("no token was printed")?;
    let port = free_port()?;
    let address = format!("127.0.0.1:{port}");
    let mut serve = Command::new(program());
    serve.args(["serve", "--listen", &address, "--data"]).arg(&data);
    let _server = Running::start(&mut serve, port)?;
    let mut tester = Command::new(programs.join("schemathesis"));
    tester.arg("run").arg(format!("http://{address}/openapi.json"));
    tester.args(["--header", &format!("Authorization: Token {token}"), "--checks", CHECKS]);
    // The seed makes a failure on one machine a failure on the next.
    tester.args(["--max-examples", "50", "--seed", "1", "--no-color"]);
    let passed = finish(tester.current_dir(folder.path()))?.success();
    Ok(if passed { Outcome::Passed(String::new()) } else { Outcome::Failed("see above".into()) })
}

fn admin(data: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program()).args(arguments).arg("--data").arg(data).output().context("the program")?;
    if !output.status.success() {
        bail!("fieldproof {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn program() -> std::path::PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into).join("debug/fieldproof")
}
