//! Logs go to standard error, so that standard output is for results.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::options::{LogFormat, ServeOptions};

/// Starts logging.
pub(crate) fn start(options: &ServeOptions) -> anyhow::Result<()> {
    let filter = options.log.as_deref().unwrap_or("info");
    let filter = EnvFilter::try_new(filter).map_err(|error| anyhow::anyhow!("--log {filter}: {error}"))?;
    let terminal = std::io::stderr().is_terminal();
    let format = options.log_format.unwrap_or(if terminal { LogFormat::Text } else { LogFormat::Json });
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let started = match format {
        LogFormat::Text => lines.with_ansi(terminal).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("cannot start logging: {error}"))
}
