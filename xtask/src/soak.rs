//! `cargo xtask soak`: what takes longer than a test should.

use crate::bench;
use crate::postgres::Postgres;
use crate::repository::{become_it, cargo, finish};
use crate::steps::{self, Missing, Outcome, Step};
use anyhow::Result;
use clap::Subcommand;
use std::process::{Command, ExitCode};

#[derive(Subcommand)]
pub(crate) enum Soak {
    /// Kill the server again and again under mixed load, on both databases: what was acknowledged is there, and `doctor`
    /// finds nothing
    Crash {
        /// Kills on each database
        #[arg(long, default_value_t = 200)]
        cycles: u32,
    },
    /// Kill the server again and again while it works batches off, on both databases: nothing is lost, nothing is done
    /// twice
    Batches {
        /// Kills on each database, each with a batch of its own
        #[arg(long, default_value_t = 50)]
        kills: u32,
    },
    /// Work off a small archive and a large one, on both databases: they take the same memory
    Memory {
        /// Bytes of the large one, of which there are three copies on the disk for a while
        #[arg(long, default_value_t = 5_000_000_000)]
        bytes: u64,
    },
    /// Export ten thousand work orders and a million, from SQLite: they take the same memory. A million takes some 8 GB of
    /// disk and a quarter of an hour
    Exports {
        /// Work orders of the large export
        #[arg(long, default_value_t = 1_000_000)]
        orders: u32,
    },
    /// Send requests through a proxy that loses a fifth of the answers, on both databases: no doubles, nothing lost
    Repeats {
        /// Requests on each database
        #[arg(long, default_value_t = 10_000)]
        requests: u32,
    },
}

pub(crate) fn run(soak: Soak) -> Result<ExitCode> {
    let (test, name, number) = match soak {
        Soak::Exports { orders } => {
            let mut bench = bench::build()?;
            bench.args(["exports", "--size", &orders.to_string()]);
            return become_it(bench);
        }
        Soak::Crash { cycles } => {
            ("crash::a_killed_server_has_kept_its_word", "FIELDPROOF_CRASH_CYCLES", u64::from(cycles))
        }
        Soak::Memory { bytes } => {
            ("memory::a_large_archive_takes_no_more_memory_than_a_small_one", "FIELDPROOF_ARCHIVE_BYTES", bytes)
        }
        Soak::Batches { kills } => (
            "batches::a_killed_server_loses_nothing_of_a_batch_and_does_nothing_twice",
            "FIELDPROOF_BATCH_KILLS",
            kills.into(),
        ),
        Soak::Repeats { requests } => {
            ("idempotency::lost_answers_make_no_doubles_and_lose_nothing", "FIELDPROOF_REPEATS", requests.into())
        }
    };
    let command = || {
        let mut command = cargo();
        // Of the whole workspace, as `cargo xtask test` builds it: for a package alone, dependencies are compiled anew.
        command.args(["test", "--workspace", "--test", of(test), test]);
        command.args(["--", "--exact", "--nocapture"]).env(name, number.to_string());
        command
    };
    let steps = [
        Step::new("on SQLite", || judge(&mut command())),
        Step::new("on PostgreSQL", || match Postgres::start()? {
            Ok(server) => judge(command().env("FIELDPROOF_TEST_POSTGRES", server.url())),
            Err(Missing(why)) => Ok(Outcome::Skipped(why)),
        }),
    ];
    let done = steps::run_all(&steps);
    println!("\n{}", steps::table(&done));
    Ok(if steps::all_well(&done) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The program of tests that a test is in.
fn of(test: &str) -> &'static str {
    if test.starts_with("idempotency") { "story" } else { "hardness" }
}

fn judge(command: &mut Command) -> Result<Outcome> {
    let passed = finish(command)?.success();
    Ok(if passed { Outcome::Passed(String::new()) } else { Outcome::Failed("see above".into()) })
}
