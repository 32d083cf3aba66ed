//! `fieldproof token …`.

use std::process::ExitCode;

use clap::Subcommand;
use fieldproof_domain::ids::TokenId;
use serde_json::json;
use uuid::Uuid;

use crate::output::{AdminOptions, explain};

#[derive(Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token that carries a user's rights. Its secret is printed once and never again.
    Create {
        /// The user's address.
        #[arg(long, value_name = "EMAIL")]
        user: String,
        /// Name or id of the site of calls that name none.
        #[arg(long)]
        site: String,
        #[command(flatten)]
        admin: AdminOptions,
    },
    /// List the tokens, without their secrets.
    List {
        #[command(flatten)]
        admin: AdminOptions,
    },
    /// Make a token useless from the next call on.
    Revoke {
        /// Id of the token.
        id: Uuid,
        #[command(flatten)]
        admin: AdminOptions,
    },
}

pub(crate) async fn run(command: TokenCommand) -> anyhow::Result<ExitCode> {
    match command {
        TokenCommand::Create { user, site, admin } => {
            let system = admin.open().await?;
            let site = system.find_site(&site).await.map_err(explain)?;
            let token = system.create_token(&user, &site).await.map_err(explain)?;
            system.close().await;
            admin.output.print(&json!({"id": token.id, "token": token.secret}), &token.secret)?;
        }
        TokenCommand::List { admin } => {
            let system = admin.open().await?;
            let tokens = system.list_tokens().await?;
            system.close().await;
            let lines: Vec<_> = tokens
                .iter()
                .map(|t| {
                    json!({
                        "id": t.id, "email": t.email, "site": t.site,
                        "create_date": t.created_at, "revoke_date": t.revoked_at,
                    })
                })
                .collect();
            let mut table = comfy_table::Table::new();
            table.load_style(comfy_table::presets::NOTHING).set_header(["id", "user", "site", "created", "revoked"]);
            for t in &tokens {
                let revoked = t.revoked_at.map(|at| at.to_rfc3339()).unwrap_or_default();
                table.add_row([t.id.to_string(), t.email.clone(), t.site.clone(), t.created_at.to_rfc3339(), revoked]);
            }
            admin.output.print(&json!(lines), table)?;
        }
        TokenCommand::Revoke { id, admin } => {
            let system = admin.open().await?;
            system.revoke_token(TokenId(id)).await.map_err(explain)?;
            system.close().await;
            admin.output.print(&json!({"id": id}), format_args!("token {id} is revoked"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
