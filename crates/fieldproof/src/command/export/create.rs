//! `fieldproof export create`.

use std::{io::Read as _, process::ExitCode};

use anyhow::Context as _;
use clap::{ArgGroup, Args};
use fieldproof_app::{
    exports::{Manager, SECRET},
    repeat::Unkept,
};
use serde_json::{Map, Value};

use super::{options::ExportOptions, shown};
use crate::output::explain;

/// What secrets look like.
const SECRETS: &str = r#"{"storage_credentials": {"aws_access_key_id": "…", "aws_secret_access_key": "…"}}"#;

#[derive(Args)]
pub(crate) struct CreateCommand {
    /// Name or id of a site; may be given again
    #[arg(long, required = true)]
    site: Vec<String>,
    /// once, hourly, daily, weekly, monthly, or the five fields of a cron expression
    #[arg(long)]
    interval: String,
    /// What you call it
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    file: FileOptions,
    #[command(flatten)]
    place: PlaceOptions,
    /// Read secrets from standard input: a JSON object with storage_credentials, sftp_private_key or
    /// sftp_private_key_passphrase
    #[arg(long, help_heading = "Where it goes: one of --storage-uri, --sftp-host and --emails")]
    secrets_stdin: bool,
    #[command(flatten)]
    options: ExportOptions,
}

/// What is delivered.
#[derive(Args)]
#[command(next_help_heading = "What is delivered")]
struct FileOptions {
    /// work-orders-timeline or work-orders-states [default: work-orders-timeline]
    #[arg(long, value_name = "TYPE")]
    export_type: Option<String>,
    /// By whose clocks windows end, such as Europe/Paris [default: UTC]
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// Where the first window begins [default: with the one that is open now; of one that runs once, with the site]
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Of one that runs once: where its window ends [default: now]
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// none, gzip or zstd [default: none]
    #[arg(long, value_name = "HOW")]
    compression: Option<String>,
    /// What files are called, such as {from:%Y-%m-%d}_{to:%Y-%m-%d}
    #[arg(long, value_name = "PATTERN")]
    file_name: Option<String>,
    /// Days that the bytes of a delivered file are kept, to be delivered again [default: 7]
    #[arg(long, value_name = "DAYS")]
    keep_days: Option<u32>,
    /// Send photos too
    #[arg(long)]
    export_images: bool,
}

/// Where it goes: one of three.
#[derive(Args)]
#[command(next_help_heading = "Where it goes: one of --storage-uri, --sftp-host and --emails")]
#[command(group = ArgGroup::new("goes to").required(true).args(["storage_uri", "sftp_host", "emails"]))]
struct PlaceOptions {
    /// gs://bucket/folder, s3://…, az://…, or file:///folder in the folder for exports
    #[arg(long, value_name = "URI")]
    storage_uri: Option<String>,
    /// File with the bucket's credentials, in the folder for credentials
    #[arg(long, value_name = "FILE", requires = "storage_uri")]
    storage_credentials_path: Option<String>,
    /// Name or address of an SFTP server
    #[arg(long, value_name = "HOST", requires = "sftp_username")]
    sftp_host: Option<String>,
    /// Its port [default: 22]
    #[arg(long, value_name = "PORT", requires = "sftp_host")]
    sftp_port: Option<u16>,
    /// Who logs in
    #[arg(long, value_name = "NAME", requires = "sftp_host")]
    sftp_username: Option<String>,
    /// File with the key to log in with, in the folder for credentials
    #[arg(long, value_name = "FILE", requires = "sftp_host")]
    sftp_private_key_path: Option<String>,
    /// Who the server is: 'ssh-ed25519 AAAA…' [default: who it is when it is first reached]
    #[arg(long, value_name = "KEY", requires = "sftp_host")]
    sftp_host_key: Option<String>,
    /// Folder on the server [default: where the user begins]
    #[arg(long, value_name = "PATH", requires = "sftp_host")]
    sftp_remote_path: Option<String>,
    /// Who gets the link to each file by mail
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',')]
    emails: Vec<String>,
}

pub(super) async fn run(command: CreateCommand) -> anyhow::Result<ExitCode> {
    let mut fields = if command.secrets_stdin { secrets()? } else { Map::new() };
    fields.extend(command.fields());
    let system = command.options.open().await?;
    let mut sites = Vec::new();
    for site in &command.site {
        sites.push(Value::from(system.find_site(site).await.map_err(explain)?.id.to_string()));
    }
    fields.insert("site_id".to_owned(), sites.into());
    let view = system.create_export(Manager::Operator, fields, &Unkept).await.map_err(explain)?;
    system.close().await;
    let text = match view.next_end {
        Some(end) => format!("export {} is made; its first window ends at {end}", view.export.id),
        None => format!("export {} is made", view.export.id),
    };
    command.options.admin.output.print(&shown::export(&view), text)?;
    Ok(ExitCode::SUCCESS)
}

impl CreateCommand {
    /// The fields of the API that were given.
    fn fields(&self) -> Map<String, Value> {
        let (file, place) = (&self.file, &self.place);
        let connector = match (&place.storage_uri, &place.sftp_host) {
            (Some(_), _) => "cloud_storage",
            (None, Some(_)) => "sftp",
            (None, None) => "email",
        };
        let texts = [
            ("name", &self.name),
            ("export_type", &file.export_type),
            ("time_zone", &file.time_zone),
            ("from", &file.from),
            ("to", &file.to),
            ("compression", &file.compression),
            ("file_name", &file.file_name),
            ("storage_uri", &place.storage_uri),
            ("storage_credentials_path", &place.storage_credentials_path),
            ("sftp_host", &place.sftp_host),
            ("sftp_username", &place.sftp_username),
            ("sftp_private_key_path", &place.sftp_private_key_path),
            ("sftp_host_key", &place.sftp_host_key),
            ("sftp_remote_path", &place.sftp_remote_path),
        ];
        let texts = texts.into_iter().filter_map(|(name, text)| Some((name, Value::from(text.clone()?))));
        let numbers = [("keep_days", file.keep_days), ("sftp_port", place.sftp_port.map(u32::from))];
        let numbers = numbers.into_iter().filter_map(|(name, number)| Some((name, Value::from(number?))));
        let others = [
            ("interval", Value::from(self.interval.as_str())),
            ("connector_type", connector.into()),
            ("export_images", file.export_images.into()),
        ];
        let emails = (!place.emails.is_empty()).then(|| ("emails", Value::from(place.emails.clone())));
        texts.chain(numbers).chain(others).chain(emails).map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

fn secrets() -> anyhow::Result<Map<String, Value>> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("the secrets cannot be read from standard input")?;
    // The text of the error does not repeat what it is about.
    let given: Map<String, Value> = serde_json::from_str(&text)
        .map_err(|_| anyhow::anyhow!("the secrets on standard input are no JSON object: write {SECRETS}"))?;
    if let Some(name) = given.keys().find(|name| !SECRET.contains(&name.as_str())) {
        let known = SECRET.join(", ");
        anyhow::bail!("the secrets on standard input may have {known}, and not '{name}': write {SECRETS}");
    }
    Ok(given)
}
