//! `fieldproof batch status`, `list`, `cancel` and `retry`.

use std::{process::ExitCode, time::Duration};

use clap::Args;
use fieldproof_app::{Ambient as _, SystemAmbient};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    client::{Api, not_fieldproof},
    options::{ServerOptions, time},
    shown::Shown,
    wait::{conclude, follow},
};
use crate::output::OutputOptions;

/// One batch.
#[derive(Args)]
pub(crate) struct OneCommand {
    /// Id of the batch
    id: Uuid,
    #[command(flatten)]
    server: ServerOptions,
    #[command(flatten)]
    output: OutputOptions,
}

/// One batch, to its end if that is wanted.
#[derive(Args)]
pub(crate) struct FollowCommand {
    #[command(flatten)]
    one: OneCommand,
    /// Follow the processing to its end, and fail if any work order fails
    #[arg(long)]
    wait: bool,
    /// With --wait: give up when there is no answer for so long
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = time)]
    give_up_after: Duration,
}

#[derive(Args)]
pub(crate) struct ListCommand {
    /// How many, from the newest on
    #[arg(long, value_name = "N", default_value = "20", value_parser = clap::value_parser!(u8).range(1..=100))]
    limit: u8,
    #[command(flatten)]
    server: ServerOptions,
    #[command(flatten)]
    output: OutputOptions,
}

pub(super) async fn status(command: FollowCommand) -> anyhow::Result<ExitCode> {
    let FollowCommand { one, wait, give_up_after } = command;
    let api = Api::new(&one.server)?;
    if wait {
        let shown = follow(&api, one.id, give_up_after).await?;
        return conclude(&api, &one.server, &shown, one.output).await;
    }
    let shown = Shown::read(api.get(&format!("/{}", one.id)).await?)?;
    one.output.print(&shown.json, details(&shown))?;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn cancel(command: OneCommand) -> anyhow::Result<ExitCode> {
    let api = Api::new(&command.server)?;
    let shown = change(&api, command.id, "cancel").await?;
    command.output.print(&shown.json, &shown.batch)?;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn retry(command: FollowCommand) -> anyhow::Result<ExitCode> {
    let FollowCommand { one, wait, give_up_after } = command;
    let api = Api::new(&one.server)?;
    let shown = change(&api, one.id, "retry").await?;
    if wait {
        let shown = follow(&api, one.id, give_up_after).await?;
        return conclude(&api, &one.server, &shown, one.output).await;
    }
    one.output.print(&shown.json, &shown.batch)?;
    Ok(ExitCode::SUCCESS)
}

async fn change(api: &Api, id: Uuid, how: &str) -> anyhow::Result<Shown> {
    let key = SystemAmbient.new_id().to_string();
    Ok(Shown::read(api.post(&format!("/{id}/{how}"), &json!({}), &key).await?)?)
}

pub(super) async fn list(command: ListCommand) -> anyhow::Result<ExitCode> {
    let api = Api::new(&command.server)?;
    let mut page = api.get(&format!("?limit={}", command.limit)).await?;
    let Some(Value::Array(batches)) = page.get_mut("results").map(Value::take) else {
        return Err(not_fieldproof().into());
    };
    let shown = batches.iter().cloned().map(Shown::read).collect::<Result<Vec<_>, _>>()?;
    let mut table = comfy_table::Table::new();
    let headings = ["id", "status", "file", "created", "work orders", "failed", "photos", "failed"];
    table.load_style(comfy_table::presets::NOTHING).set_header(headings);
    for Shown { batch, .. } in &shown {
        table.add_row([
            batch.batch_id.to_string(),
            batch.status_words(),
            batch.filename.clone().unwrap_or_default(),
            batch.create_date.clone(),
            batch.work_orders.total.to_string(),
            batch.work_orders.failed.to_string(),
            batch.photos.total.to_string(),
            batch.photos.failed.to_string(),
        ]);
    }
    command
        .output
        .print(&Value::Array(batches), if shown.is_empty() { "no batches".to_owned() } else { table.to_string() })?;
    Ok(ExitCode::SUCCESS)
}

/// Everything about a batch, for people.
fn details(shown: &Shown) -> String {
    let batch = &shown.batch;
    let mut lines = vec![batch.to_string()];
    let mut line = |name: &str, value: Option<&String>| lines.extend(value.map(|value| format!("{name}: {value}")));
    line("file", batch.filename.as_ref());
    line("on existing", Some(&batch.on_existing));
    line("archive", batch.archive_bytes.map(|bytes| format!("{bytes} bytes")).as_ref());
    line("created", Some(&batch.create_date));
    line("started", batch.start_date.as_ref());
    line("ended", batch.end_date.as_ref());
    if !batch.is_final() {
        line("progress", Some(&format!("{} %", batch.progress)));
        line("expected to end", batch.estimated_end_date.as_ref());
    }
    lines.join("\n")
}
