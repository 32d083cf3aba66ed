//! `fieldproof user …`.

use std::{io::Read as _, process::ExitCode};

use clap::{Args, Subcommand};
use fieldproof_app::admin::NewUser;
use fieldproof_domain::role::Role;
use serde_json::json;

use crate::output::{AdminOptions, explain};

#[derive(Subcommand)]
pub(crate) enum UserCommand {
    /// Make a user who may use a site.
    Create {
        /// The user's address.
        email: String,
        /// First and last name.
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        role: RoleOption,
        /// Name or id of the site.
        #[arg(long)]
        site: String,
        /// Read the user's password from standard input.
        #[arg(long)]
        password_stdin: bool,
        #[command(flatten)]
        admin: AdminOptions,
    },
    /// Let a user use one more site, or change the role there.
    Grant {
        /// The user's address.
        email: String,
        /// Name or id of the site.
        #[arg(long)]
        site: String,
        #[command(flatten)]
        role: RoleOption,
        #[command(flatten)]
        admin: AdminOptions,
    },
}

/// What the user is to be on the site.
#[derive(Args)]
pub(crate) struct RoleOption {
    /// org-admin, manager, reviewer, field-worker or read-only. The older words admin and user mean org-admin and
    /// field-worker.
    #[arg(long, default_value_t = Role::FieldWorker)]
    role: Role,
}

pub(crate) async fn run(command: UserCommand) -> anyhow::Result<ExitCode> {
    match command {
        UserCommand::Create { email, name, role: RoleOption { role }, site, password_stdin, admin } => {
            let password = password_stdin.then(read_password).transpose()?;
            let system = admin.open().await?;
            let site = system.find_site(&site).await.map_err(explain)?;
            let user = system.create_user(NewUser { email, name, password }, &site, role).await.map_err(explain)?;
            system.close().await;
            let json = json!({"id": user.id, "email": user.email});
            admin.output.print(&json, format_args!("user {} has the id {}", user.email, user.id))?;
        }
        UserCommand::Grant { email, site, role: RoleOption { role }, admin } => {
            let system = admin.open().await?;
            let site = system.find_site(&site).await.map_err(explain)?;
            let user = system.grant_user(&email, &site, role).await.map_err(explain)?;
            system.close().await;
            let json = json!({"id": user.id, "email": user.email, "site_id": site.id, "role": role});
            admin.output.print(&json, format_args!("{} is {} on {}", user.email, role, site.name))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn read_password() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
