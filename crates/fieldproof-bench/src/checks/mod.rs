//! How often the checks are right at their default thresholds, on pictures that were made bad on purpose and on near
//! misses (see `docs/checks-accuracy.md`); and what they cost beside the decode.

mod case;
mod cost;
mod table;

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;

use self::{
    case::{Case, Judge},
    table::Page,
};

#[derive(Args)]
pub(crate) struct Options {
    /// Folder with the pictures and their list, as cases.py writes it
    #[arg(long, value_name = "DIR")]
    cases: PathBuf,
    /// Write the page with the tables here too
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let cases = Case::read_all(&options.cases)?;
    eprintln!("judging {} pictures …", cases.len());
    let judge = Judge::new(&options.cases);
    let judged = cases.iter().map(|case| Ok((case, judge.is_found(case)?))).collect::<Result<Vec<_>>>()?;
    eprintln!("measuring the cost of the checks …");
    let page = Page { judged: &judged, cost: cost::measure()? }.to_string();
    print!("{page}");
    if let Some(file) = &options.write {
        std::fs::write(file, page).with_context(|| file.display().to_string())?;
    }
    Ok(())
}
