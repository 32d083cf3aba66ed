//! `fieldproof app …`: what a solution engineer does with an application's folder.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use clap::Subcommand;
use fieldproof_app::{
    Fieldproof,
    applications::{
        Bundle, FileProblem, LoadedApplication, PhotoVerdict, Pushed, Rehearsal, Said, TESTS_FILE, WorkOrderVerdict,
        check_folder,
    },
};
use fieldproof_domain::application::Application;
use fieldproof_vision::Engine;
use serde_json::{Value, json};

use crate::output::{AdminOptions, EngineOptions, OutputOptions, explain};

#[derive(Subcommand)]
pub(crate) enum AppCommand {
    /// Report everything that is wrong with a folder, each with file, line and fix.
    Check {
        /// The application's folder.
        folder: PathBuf,
        #[command(flatten)]
        engine: EngineOptions,
        #[command(flatten)]
        output: OutputOptions,
    },
    /// Make an immutable version of a folder and deploy it on a site.
    Push {
        /// The application's folder.
        folder: PathBuf,
        /// Name or id of the site.
        #[arg(long)]
        site: String,
        #[command(flatten)]
        admin: AdminOptions,
    },
    /// Judge the photos of the folder's tests.yaml and compare with the verdicts expected there.
    Test {
        /// The application's folder.
        folder: PathBuf,
        #[command(flatten)]
        engine: EngineOptions,
        #[command(flatten)]
        output: OutputOptions,
    },
}

pub(crate) async fn run(command: AppCommand) -> anyhow::Result<ExitCode> {
    match command {
        AppCommand::Check { folder, engine, output } => check(&folder, engine.open()?.as_ref(), output),
        AppCommand::Push { folder, site, admin } => push(&folder, &site, &admin).await,
        AppCommand::Test { folder, engine, output } => test(&folder, engine.open()?, output).await,
    }
}

