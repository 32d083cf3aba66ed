//! `fieldproof openapi`.

use std::process::ExitCode;

use crate::output;

pub(crate) fn run() -> anyhow::Result<ExitCode> {
    output::line(fieldproof_api::openapi().to_pretty_json()?)?;
    Ok(ExitCode::SUCCESS)
}
