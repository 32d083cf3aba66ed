//! `fieldproof site …`.

use std::{path::PathBuf, process::ExitCode};

use clap::Subcommand;
use serde_json::json;

use super::app::push_folder;
use crate::output::{AdminOptions, explain};

#[derive(Subcommand)]
pub(crate) enum SiteCommand {
    /// Make a site that runs the application in a folder.
    Create {
        /// Name of the site, unique.
        name: String,
        /// The application's folder, with its application.yaml.
        #[arg(long, value_name = "DIR")]
        app: PathBuf,
        #[command(flatten)]
        admin: AdminOptions,
    },
}

pub(crate) async fn run(command: SiteCommand) -> anyhow::Result<ExitCode> {
    let SiteCommand::Create { name, app, admin } = command;
    let system = admin.open_or_make().await?;
    let Some(pushed) = push_folder(&system, &app).await? else { return Ok(ExitCode::FAILURE) };
    let site = system.create_site(&name, pushed.id).await.map_err(explain)?;
    system.close().await;
    let json = json!({"id": site.id, "name": site.name});
    admin.output.print(&json, format_args!("site {} has the id {}", site.name, site.id))?;
    Ok(ExitCode::SUCCESS)
}
