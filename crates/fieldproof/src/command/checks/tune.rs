//! `checks tune`: the threshold that tells good photos from bad ones best.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use fieldproof_app::{Ambient as _, SystemAmbient};
use fieldproof_domain::check::{Check, Reading, Wanted};
use serde_json::{Map, Value, json};

use super::{
    look::Judge,
    plot,
    run::{Subject, object},
    threshold::{Outcome, Passes, best, histogram, quantile},
};
use crate::output::OutputOptions;

#[derive(Args)]
pub(crate) struct TuneOptions {
    /// Check whose threshold is sought, by its key in an application: blur, brightness, screen, content …
    #[arg(long, value_name = "CHECK", value_parser = check)]
    check: Check,
    /// Photos that should pass, or folders of them
    #[arg(long, value_name = "PATH", required = true, num_args = 1..)]
    good: Vec<PathBuf>,
    /// Photos that should not pass, or folders of them
    #[arg(long, value_name = "PATH", required = true, num_args = 1..)]
    bad: Vec<PathBuf>,
    /// Draw both distributions and the thresholds into this PNG file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    subject: Subject,
    /// Metadata of the work order, as for `checks run`
    #[arg(long, value_name = "JSON", default_value = "{}", value_parser = object)]
    metadata: Map<String, Value>,
    #[command(flatten)]
    output: OutputOptions,
}

/// One measure of the check, on all photos.
pub(super) struct Tuned {
    check: Check,
    measure: &'static str,
    passes: Passes,
    /// The threshold as it is.
    pub(super) now: Option<f64>,
    pub(super) good: Vec<f64>,
    pub(super) bad: Vec<f64>,
    pub(super) best: Option<Outcome>,
}

pub(super) fn run(options: &TuneOptions) -> anyhow::Result<ExitCode> {
    let Some(application) = options.subject.application()? else { return Ok(ExitCode::FAILURE) };
    let mut judge = Judge::new(application, SystemAmbient.now())?;
    judge.metadata.clone_from(&options.metadata);
    let good = readings(&mut judge, &photos(&options.good)?, options.check);
    let bad = readings(&mut judge, &photos(&options.bad)?, options.check);
    let tuned = tune(options.check, &good, &bad);
    ensure!(
        !tuned.is_empty(),
        "check '{}' has no number to tune on these photos: it needs more than a photo has, such as an application with \
         its model (--app, --group)",
        options.check.key()
    );
    if let Some(file) = &options.out {
        std::fs::write(file, plot::draw(&tuned)?).with_context(|| file.display().to_string())?;
    }
    let json: Vec<_> = tuned.iter().map(Tuned::as_json).collect();
    let text: Vec<_> = tuned.iter().map(Tuned::describe).collect();
    options.output.print(&json!({"check": options.check.key(), "measures": json}), text.join("\n\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// The files, and those in the folders, in order.
fn photos(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = std::fs::read_dir(path).with_context(|| path.display().to_string())?;
        let mut found: Vec<_> =
            entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|file| file.is_file()).collect();
        found.sort();
        if found.is_empty() {
            bail!("{}: the folder has no files", path.display());
        }
        files.extend(found);
    }
    Ok(files)
}

/// What the check measures on the photos that can be used; the others are told.
fn readings(judge: &mut Judge, photos: &[PathBuf], check: Check) -> Vec<Reading> {
    let mut found = Vec::new();
    for looked in photos.iter().flat_map(|file| judge.look(file)) {
        match looked.found {
            Ok(readings) => found.extend(readings.into_iter().filter(|reading| reading.check == check)),
            Err(reason) => eprintln!("{}: left out: {reason}", looked.file),
        }
    }
    found
}

fn tune(check: Check, good: &[Reading], bad: &[Reading]) -> Vec<Tuned> {
    let mut measures: Vec<&'static str> = Vec::new();
    for reading in good.iter().chain(bad) {
        if !measures.contains(&reading.measure) {
            measures.push(reading.measure);
        }
    }
    let of_measure = |measure| {
        let values = |readings: &[Reading]| -> Vec<f64> {
            readings.iter().filter(|reading| reading.measure == measure).filter_map(|reading| reading.value).collect()
        };
        let wanted = good.iter().chain(bad).find(|reading| reading.measure == measure)?.wanted;
        let (passes, now) = match wanted {
            Wanted::AtLeast(limit) => (Passes::High, limit),
            Wanted::MoreThan(limit) => (Passes::High, limit + 1.0),
            Wanted::AtMost(limit) => (Passes::Low, limit),
            Wanted::Something | Wanted::Nothing => return None,
        };
        let (good, bad) = (values(good), values(bad));
        let best = Some(best(&good, &bad, passes)?);
        Some(Tuned { check, measure, passes, now: Some(now), good, bad, best })
    };
    measures.into_iter().filter_map(of_measure).collect()
}

impl Tuned {
    /// Which check and what of it.
    pub(super) fn title(&self) -> String {
        format!("{}: {}", self.check.name(), self.measure)
    }

    /// The least and the greatest value.
    pub(super) fn range(&self) -> (f64, f64) {
        let all = || self.good.iter().chain(&self.bad).copied();
        (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max))
    }

    fn outcomes(&self) -> impl Iterator<Item = (&'static str, Outcome)> {
        let now = self.now.map(|now| Outcome::of(now, &self.good, &self.bad, self.passes));
        [("now", now), ("best", self.best)].into_iter().filter_map(|(name, outcome)| Some((name, outcome?)))
    }

    fn describe(&self) -> String {
        const QUANTILES: [f64; 5] = [0.0, 0.1, 0.5, 0.9, 1.0];
        const BARS: usize = 12;
        const LONGEST: usize = 30;
        let (low, high) = self.range();
        let mut lines = vec![self.title()];
        for (name, values) in [("good", &self.good), ("bad", &self.bad)] {
            let quantiles = QUANTILES.map(|share| format!("{:.2}", quantile(values, share))).join("  ");
            lines.push(format!("  {name:<5} {:>5} photos   least, 10 %, half, 90 %, most: {quantiles}", values.len()));
        }
        let (good, bad) = (histogram(&self.good, (low, high), BARS), histogram(&self.bad, (low, high), BARS));
        let bar = |counts: &[usize], at: usize, mark: &str| {
            let most = counts.iter().copied().max().unwrap_or_default().max(1);
            mark.repeat((counts.get(at).copied().unwrap_or_default() * LONGEST).div_ceil(most))
        };
        for at in 0..BARS {
            let from = low + (high - low) * at as f64 / BARS as f64;
            lines.push(format!("  {from:>9.2} |{:<LONGEST$}|{}", bar(&good, at, "+"), bar(&bad, at, "-")));
        }
        for (name, outcome) in self.outcomes() {
            lines.push(format!(
                "  {name:<5} threshold {:.2}: {:.1} % of the good photos are refused, {:.1} % of the bad ones pass",
                outcome.threshold,
                outcome.good_refused * 100.0,
                outcome.bad_passed * 100.0
            ));
        }
        lines.join("\n")
    }

    fn as_json(&self) -> Value {
        let outcomes: Map<_, _> = self.outcomes().map(|(name, outcome)| (name.to_owned(), json!(outcome))).collect();
        json!({
            "name": self.measure, "passes": if self.passes == Passes::High { "at_least" } else { "at_most" },
            "good": self.good, "bad": self.bad, "thresholds": outcomes,
        })
    }
}

fn check(key: &str) -> Result<Check, String> {
    let keys = || Check::ALL.map(Check::key).join(", ");
    Check::ALL.into_iter().find(|check| check.key() == key).ok_or_else(|| format!("use one of {}", keys()))
}
