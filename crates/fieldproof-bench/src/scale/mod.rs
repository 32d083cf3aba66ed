//! Whether the server slows down as its tables grow: the same with a thousand work orders and with a million.

mod backends;
mod batch;
mod database;
mod fill;
mod operations;
mod outcomes;
mod report;
mod sample;
mod search;
mod side;
mod taken;
#[cfg(test)]
mod tests;
mod turns;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};
use fieldproof_app::applications::{Bundle, LoadedApplication};

use self::{
    database::Database,
    operations::Operation,
    report::{Found, Report},
    side::Side,
};
pub(crate) use self::{
    fill::{Fill, Owner},
    outcomes::Outcomes,
    sample::{Sample, Stage},
};
use crate::place;

/// Options of `fieldproof-bench store`.
#[derive(Args)]
pub(crate) struct Options {
    /// Write the page with the tables here too
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Work orders in the large table
    #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1_000..))]
    size: u32,
    /// Rounds of each measurement
    #[arg(long, value_name = "N", default_value_t = 9, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// Measure on this database alone
    #[arg(long, value_name = "DATABASE")]
    only: Option<Only>,
    /// A PostgreSQL server to make databases on, such as postgres://user@127.0.0.1:5432
    #[arg(long, value_name = "URL", requires = "postmaster")]
    postgres: Option<String>,
    /// The number of that server's first process
    #[arg(long, value_name = "PID")]
    postmaster: Option<u32>,
    /// Why there is no PostgreSQL server, for the page
    #[arg(long, value_name = "REASON", conflicts_with = "postgres")]
    no_postgres: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Only {
    Sqlite,
    Postgres,
}

/// Work orders in the small table.
pub(crate) const SMALL: u32 = 1_000;

/// Measures until it is done or stopped by Ctrl-C; either way nothing is left on the disk.
pub(crate) async fn run(options: Options) -> Result<()> {
    tokio::select! {
        done = measure_all(options) => done,
        _ = tokio::signal::ctrl_c() => bail!("stopped"),
    }
}

async fn measure_all(options: Options) -> Result<()> {
    let rounds = usize::from(options.rounds);
    let binary = std::env::current_exe()?;
    let parent = binary.parent().context("this program lies nowhere")?;
    let (bundle, application) = place::load(&crate::demo())?;
    let application = Arc::new(application);
    let mut report = Report { size: options.size, rounds, found: Vec::new(), skipped: options.skipped() };
    for database in options.databases() {
        let found = measure(&database, parent, (&bundle, &application), options.size, rounds).await?;
        report.found.push(found);
    }
    if report.found.is_empty() {
        bail!("there is no database to measure on");
    }
    println!("{}", report.tables());
    if let Some(file) = options.write {
        std::fs::write(&file, report.page()).with_context(|| file.display().to_string())?;
    }
    Ok(())
}

impl Options {
    fn databases(&self) -> Vec<Database> {
        let sqlite = (self.only != Some(Only::Postgres)).then_some(Database::Sqlite);
        let postgres = self.postgres.clone().zip(self.postmaster).filter(|_| self.only != Some(Only::Sqlite));
        let postgres = postgres.map(|(server, postmaster)| Database::Postgres { server, postmaster });
        sqlite.into_iter().chain(postgres).collect()
    }

    fn skipped(&self) -> Vec<String> {
        let because = |name: &str, reason: &str| format!("{name} was not measured: {reason}.");
        let asked = "another one was asked for";
        match (self.only, &self.postgres) {
            (Some(Only::Postgres), _) => vec![because("SQLite", asked)],
            (Some(Only::Sqlite), _) => vec![because("PostgreSQL", asked)],
            (None, Some(_)) => vec![],
            (None, None) => {
                vec![because("PostgreSQL", self.no_postgres.as_deref().unwrap_or("no server was named"))]
            }
        }
    }
}

/// Both sides of one database, from their fill to their end.
async fn measure(
    database: &Database,
    parent: &Path,
    application: (&Bundle, &Arc<LoadedApplication>),
    size: u32,
    rounds: usize,
) -> Result<Found> {
    let mut sides = Vec::new();
    for size in [SMALL, size] {
        eprintln!("{}: {size} work orders …", database.name());
        sides.push(Side::make(database, parent, application, size).await?);
    }
    let [small, large] = &sides[..] else { bail!("there are two sides") };
    let found = compare(database, [small, large], application.1, rounds).await;
    for side in &sides {
        database.erase(&side.name).await?;
    }
    found
}

async fn compare(
    database: &Database,
    sides: [&Side; 2],
    application: &LoadedApplication,
    rounds: usize,
) -> Result<Found> {
    let [small, large] = sides;
    let bytes = database.bytes(&large.name, &large.place).await?;
    eprintln!("{}: the search for similar pictures, {rounds} rounds …", database.name());
    let search = search::measure(sides, application, rounds).await?;
    let [on_small, on_large] = [small.serve().await?, large.serve().await?];
    let mut costs = Vec::new();
    for operation in Operation::reading().into_iter().chain([Operation::create()]) {
        eprintln!("{}: {}, {rounds} rounds …", database.name(), operation.name);
        sides.iter().for_each(|side| database.warm(&side.place));
        costs.push(turns::measure(operation, [&on_small, &on_large], rounds).await?);
    }
    let memory = on_large.server.memory()?;
    Ok(Found { database: database.clone(), filled_in: large.filled_in, bytes, memory, costs, search })
}
