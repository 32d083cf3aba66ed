//! What admin commands print: a line for people, or one line of JSON for programs.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use fieldproof_app::{AppError, Fieldproof, SystemAmbient};
use serde_json::Value;

use crate::options::{DEFAULT_DATA, ServeOptions};

/// What every admin command takes.
#[derive(Args)]
pub(crate) struct AdminOptions {
    /// Data folder [default: fieldproof-data]
    #[arg(long, env = "FIELDPROOF_DATA", value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: OutputOptions,
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
        let folder = self.data.as_deref().unwrap_or(Path::new(DEFAULT_DATA));
        anyhow::ensure!(
            folder.exists(),
            "there is no data folder {}: correct --data, or make the folder's first site with 'site create'",
            folder.display()
        );
        self.open_or_make().await
    }

    /// Opens the data folder, also beside a running server; makes it where it is missing.
    pub(crate) async fn open_or_make(&self) -> anyhow::Result<Fieldproof> {
        let options = ServeOptions { data: self.data.clone(), workers: Some(1), ..Default::default() };
        Fieldproof::open(&options.settings(), Arc::new(SystemAmbient)).await.map_err(anyhow::Error::msg)
    }
}

impl OutputOptions {
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
