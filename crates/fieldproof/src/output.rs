//! What admin commands print: a line for people, or one line of JSON for programs.

use std::{io::Write as _, path::PathBuf, sync::Arc};

use clap::Args;
use fieldproof_app::{AppError, EngineChoice, Fieldproof, SystemAmbient};
use fieldproof_vision::Engine;
use serde_json::Value;

use crate::options::ServeOptions;

/// What every admin command takes.
#[derive(Args)]
pub(crate) struct AdminOptions {
    /// TOML file with the options of `serve` [default: fieldproof.toml in the data folder, if it is there]
    #[arg(long, env = "FIELDPROOF_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Data folder [default: fieldproof-data]
    #[arg(long, env = "FIELDPROOF_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// PostgreSQL database, as for `serve`
    #[arg(long, env = "FIELDPROOF_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    database_url: Option<String>,
    /// Where photos are, as for `serve`
    #[arg(long, env = "FIELDPROOF_BLOB_URL", value_name = "URL")]
    blob_url: Option<String>,
    /// Library of ONNX Runtime, as for `serve`; off: the built-in engine
    #[arg(long, env = "FIELDPROOF_ONNXRUNTIME", value_name = "FILE|off", hide_short_help = true)]
    onnxruntime: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputOptions,
}

/// Which engine runs models, for commands that open no data folder.
#[derive(Args, Clone)]
pub(crate) struct EngineOptions {
    /// Library of ONNX Runtime, as for `serve`; off: the built-in engine
    #[arg(long, env = "FIELDPROOF_ONNXRUNTIME", value_name = "FILE|off")]
    onnxruntime: Option<String>,
    /// Data folder, where the library is looked for too [default: fieldproof-data]
    #[arg(long, env = "FIELDPROOF_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
}

impl EngineOptions {
    /// The engine.
    pub(crate) fn open(&self) -> anyhow::Result<Arc<dyn Engine>> {
        let given =
            ServeOptions { data: self.data.clone(), onnxruntime: self.onnxruntime.clone(), ..ServeOptions::default() };
        let options = given.with_file()?;
        let choice = EngineChoice::from_option(options.onnxruntime.as_deref());
        choice.open(options.data()).map_err(anyhow::Error::msg)
    }
}

/// How results are printed.
#[derive(Args, Clone, Copy)]
pub(crate) struct OutputOptions {
    /// Print one line of JSON.
    #[arg(long)]
    json: bool,
}

impl AdminOptions {
    /// Opens a data folder that is there: a mistyped one must not be made beside the right one.
    pub(crate) async fn open(&self) -> anyhow::Result<Fieldproof> {
        open_what_is_there(&self.options(ServeOptions::default())?).await
    }

    /// As [`AdminOptions::open`], for commands to which more of what a server is started with matters.
    pub(crate) async fn open_as_server(&self, more: ServeOptions) -> anyhow::Result<Fieldproof> {
        let options = self.options(more)?;
        options.check_key()?;
        open_what_is_there(&options).await
    }

    /// The engine that a server on the data folder would run models on.
    pub(crate) fn engine(&self) -> anyhow::Result<Arc<dyn Engine>> {
        let options = self.options(ServeOptions::default())?;
        options.settings()?.engine.open(options.data()).map_err(anyhow::Error::msg)
    }

    /// Opens the data folder, also beside a running server; makes it where it is missing.
    pub(crate) async fn open_or_make(&self) -> anyhow::Result<Fieldproof> {
        open(&self.options(ServeOptions::default())?).await
    }

    /// What a server on the same data folder would be started with.
    fn options(&self, more: ServeOptions) -> anyhow::Result<ServeOptions> {
        let given = ServeOptions {
            config: self.config.clone(),
            data: self.data.clone(),
            database_url: self.database_url.clone(),
            blob_url: self.blob_url.clone(),
            onnxruntime: self.onnxruntime.clone(),
            workers: Some(1),
            ..more
        };
        given.with_file()
    }
}

async fn open_what_is_there(options: &ServeOptions) -> anyhow::Result<Fieldproof> {
    anyhow::ensure!(
        options.database_url.is_some() || options.data().exists(),
        "there is no data folder {}: correct --data, or make the folder's first site with 'site create'",
        options.data().display()
    );
    open(options).await
}

async fn open(options: &ServeOptions) -> anyhow::Result<Fieldproof> {
    Fieldproof::open(&options.settings()?, Arc::new(SystemAmbient)).await.map_err(anyhow::Error::msg)
}

impl OutputOptions {
    /// Whether programs read it.
    pub(crate) fn is_json(self) -> bool {
        self.json
    }

    /// Prints a result.
    pub(crate) fn print(self, json: &Value, text: impl std::fmt::Display) -> anyhow::Result<()> {
        if self.json { line(json) } else { line(text) }
    }
}

/// Prints a result; a reader that has gone away, such as `head`, is no failure.
pub(crate) fn line(text: impl std::fmt::Display) -> anyhow::Result<()> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}

/// The sentences of an error, without the names of fields that a command line does not have.
pub(crate) fn explain(error: AppError) -> anyhow::Error {
    match error {
        AppError::Invalid(errors) => {
            let sentences: Vec<_> = errors.0.into_values().flatten().collect();
            anyhow::anyhow!("{}", sentences.join(" "))
        }
        other => other.into(),
    }
}

/// A number of bytes, for people.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} bytes"),
        10_000..10_000_000 => format!("{} kB", bytes / 1000),
        10_000_000..10_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10),
    }
}
