//! `fieldproof batch errors`: the error file.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use fieldproof_domain::batch::Problem;
use reqwest::Response;
use tempfile::NamedTempFile;
use uuid::Uuid;

use super::{client::Api, options::ServerOptions};

/// A line of the error file that is longer is not looked at.
const LONGEST_LINE: usize = 64 * 1024;

#[derive(Args)]
pub(crate) struct ErrorsCommand {
    /// Id of the batch
    id: Uuid,
    /// A table for spreadsheets, or one JSON object a line for programs
    #[arg(long, value_enum, default_value = "csv")]
    format: Format,
    /// Write it to this file
    #[arg(long, value_name = "FILE")]
    to_file: Option<PathBuf>,
    #[command(flatten)]
    server: ServerOptions,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Csv,
    Jsonl,
}

pub(super) async fn run(command: ErrorsCommand) -> anyhow::Result<ExitCode> {
    let api = Api::new(&command.server)?;
    let format = match command.format {
        Format::Csv => "csv",
        Format::Jsonl => "jsonl",
    };
    let answer = api.download(&format!("/{}/errors?format={format}", command.id)).await?;
    match &command.to_file {
        Some(path) => to_file(answer, path).await?,
        None => match copy(answer, &mut io::stdout()).await {
            // A reader that has gone away, such as `head`, is no failure.
            Err(Copy::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => {}
            result => result.map_err(|error| error.told("standard output"))?,
        },
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes a whole file or none: a half one would look as if the rest had gone well.
async fn to_file(answer: Response, path: &Path) -> anyhow::Result<()> {
    let shown = path.display().to_string();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder).with_context(|| shown.clone())?;
    copy(answer, &mut file).await.map_err(|error| error.told(&shown))?;
    file.persist(path).with_context(|| shown)?;
    Ok(())
}

/// Why a download was not copied.
enum Copy {
    Read,
    Write(io::Error),
}

impl Copy {
    fn told(self, to: &str) -> anyhow::Error {
        match self {
            Self::Read => anyhow::anyhow!("the error file broke off: ask for it again"),
            Self::Write(error) => anyhow::Error::from(error).context(to.to_owned()),
        }
    }
}

async fn copy(mut answer: Response, to: &mut impl Write) -> Result<(), Copy> {
    while let Some(piece) = answer.chunk().await.map_err(|_| Copy::Read)? {
        to.write_all(&piece).map_err(Copy::Write)?;
    }
    to.flush().map_err(Copy::Write)
}

/// The first lines of a batch's error file, for people, and whether these are all.
///
/// # Errors
/// It cannot be read.
pub(super) async fn first_lines(api: &Api, id: Uuid, count: usize) -> anyhow::Result<(Vec<String>, bool)> {
    let mut answer = api.download(&format!("/{id}/errors?format=jsonl")).await?;
    let (mut lines, mut rest) = (Vec::new(), Vec::new());
    while let Some(piece) = answer.chunk().await.context("the error file broke off")? {
        rest.extend_from_slice(&piece);
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            if lines.len() == count {
                return Ok((lines, false));
            }
            let line: Vec<_> = rest.drain(..=end).collect();
            lines.extend(serde_json::from_slice(&line).ok().map(|problem: Problem| spoken(&problem)));
        }
        if rest.len() > LONGEST_LINE {
            break;
        }
    }
    Ok((lines, true))
}

/// A line of the error file on one line.
pub(super) fn spoken(problem: &Problem) -> String {
    let place = problem.file.as_deref().or(problem.work_order.as_deref());
    match place {
        Some(place) => format!("{place}: {} ({})", problem.reason, problem.code),
        None => format!("{} ({})", problem.reason, problem.code),
    }
}
