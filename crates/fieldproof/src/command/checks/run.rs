//! `checks run`: some photos, every check.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::Args;
use fieldproof_domain::{
    check::{CheckSettings, DuplicateMatch, Finding, Level, Reading, Wanted, readings},
    observation::PerceptualHash,
    text::Language,
};
use fieldproof_vision::{Limits, WorkingScale, decode};
use serde_json::{Value, json};

use crate::{
    command::app::checked_folder,
    output::{EngineOptions, OutputOptions},
};

#[derive(Args)]
pub(crate) struct RunOptions {
    /// JPEG, PNG or WebP photos; each is compared with those before it
    #[arg(required = true)]
    photos: Vec<PathBuf>,
    /// Folder of the application whose thresholds count [default: every check is on, at its default thresholds]
    #[arg(long, value_name = "DIR", requires = "group")]
    app: Option<PathBuf>,
    /// Task group of the application
    #[arg(long, value_name = "NAME", requires = "app")]
    group: Option<String>,
    /// Language of the messages: en, fr, de or es
    #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = language)]
    lang: Language,
    #[command(flatten)]
    engine: EngineOptions,
    #[command(flatten)]
    output: OutputOptions,
}

pub(super) fn run(options: &RunOptions) -> anyhow::Result<ExitCode> {
    let Some(settings) = settings(options)? else { return Ok(ExitCode::FAILURE) };
    let mut earlier = Vec::new();
    let looked: Vec<_> = options.photos.iter().map(|file| look(file, &settings, &mut earlier)).collect();
    let photos: Vec<_> =
        looked.iter().zip(&options.photos).map(|(one, file)| as_json(one, file, options.lang)).collect();
    options.output.print(&json!({"photos": photos}), table(&looked, options))?;
    Ok(if looked.iter().all(Result::is_ok) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Those of the task group; `None`: its application has problems, which were printed.
fn settings(options: &RunOptions) -> anyhow::Result<Option<CheckSettings>> {
    let (Some(folder), Some(group)) = (&options.app, &options.group) else { return Ok(Some(all_on())) };
    let Some(checked) = checked_folder(options.engine.open()?.as_ref(), folder) else { return Ok(None) };
    let application = checked.application();
    let names = || application.task_groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>().join(", ");
    let group = application
        .group(group)
        .with_context(|| format!("the application has no task group '{group}': use one of {}", names()))?;
    Ok(Some(group.checks.clone()))
}

fn all_on() -> CheckSettings {
    let mut settings = CheckSettings::default();
    for level in [
        &mut settings.blur.level,
        &mut settings.brightness.level,
        &mut settings.duplicate.level,
        &mut settings.resolution.level,
    ] {
        *level = Level::Warning;
    }
    settings
}

/// What the checks measure on a photo, or why it cannot be used.
fn look(file: &Path, settings: &CheckSettings, earlier: &mut Vec<Seen>) -> Result<Vec<Reading>, String> {
    let bytes = std::fs::read(file).map_err(|error| error.to_string())?;
    let photo = decode(&bytes, &Limits::default(), WorkingScale::default()).map_err(|error| error.to_string())?;
    let seen = Seen { perceptual: photo.perceptual_hash(), bytes };
    let nearest = earlier.iter().filter_map(|other| seen.distance(other)).min();
    earlier.push(seen);
    Ok(readings(&photo.measures(), nearest.map(|distance| DuplicateMatch { distance }), settings))
}

/// A photo to compare later ones with.
struct Seen {
    bytes: Vec<u8>,
    perceptual: Option<PerceptualHash>,
}

impl Seen {
    fn distance(&self, other: &Self) -> Option<u32> {
        if self.bytes == other.bytes { Some(0) } else { self.perceptual?.distance(&other.perceptual?) }
    }
}

fn table(looked: &[Result<Vec<Reading>, String>], options: &RunOptions) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING).set_header(["photo", "check", "value", "wanted", "", "message"]);
    for (file, found) in options.photos.iter().zip(looked) {
        let name = file.display().to_string();
        match found {
            Ok(readings) => {
                for reading in readings {
                    let value = reading.value.map_or_else(|| "none".to_owned(), |value| format!("{value:.1}"));
                    table.add_row([
                        name.clone(),
                        reading.check.name().to_owned(),
                        value,
                        wanted(reading.wanted),
                        verdict(reading).to_owned(),
                        message(reading, options.lang).unwrap_or_default().to_owned(),
                    ]);
                }
            }
            Err(reason) => drop(table.add_row([&name, "", "", "", "unusable", reason])),
        }
    }
    table.to_string()
}

fn wanted(wanted: Wanted) -> String {
    match wanted {
        Wanted::AtLeast(least) => format!("at least {least}"),
        Wanted::Between(least, most) => format!("{least} to {most}"),
        Wanted::MoreThan(most_alike) => format!("more than {most_alike}"),
    }
}

/// In one word: `ok`, the level that the check has, or that it is off.
fn verdict(reading: &Reading) -> &'static str {
    match (reading.broken, reading.level) {
        (_, Level::Off) => "off",
        (None, _) => "ok",
        (Some(_), level) => level.as_str(),
    }
}

fn message(reading: &Reading, language: Language) -> Option<&'static str> {
    let (problem, threshold) = reading.broken.filter(|_| reading.level != Level::Off)?;
    Some(Finding { problem, level: reading.level, value: reading.value?, threshold }.message(language))
}

fn as_json(looked: &Result<Vec<Reading>, String>, file: &Path, language: Language) -> Value {
    let name = file.display().to_string();
    let readings = match looked {
        Ok(readings) => readings,
        Err(reason) => return json!({"file": name, "problem": reason}),
    };
    let check = |reading: &Reading| {
        let (at_least, at_most) = match reading.wanted {
            Wanted::AtLeast(least) => (Some(least), None),
            Wanted::Between(least, most) => (Some(least), Some(most)),
            Wanted::MoreThan(most_alike) => (Some(most_alike + 1.0), None),
        };
        json!({
            "code": reading.check.code(), "name": reading.check.name(), "level": reading.level.as_str(),
            "value": reading.value, "at_least": at_least, "at_most": at_most,
            "passed": reading.broken.is_none(), "message": message(reading, language),
        })
    };
    json!({"file": name, "checks": readings.iter().map(check).collect::<Vec<_>>()})
}

fn language(tag: &str) -> Result<Language, String> {
    Language::from_tag(tag).ok_or_else(|| "use en, fr, de or es".to_owned())
}
