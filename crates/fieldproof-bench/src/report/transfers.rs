//! What goes in as archives and out as exports.

use super::{Report, met};
use crate::{export_cost::ExportCost, figures::Rounds, upload_cost::UploadCost};

/// The least throughput of an upload, as a share of what writing and syncing the same chunks gives.
const UPLOAD_MARK: f64 = 0.5;
/// The least throughput of an export, as a share of what reading and writing the same rows gives.
const EXPORT_MARK: f64 = 0.7;
/// The most that the API may take beside an export, as a multiple of what it takes without one.
const BESIDE_EXPORT_MARK: f64 = 1.5;

impl Report {
    pub(super) fn uploads(&self) -> String {
        let mut rows =
            vec!["| throughput | upload | written and synced | ratio | lowest to highest | mark | |".to_owned()];
        rows.push("|---|---:|---:|---:|---:|---:|---|".to_owned());
        for UploadCost { chunk, server, bare, ratio } in &self.uploads {
            let (low, high) = ratio.range();
            let median = ratio.median();
            let rate = |rounds: &Rounds| format!("{:.0} MB/s", rounds.median() / 1e6);
            rows.push(format!(
                "| an archive in chunks of {} KiB | {} | {} | **{median:.2}** | {low:.2} to {high:.2} | at least {UPLOAD_MARK} | {} |",
                chunk / 1024,
                rate(server),
                rate(bare),
                met(median >= UPLOAD_MARK),
            ));
        }
        rows.join("\n") + "\n"
    }

    pub(super) fn exports(&self) -> String {
        let ExportCost { served, bare, ratio, idle, beside, slower } = &self.export;
        let rate = |rounds: &Rounds| format!("{:.0} a second", rounds.median());
        let ms = |rounds: &Rounds| format!("{:.1} ms", rounds.median() * 1e3);
        let row = |what: &str, [one, other]: [String; 2], ratio: &Rounds, (mark, is_met): (String, bool)| {
            let ((low, high), median) = (ratio.range(), ratio.median());
            format!("| {what} | {one} | {other} | **{median:.2}** | {low:.2} to {high:.2} | {mark} | {} |", met(is_met))
        };
        [
            "| export | with it | held against | ratio | lowest to highest | mark | |".to_owned(),
            "|---|---:|---:|---:|---:|---:|---|".to_owned(),
            row(
                "work orders of three items to a folder",
                [rate(served), rate(bare)],
                ratio,
                (format!("at least {EXPORT_MARK}"), ratio.median() >= EXPORT_MARK),
            ),
            row(
                "the API beside it, 95th percentile",
                [ms(beside), ms(idle)],
                slower,
                (BESIDE_EXPORT_MARK.to_string(), slower.median() <= BESIDE_EXPORT_MARK),
            ),
        ]
        .join("\n")
            + "\n"
    }
}
