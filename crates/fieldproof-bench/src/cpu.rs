//! CPU time of a process: user and system, all threads, also those that have ended.
//!
//! Wall-clock time would measure the neighbours on the machine too.

use std::time::Duration;

use anyhow::Result;

/// The CPU clock of one process.
#[derive(Clone, Copy)]
pub(crate) struct CpuClock(Id);

impl CpuClock {
    /// Of this process.
    pub(crate) fn own() -> Self {
        Self(Id::OWN)
    }

    /// Of another process.
    pub(crate) fn of(pid: u32) -> Result<Self> {
        Id::of(pid).map(Self)
    }

    /// What the process has used so far.
    pub(crate) fn read(self) -> Result<Duration> {
        self.0.read()
    }
}

#[cfg(target_os = "linux")]
use linux::Id;
#[cfg(target_os = "linux")]
mod linux {
    use std::time::Duration;

    use anyhow::{Context as _, Result};
    use nix::{
        time::{ClockId, clock_getcpuclockid, clock_gettime},
        unistd::Pid,
    };

    #[derive(Clone, Copy)]
    pub(super) struct Id(ClockId);

    impl Id {
        pub(super) const OWN: Self = Self(ClockId::CLOCK_PROCESS_CPUTIME_ID);

        pub(super) fn of(pid: u32) -> Result<Self> {
            let id = clock_getcpuclockid(Pid::from_raw(i32::try_from(pid)?));
            id.map(Self).with_context(|| format!("the CPU clock of process {pid}"))
        }

        pub(super) fn read(self) -> Result<Duration> {
            Ok(clock_gettime(self.0).context("the process is gone")?.into())
        }
    }
}

#[cfg(not(target_os = "linux"))]
use elsewhere::Id;
#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use std::time::Duration;

    use anyhow::{Result, bail};

    #[derive(Clone, Copy)]
    pub(super) struct Id;

    impl Id {
        pub(super) const OWN: Self = Self;

        pub(super) fn of(_pid: u32) -> Result<Self> {
            bail!("CPU time of another process can be measured on Linux only")
        }

        pub(super) fn read(self) -> Result<Duration> {
            bail!("CPU time can be measured on Linux only")
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn counts_work_and_not_sleep() {
        let own = CpuClock::own();
        let start = own.read().unwrap();
        std::thread::sleep(Duration::from_millis(50));
        let slept = own.read().unwrap();
        let mut sum = 0_u64;
        while own.read().unwrap() < slept + Duration::from_millis(20) {
            sum = std::hint::black_box(sum + 1);
        }
        // Other tests may run in this process meanwhile, so only the lower bound is certain.
        assert!(own.read().unwrap() >= start + Duration::from_millis(20));
        assert!(CpuClock::of(std::process::id()).unwrap().read().unwrap() >= slept);
    }
}
