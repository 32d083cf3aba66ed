//! `checks run`: some photos, every check.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::Args;
use fieldproof_app::{Ambient as _, SystemAmbient};
use fieldproof_domain::text::Language;
use serde_json::{Map, Value, json};

use super::{look::Judge, show};
use crate::{
    command::app::{CheckedFolder, checked_folder},
    output::{EngineOptions, OutputOptions},
};

#[derive(Args)]
pub(crate) struct RunOptions {
    /// JPEG, PNG or WebP photos, or PDF documents, whose pages are photos; each is compared with those before it
    #[arg(required = true)]
    photos: Vec<PathBuf>,
    #[command(flatten)]
    subject: Subject,
    /// Metadata of the work order, such as '{"latitude": 48.8566, "longitude": 2.3522}'
    #[arg(long, value_name = "JSON", default_value = "{}", value_parser = object)]
    metadata: Map<String, Value>,
    /// Metadata of each photo, such as '{"timestamp_ms": 1742394107294}'
    #[arg(long, value_name = "JSON", default_value = "{}", value_parser = object)]
    input_metadata: Map<String, Value>,
    /// Language of the messages: en, fr, de or es
    #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = language)]
    lang: Language,
    #[command(flatten)]
    output: OutputOptions,
}

/// Whose checks they are.
#[derive(Args)]
pub(super) struct Subject {
    /// Folder of the application whose thresholds count and whose models look [default: every check that needs nothing but
    /// the photo, at its default thresholds]
    #[arg(long, value_name = "DIR", requires = "group")]
    app: Option<PathBuf>,
    /// Task group of the application
    #[arg(long, value_name = "NAME", requires = "app")]
    group: Option<String>,
    #[command(flatten)]
    engine: EngineOptions,
}

impl Subject {
    /// The application with its task group, if one is named; `None`: it has problems, which were printed.
    pub(super) fn application(&self) -> anyhow::Result<Option<Option<(CheckedFolder, String)>>> {
        let (Some(folder), Some(group)) = (&self.app, &self.group) else { return Ok(Some(None)) };
        let checked = checked_folder(self.engine.open()?.as_ref(), folder);
        Ok(checked.map(|checked| Some((checked, group.clone()))))
    }
}

pub(super) fn run(options: &RunOptions) -> anyhow::Result<ExitCode> {
    let Some(application) = options.subject.application()? else { return Ok(ExitCode::FAILURE) };
    let mut judge = Judge::new(application, SystemAmbient.now())?;
    judge.metadata.clone_from(&options.metadata);
    judge.input_metadata.clone_from(&options.input_metadata);
    let looked: Vec<_> = options.photos.iter().flat_map(|file| judge.look(file)).collect();
    let json: Vec<_> = looked.iter().map(|looked| show::as_json(looked, options.lang)).collect();
    options.output.print(&json!({"photos": json}), show::table(&looked, options.lang))?;
    Ok(if looked.iter().all(|looked| looked.found.is_ok()) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(super) fn object(text: &str) -> anyhow::Result<Map<String, Value>> {
    serde_json::from_str(text).context("give a JSON object in quotes, such as '{\"region\": \"North\"}'")
}

fn language(tag: &str) -> Result<Language, String> {
    Language::from_tag(tag).ok_or_else(|| "use en, fr, de or es".to_owned())
}
