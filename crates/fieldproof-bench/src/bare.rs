//! The work itself: one photo through the pipeline on one thread, with no server around it.

use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use chrono::DateTime;
use fieldproof_app::applications::LoadedApplication;
use fieldproof_domain::{
    application::TaskGroup,
    check::{Check, CheckSettings, DuplicateMatch, EditTraces, Evidence, Finding, judge},
    observation::PhotoMeasures,
};
use fieldproof_vision::{Limits, Photo, decode};
use serde_json::Map;
use sha2::{Digest as _, Sha256};

use crate::{cpu::CpuClock, figures::Rounds};

/// CPU seconds of a photo in each stage, in the order of the walk.
#[derive(Default)]
pub(crate) struct Stages(Vec<(String, Rounds)>);

impl Stages {
    fn add(&mut self, stage: &str, took: Duration) {
        match self.0.iter_mut().find(|(name, _)| name == stage) {
            Some((_, rounds)) => rounds.add(took.as_secs_f64()),
            None => {
                let mut rounds = Rounds::default();
                rounds.add(took.as_secs_f64());
                self.0.push((stage.to_owned(), rounds));
            }
        }
    }

    /// Name and figures of each stage.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Rounds)> {
        self.0.iter().map(|(name, rounds)| (name.as_str(), rounds))
    }
}

/// Level 1 of a photo about which nothing else is known than what came before.
pub(crate) fn judge_photo(photo: &Photo, duplicate: Option<DuplicateMatch>, checks: &CheckSettings) -> Vec<Finding> {
    let recapture = checks.is_on(Check::Screen).then(|| photo.recapture());
    let measures = PhotoMeasures { recapture, ..photo.measures() };
    let (traces, metadata) = (EditTraces::default(), Map::new());
    let evidence = Evidence {
        facts: photo.facts(),
        measures: &measures,
        traces: &traces,
        duplicate,
        order_metadata: &metadata,
        input_metadata: &metadata,
        received_at: DateTime::UNIX_EPOCH,
        page: None,
        observed: None,
    };
    judge(&evidence, checks)
}

/// Looks at one photo; notes what each stage took.
pub(crate) fn look(
    application: &LoadedApplication,
    group: &TaskGroup,
    photo: &[u8],
    stages: &mut Stages,
) -> Result<()> {
    let cpu = CpuClock::own();
    let mut last = cpu.read()?;
    let mut note = |stage: &str| -> Result<()> {
        let now = cpu.read()?;
        stages.add(stage, now - last);
        last = now;
        Ok(())
    };
    let exact = Sha256::digest(photo);
    note("exact hash (check Duplicate)")?;
    let photo = decode(photo, &Limits::default(), application.working_scale(&group.name)).map_err(|e| anyhow!(e))?;
    note("decode to working scale")?;
    let findings = judge_photo(&photo, None, &group.checks);
    note("measures and verdicts of level 1")?;
    let perceptual = photo.perceptual_hash();
    let cuts = photo.cuts();
    note("perceptual hashes (check Duplicate)")?;
    std::hint::black_box((exact, findings, perceptual, cuts));
    for (name, observe) in &group.observe {
        let model = application.models.get(name).with_context(|| format!("model {name}"))?;
        std::hint::black_box(model.observe(&photo, observe.min_score).map_err(|error| anyhow!(error))?);
        note(&format!("model `{name}`, with its resize"))?;
    }
    Ok(())
}
