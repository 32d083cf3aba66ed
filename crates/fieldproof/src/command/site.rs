//! `fieldproof site …`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Subcommand;
use serde_json::json;

use super::app::checked_folder;
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
    /// List the sites, with the version of the application that each is on.
    List {
        #[command(flatten)]
        admin: AdminOptions,
    },
}

pub(crate) async fn run(command: SiteCommand) -> anyhow::Result<ExitCode> {
    match command {
        SiteCommand::Create { name, app, admin } => create(&name, &app, &admin).await,
        SiteCommand::List { admin } => list(&admin).await,
    }
}

async fn create(name: &str, app: &Path, admin: &AdminOptions) -> anyhow::Result<ExitCode> {
    // Before the data folder is made: a mistyped application must not leave an empty one behind.
    let Some(checked) = checked_folder(admin.engine()?.as_ref(), app) else { return Ok(ExitCode::FAILURE) };
    let system = admin.open_or_make().await?;
    let pushed = checked.push(&system).await?;
    let site = system.create_site(name, pushed.id).await.map_err(explain)?;
    system.close().await;
    let json = json!({"id": site.id, "name": site.name});
    admin.output.print(&json, format_args!("site {} has the id {}", site.name, site.id))?;
    Ok(ExitCode::SUCCESS)
}

async fn list(admin: &AdminOptions) -> anyhow::Result<ExitCode> {
    let system = admin.open().await?;
    let sites = system.sites().await.map_err(explain)?;
    system.close().await;
    let json = sites.iter().map(|site| json!({"id": site.id, "name": site.name, "app_version_id": site.app_version}));
    let lines: Vec<_> =
        sites.iter().map(|site| format!("{}  {}  on version {}", site.id, site.name, site.app_version)).collect();
    admin.output.print(&json.collect(), lines.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}
