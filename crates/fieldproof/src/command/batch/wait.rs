//! Following a batch to its end.

use std::{process::ExitCode, time::Duration};

use uuid::Uuid;

use super::{
    client::Api,
    errors::first_lines,
    options::ServerOptions,
    progress::{Progress, Unit},
    shown::Shown,
    trying::Trying,
};
use crate::output::OutputOptions;

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Lines of the error file that are shown at the end.
const ERROR_LINES: usize = 10;

/// Asks for a batch, ever more seldom, until it has ended.
///
/// # Errors
/// It is gone, or the server gives no answer for too long.
pub(super) async fn follow(api: &Api, id: Uuid, give_up_after: Duration) -> anyhow::Result<Shown> {
    let mut progress = Progress::new(Unit::Photos, None);
    let mut trying = Trying::new(give_up_after);
    let mut pause = FIRST_PAUSE;
    let shown = loop {
        match api.get(&format!("/{id}")).await.and_then(Shown::read) {
            Ok(shown) if shown.batch.is_final() => break shown,
            Ok(shown) if shown.batch.takes_bytes() => {
                anyhow::bail!("batch {id} waits for its archive: send it first")
            }
            Ok(shown) => {
                // A batch that waits for its turn is no failure, however long that takes.
                trying.moved();
                if shown.batch.photos.total > 0 {
                    progress.set_total(shown.batch.photos.total);
                }
                progress.at(shown.batch.photos.settled());
                tokio::time::sleep(pause).await;
                pause = pause.mul_f64(1.5).min(LONGEST_PAUSE);
            }
            Err(failure) => trying.after(failure, &progress).await?,
        }
    };
    progress.end();
    Ok(shown)
}

/// Prints what became of a batch that has ended: success when no work order failed.
///
/// # Errors
/// The error file cannot be read.
pub(super) async fn conclude(
    api: &Api,
    server: &ServerOptions,
    shown: &Shown,
    output: OutputOptions,
) -> anyhow::Result<ExitCode> {
    let batch = &shown.batch;
    let mut text = batch.to_string();
    if !output.is_json() && batch.has_errors() {
        let (lines, is_all) = first_lines(api, batch.batch_id, ERROR_LINES).await?;
        if !lines.is_empty() {
            text.push_str(if is_all { "\nwhat went wrong:" } else { "\nwhat went wrong, to begin with:" });
            text.extend(lines.iter().map(|line| format!("\n  {line}")));
            let (id, server) = (batch.batch_id, server.repeated());
            text.push_str(&format!("\nthe error file: fieldproof batch errors {id}{server}"));
        }
    }
    output.print(&shown.json, text)?;
    Ok(if batch.is_well() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
