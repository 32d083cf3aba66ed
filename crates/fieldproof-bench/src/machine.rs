//! The machine, as far as it matters to the figures; nothing that tells whose it is.

use fieldproof_app::{Ambient as _, SystemAmbient};

/// Processor, cores, memory, kernel.
pub(crate) fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let processor = value("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let memory = value("/proc/meminfo", "MemTotal").and_then(|text| text.trim_end_matches("kB").trim().parse().ok());
    let memory = memory.map(|kib: u64| format!(", {} GiB of memory", kib.div_ceil(1024 * 1024))).unwrap_or_default();
    // The release only to its numbers: what follows can name who built it.
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let kernel = kernel.split(|c: char| !c.is_ascii_digit() && c != '.').next().unwrap_or_default();
    format!("{processor}, {cores} cores{memory}, Linux {kernel}")
}

/// The day, in UTC.
pub(crate) fn today() -> String {
    SystemAmbient.now().date_naive().to_string()
}

/// The first value of `key` in a file of `key: value` lines.
fn value(file: &str, key: &str) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    let found = text.lines().filter_map(|line| line.split_once(':')).find(|(name, _)| name.trim() == key);
    found.map(|(_, value)| value.trim().to_owned())
}
