//! CPU time of the processes that PostgreSQL works with for one database.

use std::{collections::BTreeMap, time::Duration};

use anyhow::Result;

use crate::cpu::CpuClock;

/// The processes that the clients of one database have.
#[derive(Clone)]
pub(crate) struct Backends {
    /// The process that starts the others.
    postmaster: u32,
    database: String,
}

/// What each process has used so far.
pub(crate) type Used = BTreeMap<u32, Duration>;

impl Backends {
    pub(crate) fn new(postmaster: u32, database: &str) -> Self {
        Self { postmaster, database: database.to_owned() }
    }

    /// What they have used so far; nothing of those that are gone.
    pub(crate) fn read(&self) -> Result<Used> {
        let mut used = Used::new();
        for entry in std::fs::read_dir("/proc")? {
            let Ok(pid) = entry?.file_name().to_string_lossy().parse() else { continue };
            // A process can end at any time.
            if self.is_one(pid).unwrap_or(false)
                && let Ok(time) = CpuClock::of(pid).and_then(CpuClock::read)
            {
                used.insert(pid, time);
            }
        }
        Ok(used)
    }

    /// What they have used since.
    pub(crate) fn since(&self, before: &Used) -> Result<Duration> {
        let now = self.read()?;
        Ok(now.into_iter().map(|(pid, time)| time.saturating_sub(before.get(&pid).copied().unwrap_or_default())).sum())
    }

    /// PostgreSQL names its processes: `postgres: USER DATABASE ADDRESS STATE`.
    fn is_one(&self, pid: u32) -> Result<bool> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
        // Behind the name, which can hold anything: state and parent.
        let parent = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1));
        if parent != Some(self.postmaster.to_string().as_str()) {
            return Ok(false);
        }
        let name = std::fs::read_to_string(format!("/proc/{pid}/cmdline"))?;
        Ok(name.split([' ', '\0']).nth(2) == Some(self.database.as_str()))
    }
}
