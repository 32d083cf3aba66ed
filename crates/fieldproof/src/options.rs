//! What can be set, and from where: the command line, else `FIELDPROOF_…`, else a TOML file, else the default.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    thread::available_parallelism,
    time::Duration,
};

use anyhow::Context as _;
use clap::Args;
use fieldproof_app::{EngineChoice, Settings};
use ipnet::IpNet;
use serde::Deserialize;

/// Where things are kept when nothing says so.
pub(crate) const DEFAULT_DATA: &str = "fieldproof-data";
/// The configuration file that is read from the data folder when none is named.
const CONFIG_FILE: &str = "fieldproof.toml";

/// Options of `serve`. Each is also an environment variable and a key of the configuration file.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ServeOptions {
    /// TOML file with these options [default: fieldproof.toml in the data folder, if it is there]
    #[arg(long, env = "FIELDPROOF_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub(crate) config: Option<PathBuf>,

    /// Data folder: database, photos, key [default: fieldproof-data; of the demo: fieldproof-demo]
    #[arg(long, env = "FIELDPROOF_DATA", value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,

    /// PostgreSQL database: postgres://user:password@host:5432/name [default: a SQLite file in the data folder]
    #[arg(long, env = "FIELDPROOF_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,

    /// Where photos are: file:///folder, s3://bucket/prefix, gs://… or az://… [default: in the data folder]
    #[arg(long, env = "FIELDPROOF_BLOB_URL", value_name = "URL")]
    pub(crate) blob_url: Option<String>,

    /// Address and port to listen on; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, env = "FIELDPROOF_LISTEN", value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,

    /// Scheme and host for links to photos [default: those that the caller used]
    #[arg(long, env = "FIELDPROOF_PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,

    /// Network of proxies whose X-Forwarded-For, -Proto and -Host (or Forwarded) are believed; may be given again
    #[arg(long, env = "FIELDPROOF_TRUSTED_PROXY", value_name = "CIDR", value_delimiter = ',')]
    pub(crate) trusted_proxy: Vec<IpNet>,

    /// Network that photo URLs and exports may lead to although it is private or reserved; may be given again
    #[arg(long, env = "FIELDPROOF_ALLOW_ADDRESS", value_name = "CIDR", value_delimiter = ',')]
    pub(crate) allow_address: Vec<IpNet>,

    /// Key that signs links to photos, at least 32 characters [default: made once in the data folder]
    #[arg(long, env = "FIELDPROOF_SECRET_KEY", value_name = "KEY", hide_env_values = true)]
    pub(crate) secret_key: Option<String>,

    /// Photos judged at once, one core each [default: the number of cores]
    #[arg(long, env = "FIELDPROOF_WORKERS", value_name = "N")]
    pub(crate) workers: Option<usize>,

    /// Photos that may wait; one more is answered 503 [default: 8 a worker]
    #[arg(long, env = "FIELDPROOF_QUEUE", value_name = "N")]
    pub(crate) queue: Option<usize>,

    /// Jobs done at once beside the requests, such as erasing photos; 0 leaves them to `fieldproof worker`
    /// [default: the number of cores, 2 at least]
    #[arg(long, env = "FIELDPROOF_JOB_WORKERS", value_name = "N")]
    pub(crate) job_workers: Option<usize>,

    /// Seconds that links to photos work [default: 86400]
    #[arg(long, env = "FIELDPROOF_LINK_LIFETIME", value_name = "SECONDS")]
    pub(crate) link_lifetime: Option<u64>,

    /// Largest archive of a batch, in bytes [default: 21474836480, which is 20 GiB]
    #[arg(long, env = "FIELDPROOF_BATCH_ARCHIVE_LIMIT", value_name = "BYTES")]
    pub(crate) batch_archive_limit: Option<u64>,

    /// Exports may go to folders in this one, as file:///… [default: to none of this machine]
    #[arg(long, env = "FIELDPROOF_EXPORT_ROOT", value_name = "DIR")]
    pub(crate) export_root: Option<PathBuf>,

    /// Folder with files of credentials that exports may name
    #[arg(long, env = "FIELDPROOF_EXPORT_CREDENTIALS", value_name = "DIR")]
    pub(crate) export_credentials: Option<PathBuf>,

    /// Mail server for exports: smtps://user:password@host:465, smtp://…:587?tls=required or smtp://host:25
    #[arg(long, env = "FIELDPROOF_SMTP_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) smtp_url: Option<String>,

    /// Sender of mails, such as `Fieldproof <fieldproof@example.com>`
    #[arg(long, env = "FIELDPROOF_MAIL_FROM", value_name = "ADDRESS")]
    pub(crate) mail_from: Option<String>,

    /// Library of ONNX Runtime, which runs models faster; off: the built-in engine
    /// [default: where ORT_DYLIB_PATH says, in the data folder, or of a Python package]
    #[arg(long, env = "FIELDPROOF_ONNXRUNTIME", value_name = "FILE|off")]
    pub(crate) onnxruntime: Option<String>,

    /// What to log, such as `info` or `warn,fieldproof_api=debug` [default: info]
    #[arg(long, env = "FIELDPROOF_LOG", value_name = "FILTER")]
    pub(crate) log: Option<String>,

    /// How to log [default: text on a terminal, json elsewhere]
    #[arg(long, env = "FIELDPROOF_LOG_FORMAT", value_name = "FORMAT")]
    pub(crate) log_format: Option<LogFormat>,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl ServeOptions {
    /// Fills what neither command line nor environment say from the configuration file.
    pub(crate) fn with_file(self) -> anyhow::Result<Self> {
        let named = self.config.clone();
        let file = named.clone().unwrap_or_else(|| self.data().join(CONFIG_FILE));
        if named.is_none() && !file.exists() {
            return Ok(self);
        }
        let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let from_file: Self = toml::from_str(&text).with_context(|| file.display().to_string())?;
        Ok(self.or(from_file))
    }

    fn or(self, other: Self) -> Self {
        Self {
            config: self.config,
            data: self.data.or(other.data),
            database_url: self.database_url.or(other.database_url),
            blob_url: self.blob_url.or(other.blob_url),
            listen: self.listen.or(other.listen),
            public_url: self.public_url.or(other.public_url),
            trusted_proxy: if self.trusted_proxy.is_empty() { other.trusted_proxy } else { self.trusted_proxy },
            allow_address: if self.allow_address.is_empty() { other.allow_address } else { self.allow_address },
            secret_key: self.secret_key.or(other.secret_key),
            workers: self.workers.or(other.workers),
            queue: self.queue.or(other.queue),
            job_workers: self.job_workers.or(other.job_workers),
            link_lifetime: self.link_lifetime.or(other.link_lifetime),
            batch_archive_limit: self.batch_archive_limit.or(other.batch_archive_limit),
            export_root: self.export_root.or(other.export_root),
            export_credentials: self.export_credentials.or(other.export_credentials),
            smtp_url: self.smtp_url.or(other.smtp_url),
            mail_from: self.mail_from.or(other.mail_from),
            onnxruntime: self.onnxruntime.or(other.onnxruntime),
            log: self.log.or(other.log),
            log_format: self.log_format.or(other.log_format),
        }
    }

    /// The data folder.
    pub(crate) fn data(&self) -> &Path {
        self.data.as_deref().unwrap_or(Path::new(DEFAULT_DATA))
    }

    /// The address to listen on.
    pub(crate) fn listen(&self) -> SocketAddr {
        self.listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)))
    }

    /// Jobs done at once.
    pub(crate) fn job_workers(&self) -> usize {
        // Photos of batches are judged by jobs, so every core is to have one.
        self.job_workers.unwrap_or_else(|| available_parallelism().map_or(2, |cores| cores.get().max(2)))
    }

    /// The public URL without its final slash.
    pub(crate) fn public_url(&self) -> anyhow::Result<Option<String>> {
        let Some(text) = &self.public_url else { return Ok(None) };
        let url = url::Url::parse(text).with_context(|| format!("--public-url {text}"))?;
        let usable = matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none();
        anyhow::ensure!(usable, "--public-url {text}: use http(s)://host[:port][/path], without a query");
        Ok(Some(text.trim_end_matches('/').to_owned()))
    }

    /// Refuses a database that several servers can share without a key that they share too: each has to open the photo
    /// links of the others.
    pub(crate) fn check_key(&self) -> anyhow::Result<()> {
        anyhow::ensure!(
            self.database_url.is_none() || self.secret_key.is_some(),
            "--database-url needs a secret key that every server on that database is given: set FIELDPROOF_SECRET_KEY, \
             for instance to the output of `openssl rand -base64 32`"
        );
        Ok(())
    }

    /// What the use cases need of it.
    pub(crate) fn settings(&self) -> anyhow::Result<Settings> {
        let mut settings = Settings::new(self.data());
        settings.places.database_url.clone_from(&self.database_url);
        settings.places.blob_url.clone_from(&self.blob_url);
        settings.secret_key.clone_from(&self.secret_key);
        settings.allowed_addresses.clone_from(&self.allow_address);
        if let Some(workers) = self.workers {
            settings.workers = workers.max(1);
            settings.queue = settings.workers * 8;
        }
        if let Some(queue) = self.queue {
            settings.queue = queue;
        }
        if let Some(seconds) = self.link_lifetime {
            settings.link_lifetime = Duration::from_secs(seconds);
        }
        if let Some(bytes) = self.batch_archive_limit {
            settings.batch_archive_limit = bytes;
        }
        settings.pdf_program = Some(std::env::current_exe().context("cannot tell where this program is")?);
        settings.engine = EngineChoice::from_option(self.onnxruntime.as_deref());
        settings.exports.root.clone_from(&self.export_root);
        settings.exports.credentials.clone_from(&self.export_credentials);
        settings.exports.public_url = self.public_url()?;
        if let Some(url) = &self.smtp_url {
            let from = self.mail_from.as_deref().context("--smtp-url needs --mail-from, the sender of mails")?;
            anyhow::ensure!(
                self.public_url.is_some(),
                "--smtp-url needs --public-url, which links in mails begin with"
            );
            settings.exports.set_mail(url, from)?;
        }
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_wins_over_the_file_and_the_file_over_the_default() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(CONFIG_FILE);
        std::fs::write(
            &file,
            "listen = \"127.0.0.1:9000\"\nworkers = 3\nallow_address = [\"10.0.0.0/8\"]\n\
                    trusted_proxy = [\"10.1.0.0/16\", \"fd00::/8\"]\n",
        )
        .unwrap();
        let given = ServeOptions { data: Some(folder.path().into()), workers: Some(5), ..Default::default() };
        let options = given.with_file().unwrap();
        assert_eq!(options.listen().port(), 9000);
        assert_eq!(options.settings().unwrap().workers, 5);
        assert_eq!(options.settings().unwrap().queue, 40);
        assert_eq!(options.allow_address.len(), 1);
        assert_eq!(options.trusted_proxy.len(), 2);
    }

    #[test]
    fn an_engine_can_be_named_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(CONFIG_FILE), "onnxruntime = \"off\"\n").unwrap();
        let given = ServeOptions { data: Some(folder.path().into()), ..Default::default() };
        assert_eq!(given.with_file().unwrap().settings().unwrap().engine, EngineChoice::BuiltIn);
    }

    #[test]
    fn a_wrong_key_in_the_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(CONFIG_FILE), "lisen = \"127.0.0.1:9000\"\n").unwrap();
        let given = ServeOptions { data: Some(folder.path().into()), ..Default::default() };
        let error = format!("{:#}", given.with_file().unwrap_err());
        assert!(error.contains("lisen") && error.contains(CONFIG_FILE), "{error}");
    }

    #[test]
    fn a_public_url_is_a_base() {
        let url = |text: &str| ServeOptions { public_url: Some(text.into()), ..Default::default() }.public_url();
        assert_eq!(url("https://photos.example.com/").unwrap().as_deref(), Some("https://photos.example.com"));
        for bad in ["photos.example.com", "ftp://example.com", "https://example.com/?a=b"] {
            assert!(url(bad).is_err(), "{bad}");
        }
    }
}
