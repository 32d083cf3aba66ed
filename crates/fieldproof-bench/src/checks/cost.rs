//! What the checks cost beside the decode, for a photo of 12 megapixels, on one thread.

use anyhow::{Result, anyhow};
use fieldproof_vision::{Limits, WorkingScale, decode};

use crate::{cpu::CpuClock, figures::Rounds, photos};

/// Photos, and turns of each.
const PHOTOS: u32 = 3;
const ROUNDS: usize = 7;

/// CPU seconds.
#[derive(Default)]
pub(super) struct Cost {
    pub(super) decode: Rounds,
    /// What each part of level 1 takes, by name.
    pub(super) parts: Vec<(&'static str, Rounds)>,
}

pub(super) fn measure() -> Result<Cost> {
    let clock = CpuClock::own();
    let mut cost = Cost::default();
    let files = (1..=PHOTOS).map(photos::jpeg).collect::<Result<Vec<_>>>()?;
    for file in files.iter().cycle().take(files.len() * ROUNDS) {
        let mut last = clock.read()?;
        let mut took = || -> Result<f64> {
            let now = clock.read()?;
            let seconds = (now - last).as_secs_f64();
            last = now;
            Ok(seconds)
        };
        let photo = decode(file, &Limits::default(), WorkingScale::default()).map_err(|error| anyhow!("{error}"))?;
        cost.decode.add(took()?);
        let mut note = |name, seconds| match cost.parts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, rounds)) => rounds.add(seconds),
            None => {
                let mut rounds = Rounds::default();
                rounds.add(seconds);
                cost.parts.push((name, rounds));
            }
        };
        std::hint::black_box(photo.perceptual_hash());
        note("luma and the hash of the whole (Duplicate)", took()?);
        std::hint::black_box(photo.cuts());
        note("the hashes of 73 windows (Duplicate)", took()?);
        std::hint::black_box(photo.measures());
        note("sharpness and light (Blur, Brightness)", took()?);
        std::hint::black_box(photo.recapture());
        note("the spectra of some tiles (Screen)", took()?);
        std::hint::black_box(photo.edit_traces(file));
        note("what stands beside the picture (Edited)", took()?);
    }
    Ok(cost)
}
