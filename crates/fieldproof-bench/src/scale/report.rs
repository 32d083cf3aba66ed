//! The figures as tables: printed, and written into `docs/performance-store.md`.

use std::time::Duration;

use super::{
    SMALL,
    database::Database,
    operations::CACHED,
    search::Search,
    turns::{CLIENTS, Cost},
};
use crate::{figures::Comparison, machine, report::met};

const PAGE: &str = include_str!("../performance-store.md");

/// The most that anything may cost with all work orders, as a multiple of what it costs with few.
const MARK: f64 = 1.5;
/// The most that a search may take, in seconds.
const SEARCH_MARK: f64 = 5e-3;

/// Everything that was measured.
pub(crate) struct Report {
    /// Work orders in the large table.
    pub(crate) size: u32,
    /// Rounds of each measurement.
    pub(crate) rounds: usize,
    /// By database.
    pub(crate) found: Vec<Found>,
    /// What was not measured, and why.
    pub(crate) skipped: Vec<String>,
}

/// What was found on one database.
pub(crate) struct Found {
    pub(crate) database: Database,
    /// How long the fill of the large side took.
    pub(crate) filled_in: Duration,
    /// On the disk, of the large side.
    pub(crate) bytes: u64,
    /// Of the server on the large side, when all was done.
    pub(crate) memory: u64,
    pub(crate) costs: Vec<Cost>,
    pub(crate) search: Search,
}

impl Report {
    /// The whole page.
    pub(crate) fn page(&self) -> String {
        let replacements = [
            ("{date}", machine::today()),
            ("{machine}", machine::describe()),
            ("{tables}", self.tables()),
            ("{rounds}", self.rounds.to_string()),
            ("{clients}", CLIENTS.to_string()),
            ("{cached}", grouped(CACHED)),
            ("{small}", grouped(SMALL)),
            ("{size}", grouped(self.size)),
        ];
        replacements.iter().fold(PAGE.to_owned(), |page, (name, value)| page.replace(name, value))
    }

    /// The tables by themselves.
    pub(crate) fn tables(&self) -> String {
        let costs = self.found.iter().map(|found| found.costs(self.size));
        let skipped = self.skipped.iter().map(|line| format!("{line}\n"));
        costs.chain([self.searches(), self.sizes()]).chain(skipped).collect::<Vec<_>>().join("\n")
    }

    fn searches(&self) -> String {
        let mut rows = vec![format!(
            "| search for similar pictures | among {} | among {} | mark | | right after a start | analyse a photo, server CPU |",
            grouped(SMALL),
            grouped(self.size)
        )];
        rows.push("|---|---:|---:|---:|---|---:|---:|".to_owned());
        for Found { database, search, .. } in &self.found {
            let [small, large] = [search.small.median(), search.large.median()];
            rows.push(format!(
                "| {} | {:.2} ms | {:.2} ms | {} ms | {} | {:.2} s | {:.2} times |",
                database.name(),
                small * 1e3,
                large * 1e3,
                SEARCH_MARK * 1e3,
                met(large <= SEARCH_MARK),
                search.first,
                search.analyse.ratio.median(),
            ));
        }
        rows.join("\n") + "\n"
    }

    fn sizes(&self) -> String {
        let mut rows = vec![format!(
            "| sizes with {} work orders | on disk | a work order | server with {} | server | most when it started | when all was done | filled in |",
            grouped(self.size),
            grouped(SMALL)
        )];
        rows.push("|---|---:|---:|---:|---:|---:|---:|---:|".to_owned());
        for found in &self.found {
            let [small, large] = found.search.memory;
            rows.push(format!(
                "| {} | {} | {:.1} kB | {} | {} | {} | {} | {:.0} s |",
                found.database.name(),
                megabytes(found.bytes),
                found.bytes as f64 / f64::from(self.size) / 1e3,
                megabytes(small),
                megabytes(large),
                megabytes(found.search.peak),
                megabytes(found.memory),
                found.filled_in.as_secs_f64(),
            ));
        }
        rows.join("\n") + "\n"
    }
}

impl Found {
    fn costs(&self, size: u32) -> String {
        let (small, large) = (grouped(SMALL), grouped(size));
        let with_database = matches!(self.database, Database::Postgres { .. });
        let mut head =
            format!("| {}: CPU of the server | {small} | {large} | ratio | lowest to highest ", self.database.name());
        let mut line = "|---|---:|---:|---:|---:".to_owned();
        if with_database {
            head += &format!("| with the database's: {small} | {large} | ratio | lowest to highest ");
            line += "|---:|---:|---:|---:";
        }
        let mut rows = vec![head + "| mark | |", line + "|---:|---|"];
        for Cost { operation, server, all } in &self.costs {
            let mut row = format!("| {} {}", operation.name, figures(server));
            let mut worst = server.ratio.median();
            if with_database {
                row += &figures(all);
                worst = worst.max(all.ratio.median());
            }
            let judged = if operation.is_marked {
                format!("| {MARK} | {} |", met(worst <= MARK))
            } else {
                "| none | |".to_owned()
            };
            rows.push(row + &judged);
        }
        rows.join("\n") + "\n"
    }
}

fn figures(found: &Comparison) -> String {
    let (low, high) = found.ratio.range();
    let show = |seconds: f64| format!("{:.2} ms", seconds * 1e3);
    let [base, cost, ratio] = [&found.base, &found.cost, &found.ratio].map(|rounds| rounds.median());
    format!("| {} | {} | **{ratio:.2}** | {low:.2} to {high:.2} ", show(base), show(cost))
}

fn megabytes(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1e6)
}

/// With a comma at the thousands.
fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
