//! What the commands about exports take: as a server on the same data folder is started.

use std::{path::PathBuf, sync::Arc};

use clap::Args;
use fieldproof_app::Fieldproof;
use ipnet::IpNet;
use uuid::Uuid;

use crate::{options::ServeOptions, output::AdminOptions};

#[derive(Args)]
#[command(next_help_heading = "As the server is started")]
pub(crate) struct ExportOptions {
    /// Exports may go to folders in this one, as for `serve`
    #[arg(long, env = "FIELDPROOF_EXPORT_ROOT", value_name = "DIR")]
    export_root: Option<PathBuf>,
    /// Folder with files of credentials that exports may name, as for `serve`
    #[arg(long, env = "FIELDPROOF_EXPORT_CREDENTIALS", value_name = "DIR")]
    export_credentials: Option<PathBuf>,
    /// Network that exports may lead to although it is private or reserved, as for `serve`; may be given again
    #[arg(long, env = "FIELDPROOF_ALLOW_ADDRESS", value_name = "CIDR", value_delimiter = ',')]
    allow_address: Vec<IpNet>,
    /// Scheme and host for links in mails, as for `serve`
    #[arg(long, env = "FIELDPROOF_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// Mail server, as for `serve`
    #[arg(long, env = "FIELDPROOF_SMTP_URL", value_name = "URL", hide_env_values = true)]
    smtp_url: Option<String>,
    /// Sender of mails, as for `serve`
    #[arg(long, env = "FIELDPROOF_MAIL_FROM", value_name = "ADDRESS")]
    mail_from: Option<String>,
    /// The server's key, which encrypts secrets
    #[arg(long, env = "FIELDPROOF_SECRET_KEY", value_name = "KEY", hide_env_values = true)]
    secret_key: Option<String>,
    #[command(flatten)]
    pub(super) admin: AdminOptions,
}

impl ExportOptions {
    pub(super) async fn open(&self) -> anyhow::Result<Arc<Fieldproof>> {
        let given = ServeOptions {
            export_root: self.export_root.clone(),
            export_credentials: self.export_credentials.clone(),
            allow_address: self.allow_address.clone(),
            public_url: self.public_url.clone(),
            smtp_url: self.smtp_url.clone(),
            mail_from: self.mail_from.clone(),
            secret_key: self.secret_key.clone(),
            ..Default::default()
        };
        Ok(Arc::new(self.admin.open_as_server(given).await?))
    }
}

/// The id of an export, as it is typed.
pub(super) fn export_id(text: &str) -> Result<Uuid, String> {
    text.parse().map_err(|_| "it is no id: 'fieldproof export list' shows them".to_owned())
}
