//! `fieldproof batch check`.

use std::{fs::File, path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::Context as _;
use clap::Args;
use fieldproof_app::{
    applications::check_folder,
    batch::{ArchiveReport, Finding, Tally, check_archive},
};
use fieldproof_domain::batch::Problem;
use serde_json::json;

use super::progress::{Progress, Unit};
use crate::output::{EngineOptions, OutputOptions, explain};

/// Problems that are listed one by one; of more, only the codes are counted.
const LISTED: usize = 10_000;

#[derive(Args)]
pub(crate) struct CheckCommand {
    /// The archive: zip, tar, tar.gz or tar.zst
    archive: PathBuf,
    /// Folder of the site's application, for its task groups and required metadata
    #[arg(long, value_name = "DIR")]
    app: Option<PathBuf>,
    #[command(flatten)]
    engine: EngineOptions,
    #[command(flatten)]
    output: OutputOptions,
}

pub(super) async fn run(command: CheckCommand) -> anyhow::Result<ExitCode> {
    let application = match &command.app {
        Some(folder) => match check_folder(command.engine.open()?.as_ref(), folder) {
            Ok((_, loaded, _)) => Some(Arc::new(loaded)),
            Err(problems) => {
                let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
                anyhow::bail!("the application is not in order: see 'fieldproof app check'\n{}", lines.join("\n"));
            }
        },
        None => None,
    };
    let file = File::open(&command.archive).with_context(|| command.archive.display().to_string())?;
    let mut progress = Progress::new(Unit::Photos, None);
    let (mut photos, mut listed) = (0, Vec::new());
    let report = check_archive(file, application, |finding| match finding {
        Finding::Photo => {
            photos += 1;
            progress.at(photos);
        }
        Finding::Problem(problem) if listed.len() < LISTED => listed.push(problem),
        Finding::Problem(_) => {}
    });
    let report = report.await.map_err(explain)?;
    progress.end();
    command.output.print(&as_json(&report, &listed), as_text(&report, &listed))?;
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn as_json(report: &ArchiveReport, listed: &[Problem]) -> serde_json::Value {
    let tally = |tally: Tally| json!({"total": tally.total, "failed": tally.failed});
    let failure = report.failure.as_ref();
    json!({
        "format": report.format,
        "work_orders": tally(report.work_orders),
        "photos": tally(report.photos),
        "failure": failure.map(|failure| json!({"code": failure.code, "reason": failure.reason})),
        "codes": report.problems,
        "problems": listed,
    })
}

fn as_text(report: &ArchiveReport, listed: &[Problem]) -> String {
    let mut lines = Vec::new();
    if !listed.is_empty() {
        lines.push(table(listed));
        let more = report.problems.values().sum::<u64>() - listed.len() as u64;
        if more > 0 {
            lines.push(format!("and {more} more"));
        }
        lines.push(String::new());
        lines.extend(report.problems.iter().map(|(code, count)| format!("{count:>8}  {code}")));
    }
    let tally = |name: &str, Tally { total, failed }| match failed {
        0 => format!("{name}: {total}"),
        _ => format!("{name}: {total}, of which {failed} would fail"),
    };
    lines.push(tally("work orders", report.work_orders));
    lines.push(tally("photos", report.photos));
    lines.push(match &report.failure {
        Some(failure) => format!("The archive cannot be used. {} ({})", failure.reason, failure.code),
        None if report.is_clean() => "The archive is in order.".to_owned(),
        None => "The rest of the archive is in order.".to_owned(),
    });
    lines.join("\n")
}

fn table(listed: &[Problem]) -> String {
    let mut table = comfy_table::Table::new();
    // As wide as the terminal; elsewhere one line each.
    table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
    table.load_style(comfy_table::presets::NOTHING).set_header(["where", "code", "what is wrong"]);
    for problem in listed {
        let place = problem.file.as_deref().or(problem.work_order.as_deref()).unwrap_or("the archive");
        table.add_row([place, &problem.code, &problem.reason]);
    }
    table.to_string()
}