fn check(folder: &Path, engine: &dyn Engine, output: OutputOptions) -> anyhow::Result<ExitCode> {
    match check_folder(engine, folder) {
        Ok((bundle, loaded, expectations)) => {
            let application = &loaded.application;
            let tests = expectations.map_or(0, |tests| tests.work_orders.len());
            let json = json!({
                "name": application.name, "version": application.version, "id": loaded.id,
                "files": bundle.files.len(), "tests": tests, "problems": [], "notes": loaded.notes(),
            });
            tell_notes(&loaded);
            let readers = match application.readers.len() {
                0 => String::new(),
                number => format!("{number} readers, "),
            };
            let text = format!(
                "{} {} is in order: {} task groups, {} models, {readers}{tests} work orders to test",
                application.name,
                application.version,
                application.task_groups.len(),
                application.models.len(),
            );
            output.print(&json, text)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(problems) => {
            let listed: Vec<_> = problems.iter().map(as_json).collect();
            let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
            output.print(&json!({"problems": listed}), lines.join("\n"))?;
            Ok(ExitCode::FAILURE)
        }
    }
}

/// On standard error: the folder is in order, this machine is not all that it asks for.
fn tell_notes(loaded: &LoadedApplication) {
    loaded.notes().iter().for_each(|note| eprintln!("note: {note}"));
}

fn as_json(found: &FileProblem) -> Value {
    let problem = &found.problem;
    json!({
        "file": found.file, "line": problem.line, "column": problem.column,
        "message": problem.message, "fix": problem.fix,
    })
}

async fn push(folder: &Path, site: &str, admin: &AdminOptions) -> anyhow::Result<ExitCode> {
    let system = admin.open().await?;
    let site = system.find_site(site).await.map_err(explain)?;
    let Some(checked) = checked_folder(admin.engine()?.as_ref(), folder) else { return Ok(ExitCode::FAILURE) };
    let pushed = checked.push(&system).await?;
    system.deploy_application(&site, pushed.id).await?;
    system.close().await;
    let json = json!({"id": pushed.id, "site_id": site.id});
    admin.output.print(&json, format_args!("version {} is deployed on {}", pushed.id, site.name))?;
    Ok(ExitCode::SUCCESS)
}

/// A folder that is in order.
pub(crate) struct CheckedFolder {
    bundle: Bundle,
    loaded: LoadedApplication,
}

impl CheckedFolder {
    /// What its `application.yaml` says.
    pub(crate) fn application(&self) -> &Application {
        &self.loaded.application
    }

    /// With its models.
    pub(crate) fn loaded(&self) -> &LoadedApplication {
        &self.loaded
    }

    /// Stores it as a version.
    pub(crate) async fn push(&self, system: &Fieldproof) -> anyhow::Result<Pushed> {
        system.store_application(&self.loaded.application, &self.bundle).await.map_err(explain)
    }
}

/// Checks a folder; prints the problems and answers `None` when there are any.
pub(crate) fn checked_folder(engine: &dyn Engine, folder: &Path) -> Option<CheckedFolder> {
    match check_folder(engine, folder) {
        Ok((bundle, loaded, _)) => {
            tell_notes(&loaded);
            Some(CheckedFolder { bundle, loaded })
        }
        Err(problems) => {
            for problem in problems {
                eprintln!("{problem}");
            }
            None
        }
    }
}

async fn test(folder: &Path, engine: Arc<dyn Engine>, output: OutputOptions) -> anyhow::Result<ExitCode> {
    let (bundle, loaded, expectations) = match check_folder(engine.as_ref(), folder) {
        Ok(checked) => checked,
        Err(_) => return check(folder, engine.as_ref(), output),
    };
    tell_notes(&loaded);
    let expectations =
        expectations.ok_or_else(|| anyhow::anyhow!("{}: there is no {TESTS_FILE} to test with", folder.display()))?;
    let data = tempfile::tempdir()?;
    let rehearsal = Rehearsal::open(data.path(), engine, &loaded, &bundle).await?;
    let verdicts = rehearsal.run(folder, &expectations).await.map_err(explain)?;
    let failed = verdicts.iter().filter(|verdict| !verdict.is_expected()).count();
    let passed = verdicts.len() - failed;
    let mut text: Vec<_> = verdicts.iter().map(describe).collect();
    text.push(format!("{passed} passed, {failed} failed"));
    let listed: Vec<_> = verdicts.iter().map(verdict_json).collect();
    output.print(&json!({"passed": passed, "failed": failed, "work_orders": listed}), text.join("\n"))?;
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn describe(order: &WorkOrderVerdict) -> String {
    let mut lines = vec![format!("{} {}", mark(order.is_expected()), order.name)];
    for photo in &order.photos {
        lines.push(format!("  {} {} ({})", mark(photo.is_expected()), photo.photo, photo.task_group));
        if !photo.is_expected() {
            lines.extend(differences(photo).into_iter().map(|line| format!("      {line}")));
        }
    }
    if order.expected_progress.is_some() && order.expected_progress != order.found_progress {
        let show = |score: Option<u8>| score.map_or_else(|| "none".to_owned(), |score| score.to_string());
        lines.push(format!(
            "      progress: expected {}, found {}",
            show(order.expected_progress),
            show(order.found_progress)
        ));
    }
    lines.join("\n")
}

fn mark(expected: bool) -> &'static str {
    if expected { "ok  " } else { "FAIL" }
}

fn differences(photo: &PhotoVerdict) -> Vec<String> {
    let names = |said: &Said| said.checks.iter().map(|check| check.name()).collect::<Vec<_>>().join(", ");
    let mut lines = Vec::new();
    if photo.expected.checks != photo.found.checks {
        lines.push(format!("checks: expected [{}], found [{}]", names(&photo.expected), names(&photo.found)));
    }
    for (task, expected) in &photo.expected.tasks {
        let found = photo.found.tasks.get(task).unwrap_or(&None);
        if found != expected {
            lines.push(format!("{task}: expected {}, found {}", json!(expected), json!(found)));
        }
    }
    lines.extend(photo.failures.iter().map(|(task, reason)| format!("{task}: the rule failed: {reason}")));
    lines
}

fn verdict_json(order: &WorkOrderVerdict) -> Value {
    let said = |said: &Said| json!({"checks": said.checks.iter().map(|check| check.name()).collect::<Vec<_>>(), "tasks": said.tasks});
    let photos: Vec<_> = order
        .photos
        .iter()
        .map(|photo| {
            json!({
                "photo": photo.photo, "task_group": photo.task_group, "passed": photo.is_expected(),
                "expected": said(&photo.expected), "found": said(&photo.found), "failures": photo.failures,
            })
        })
        .collect();
    json!({
        "name": order.name, "passed": order.is_expected(), "photos": photos,
        "expected_progress": order.expected_progress, "found_progress": order.found_progress,
    })
}
