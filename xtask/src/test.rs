//! `cargo xtask test`: every test there is. What cannot be had is skipped by name, never silently.

use crate::azurite::Azurite;
use crate::document;
use crate::google;
use crate::libjpeg_turbo;
use crate::onnxruntime;
use crate::openssh;
use crate::postgres::Postgres;
use crate::python;
use crate::repository::{cargo, finish};
use crate::running::{Running, free_port};
use crate::steps::{self, Missing, Outcome, Step};
use crate::tesseract;
use anyhow::Result;
use std::ffi::OsString;
use std::process::{Command, ExitCode, Stdio};

/// Names the S3 server to the tests.
const S3: &str = "FIELDPROOF_TEST_S3";

/// A model of PaddleOCR, in the package that has it.
const READER: &str = "rapidocr_onnxruntime/models/ch_PP-OCRv4_rec_infer.onnx";

pub(crate) fn run(args: Vec<OsString>) -> Result<ExitCode> {
    let steps = [
        Step::new("Rust tests", || rust_tests(&args)),
        Step::new("photos by libjpeg-turbo", || only_when_all(&args, by_libjpeg_turbo)),
        Step::new("the same on a bucket", || only_when_all(&args, on_a_bucket)),
        Step::new("exports to servers of others", || only_when_all(&args, exports)),
        Step::new("the same on PostgreSQL", || only_when_all(&args, on_postgres)),
        Step::new("the API against its document", || only_when_all(&args, document::conforms)),
        Step::new("resumable upload by Google's client", || only_when_all(&args, google::uploads)),
        Step::new("examples in the documentation", || only_when_all(&args, documentation)),
    ];
    let done = steps::run_all(&steps);
    println!("\n{}", steps::table(&done));
    Ok(if steps::all_well(&done) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// cargo-nextest gives each test a process of its own and so holds a test that hangs or crashes in bounds.
fn rust_tests(args: &[OsString]) -> Result<Outcome> {
    if nextest_is_there() || install_nextest() {
        let mut command = cargo();
        command.args(["nextest", "run", "--workspace", "--no-fail-fast"]).args(args);
        let mut missing = Vec::new();
        // The engines are compared where both are there.
        match onnxruntime::fetched()? {
            Ok(library) => drop(command.env(onnxruntime::FOR_TESTS, library)),
            Err(Missing(why)) => missing.push(format!("on one engine: {why}")),
        }
        match tesseract::program() {
            Ok(program) => drop(command.env("FIELDPROOF_TEST_TESSERACT", program)),
            Err(Missing(why)) => missing.push(format!("without printed text: {why}")),
        }
        match python::unpacked("rapidocr", &["--python-version=3.12"])? {
            Ok(folder) => drop(command.env("FIELDPROOF_TEST_PADDLEOCR", folder.join(READER))),
            Err(Missing(why)) => missing.push(format!("without a model of PaddleOCR: {why}")),
        }
        return judge(&mut command, &missing.join("; "));
    }
    let note = "by cargo test, for cargo-nextest could not be installed";
    if !args.is_empty() {
        return Ok(Outcome::Failed("options were given for cargo-nextest, which could not be installed".into()));
    }
    let mut command = cargo();
    command.args(["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"]);
    judge(&mut command, note)
}

/// The tests of photos with the other decoder. Of one package alone: the rest of the program does not know which it is.
fn by_libjpeg_turbo() -> Result<Outcome> {
    if !libjpeg_turbo::is_there_or_installed() {
        return Ok(Outcome::Skipped(format!("{} could not be had", libjpeg_turbo::tools().join(" and "))));
    }
    let mut command = cargo();
    command.args(["test", "--package", "fieldproof-vision", "--lib", "--tests", "--no-fail-fast"]);
    libjpeg_turbo::add_to(&mut command, "fieldproof-vision");
    judge(&mut command, "")
}

/// What is done with a bucket of an S3 server.
fn on_a_bucket() -> Result<Outcome> {
    let server = match s3()? {
        Ok(server) => server,
        Err(Missing(why)) => return Ok(Outcome::Skipped(why)),
    };
    judge(some(&["fieldproof"], "bucket").env(S3, &server.1), "")
}

/// Exports to OpenSSH's server, to an S3 server, which Google's client is tried with too, and to Azure's emulator.
fn exports() -> Result<Outcome> {
    let mut command = some(&["fieldproof"], "exports");
    let mut missing = Vec::new();
    match openssh::server() {
        Ok(program) => drop(command.env("FIELDPROOF_TEST_SSHD", program)),
        Err(Missing(why)) => missing.push(why),
    }
    let bucket = s3()?;
    match &bucket {
        Ok((_, url)) => drop(command.env(S3, url)),
        Err(Missing(why)) => missing.push(why.clone()),
    }
    let azure = Azurite::start()?;
    match &azure {
        Ok(azure) => drop(command.env("FIELDPROOF_TEST_AZURE", &azure.url)),
        Err(Missing(why)) => missing.push(why.clone()),
    }
    judge(&mut command, &missing.join("; "))
}

/// An S3 server and its address.
fn s3() -> Result<Result<(Running, String), Missing>> {
    let programs = match python::programs()? {
        Ok(programs) => programs,
        Err(missing) => return Ok(Err(missing)),
    };
    let port = free_port()?;
    let mut moto = Command::new(programs.join("moto_server"));
    moto.args(["--host", "127.0.0.1", "--port", &port.to_string()]);
    Ok(Ok((Running::start(&mut moto, port)?, format!("http://127.0.0.1:{port}"))))
}

/// The tests of some packages whose names hold a word; the empty one: all of them.
fn some(packages: &[&str], word: &str) -> Command {
    let mut command = cargo();
    if nextest_is_there() {
        // Chosen among the tests of the whole workspace: dependencies would be compiled anew for single packages, since
        // these ask for fewer of their features.
        let packages: Vec<_> = packages.iter().map(|name| format!("package({name})")).collect();
        let named = if word.is_empty() { "all()".to_owned() } else { format!("test({word})") };
        let filter = format!("({}) & {named}", packages.join(" | "));
        command.args(["nextest", "run", "--workspace", "--no-fail-fast", "--filterset", &filter]);
    } else {
        command.args(["test", "--tests", "--no-fail-fast", word]);
        command.args(packages.iter().flat_map(|package| ["--package", package]));
    }
    command
}

/// What touches the database, once more on PostgreSQL: the tests of the store, the use cases and the whole program.
fn on_postgres() -> Result<Outcome> {
    let server = match Postgres::start()? {
        Ok(server) => server,
        Err(Missing(why)) => return Ok(Outcome::Skipped(why)),
    };
    let mut command = some(&["fieldproof-store", "fieldproof-app", "fieldproof"], "");
    // Two servers can share a bucket only where they share a database.
    let bucket = s3()?;
    let note = match &bucket {
        Ok((_, url)) => {
            command.env(S3, url);
            String::new()
        }
        Err(Missing(why)) => format!("without a bucket: {why}"),
    };
    judge(command.env("FIELDPROOF_TEST_POSTGRES", server.url()), &note)
}

fn documentation() -> Result<Outcome> {
    judge(cargo().args(["test", "--workspace", "--doc", "--no-fail-fast"]), "")
}

/// Runs a suite unless the person asked for particular Rust tests.
fn only_when_all(args: &[OsString], suite: impl Fn() -> Result<Outcome>) -> Result<Outcome> {
    if args.is_empty() { suite() } else { Ok(Outcome::Skipped("particular Rust tests were asked for".into())) }
}

fn nextest_is_there() -> bool {
    let mut command = cargo();
    command.args(["nextest", "--version"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn install_nextest() -> bool {
    eprintln!("cargo-nextest is not there; installing it");
    finish(cargo().args(["install", "cargo-nextest", "--locked"])).is_ok_and(|status| status.success())
        && nextest_is_there()
}

fn judge(command: &mut Command, note: &str) -> Result<Outcome> {
    let status = finish(command)?;
    Ok(match (status.success(), note) {
        (true, note) => Outcome::Passed(note.into()),
        (false, "") => Outcome::Failed("see above".into()),
        (false, note) => Outcome::Failed(format!("see above; {note}")),
    })
}
