//! The fields of an export, as the OpenAPI document shows them.

use serde::Deserialize;
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;
use uuid::Uuid;

/// An export to make. What is not given keeps its default.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body; it is read by the use case, which reports every wrong field at once")]
pub(crate) struct ExportBody {
    /// What you call it; for people.
    #[schema(max_length = 255)]
    name: Option<String>,
    /// Sites, that of the token among them, whose exports you may manage. Left out: that of the token.
    site_id: Option<Vec<Uuid>>,
    /// `work-orders-timeline`: every photo; `work-orders-states`: the last one of each work item.
    #[schema(example = "work-orders-timeline", default = "work-orders-timeline")]
    export_type: Option<String>,
    /// JSON Lines.
    #[schema(example = "json", default = "json")]
    file_format: Option<String>,
    /// once, hourly, daily, weekly (Mondays), monthly (the first day), or the five fields of a cron expression: when windows
    /// end.
    #[schema(example = "daily")]
    interval: String,
    /// By whose clocks.
    #[schema(example = "Europe/Paris", default = "UTC")]
    time_zone: Option<String>,
    /// Where the first window begins. Left out: with the window that is open now; of one that runs once, when the site was
    /// made.
    #[schema(example = "2025-03-16T00:00:00Z")]
    from: Option<String>,
    /// Only of one that runs once: where its window ends. Left out: now.
    to: Option<String>,
    /// none, gzip or zstd.
    #[schema(example = "gzip", default = "none")]
    compression: Option<String>,
    /// What files are called, without their ending: text, with the ends of the window as `strftime` writes them.
    #[schema(example = "{from:%Y-%m-%d}_{to:%Y-%m-%d}")]
    file_name: Option<String>,
    /// Days that the bytes of a delivered file are kept, to be delivered again.
    #[schema(minimum = 0, maximum = 90, default = 7)]
    keep_days: Option<u32>,
    /// Whether photos are sent too; not by mail.
    #[schema(default = false)]
    export_images: Option<bool>,
    /// cloud_storage, sftp or email.
    #[schema(example = "cloud_storage")]
    connector_type: String,
    /// email: who gets the link.
    #[schema(example = json!(["jane.doe@example.com"]))]
    emails: Option<Vec<String>>,
    /// cloud_storage: `gs://bucket/folder`, `s3://…`, `az://…`, or `file:///folder` in the server's folder for exports.
    #[schema(example = "s3://data-lake/fieldproof")]
    storage_uri: Option<String>,
    /// cloud_storage: names and values as the cloud's own tools have them. Kept encrypted, and never answered.
    #[schema(value_type = Option<Object>, example = json!({"aws_access_key_id": "…", "aws_secret_access_key": "…", "aws_region": "eu-west-3"}))]
    storage_credentials: Option<Map<String, Json>>,
    /// cloud_storage: a file with them in the server's folder for credentials.
    #[schema(example = "warehouse.env")]
    storage_credentials_path: Option<String>,
    /// sftp: its name or address.
    #[schema(example = "sftp.example.com")]
    sftp_host: Option<String>,
    /// sftp
    #[schema(minimum = 1, maximum = 65535, default = 22)]
    sftp_port: Option<u32>,
    /// sftp: who logs in.
    #[schema(example = "fieldproof")]
    sftp_username: Option<String>,
    /// sftp: a file with the key in the server's folder for credentials.
    #[schema(example = "sftp/id_ed25519")]
    sftp_private_key_path: Option<String>,
    /// sftp: the key itself, as OpenSSH writes it. Kept encrypted, and never answered.
    sftp_private_key: Option<String>,
    /// sftp: what the key is encrypted with. Kept encrypted, and never answered.
    sftp_private_key_passphrase: Option<String>,
    /// sftp: who the server is, as OpenSSH writes it. Left out: who it is when it is first reached, and from then on.
    #[schema(example = "ssh-ed25519 AAAA…")]
    sftp_host_key: Option<String>,
    /// sftp: the folder that everything goes to, which must be there. Left out: where the user begins.
    #[schema(example = "/incoming/fieldproof")]
    sftp_remote_path: Option<String>,
}

/// What is to be set anew: the same fields, of which those that are not given stay.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body; it is read by the use case, which reports every wrong field at once")]
pub(crate) struct ExportChange {
    name: Option<String>,
    site_id: Option<Vec<Uuid>>,
    export_type: Option<String>,
    interval: Option<String>,
    time_zone: Option<String>,
    compression: Option<String>,
    file_name: Option<String>,
    #[schema(minimum = 0, maximum = 90)]
    keep_days: Option<u32>,
    export_images: Option<bool>,
    connector_type: Option<String>,
    emails: Option<Vec<String>>,
    storage_uri: Option<String>,
    #[schema(value_type = Option<Object>)]
    storage_credentials: Option<Map<String, Json>>,
    storage_credentials_path: Option<String>,
    sftp_host: Option<String>,
    #[schema(minimum = 1, maximum = 65535)]
    sftp_port: Option<u32>,
    sftp_username: Option<String>,
    sftp_private_key_path: Option<String>,
    sftp_private_key: Option<String>,
    sftp_private_key_passphrase: Option<String>,
    sftp_host_key: Option<String>,
    sftp_remote_path: Option<String>,
}
