//! What photos and work orders cost, and how long their senders wait.

use fieldproof_vision::JPEG_DECODER;

use super::{Report, met};
use crate::{
    batch_cost::BatchCost,
    figures::{Comparison, Rounds},
    load_cost::LoadCost,
};

/// The most that a photo may cost on its way to a model's input, as a multiple of libjpeg-turbo's scaled decode: decoded
/// by the same library, and decoded in Rust.
const TENSOR_MARKS: (f64, f64) = (1.15, 1.5);
/// The most that a photo may cost in the server, as a multiple of the bare pipeline.
const PHOTO_MARK: f64 = 1.15;
/// The 99th percentile of the wait for a verdict under steady load, at most, as a multiple of the median.
const TAIL_MARK: f64 = 3.0;
/// The most that a work order may cost over HTTP, as a multiple of its statements.
const WORK_ORDER_MARK: f64 = 2.0;
/// The most that a person may wait beside a batch, as a multiple of the wait without one.
const WAIT_MARK: f64 = 2.0;

impl Report {
    pub(super) fn vision(&self) -> String {
        let mut rows = vec!["| CPU of a photo | ours | held against | ratio | lowest to highest | mark | |".to_owned()];
        rows.push("|---|---:|---:|---:|---:|---:|---|".to_owned());
        match &self.tensor {
            Some(tensor) => rows.push(ratio("bytes to the input of a model", tensor, tensor_mark(), (1e3, "ms"))),
            None => rows.push("| bytes to the input of a model | not measured | | | | | |".to_owned()),
        }
        rows.join("\n") + "\n"
    }

    pub(super) fn ratios(&self) -> String {
        let mut rows = vec!["| server CPU | server | bare | ratio | lowest to highest | mark | |".to_owned()];
        rows.push("|---|---:|---:|---:|---:|---:|---|".to_owned());
        rows.push(ratio("analyse a photo", &self.photo.comparison, PHOTO_MARK, (1e3, "ms")));
        rows.push(ratio("analyse a photo, every core busy", &self.load.comparison, PHOTO_MARK, (1e3, "ms")));
        rows.push(ratio("analyse a photo of a batch", &self.batch.comparison, PHOTO_MARK, (1e3, "ms")));
        rows.push(ratio("create a work order", &self.work_order.create, WORK_ORDER_MARK, (1e6, "µs")));
        rows.push(ratio("retrieve a work order", &self.work_order.retrieve, WORK_ORDER_MARK, (1e6, "µs")));
        rows.join("\n") + "\n"
    }

    pub(super) fn waits(&self) -> String {
        let BatchCost { alone, beside, slower, .. } = &self.batch;
        let (low, high) = slower.range();
        let median = slower.median();
        let ms = |rounds: &Rounds| format!("{:.0} ms", rounds.median() * 1e3);
        [
            "| wait for a verdict, 95th percentile | beside a batch | alone | ratio | lowest to highest | mark | |".to_owned(),
            "|---|---:|---:|---:|---:|---:|---|".to_owned(),
            format!(
                "| one person, photo after photo | {} | {} | **{median:.2}** | {low:.2} to {high:.2} | {WAIT_MARK} | {} |",
                ms(beside),
                ms(alone),
                met(median <= WAIT_MARK),
            ),
            String::new(),
            "| wait for a verdict, steady load | 99th percentile | median | ratio | lowest to highest | mark | |".to_owned(),
            "|---|---:|---:|---:|---:|---:|---|".to_owned(),
            self.tail(),
        ]
        .join("\n")
            + "\n"
    }

    pub(super) fn tail(&self) -> String {
        let LoadCost { median, p99, tail, .. } = &self.load;
        let ((low, high), ratio) = (tail.range(), tail.median());
        let ms = |rounds: &Rounds| format!("{:.0} ms", rounds.median() * 1e3);
        format!(
            "| 70 % of what the server can do | {} | {} | **{ratio:.2}** | {low:.2} to {high:.2} | {TAIL_MARK} | {} |",
            ms(p99),
            ms(median),
            met(ratio <= TAIL_MARK),
        )
    }

    pub(super) fn peer(&self) -> String {
        let mut rows = vec![
            "| the same photos and model, every core busy | photos a second | CPU of a photo |".to_owned(),
            "|---|---:|---:|".to_owned(),
        ];
        let row = |name: &str, rate: &Rounds, cost: &Rounds| {
            format!("| {name} | {:.1} | {:.1} ms |", rate.median(), cost.median() * 1e3)
        };
        rows.push(row("Fieldproof, all of its work", &self.load.rate, &self.load.comparison.cost));
        match &self.load.peer {
            Some(peer) => {
                rows.push(row(&format!("{}, decode and model alone", peer.name), &peer.rate, &peer.comparison.base));
            }
            None => rows.push("| another server | not measured | |".to_owned()),
        }
        rows.join("\n") + "\n"
    }

    pub(super) fn stages(&self) -> String {
        let mut rows = vec!["| stage of the bare pipeline | CPU of one photo |".to_owned(), "|---|---:|".to_owned()];
        let stages = self.photo.stages.iter();
        rows.extend(stages.map(|(stage, took)| format!("| {stage} | {:.1} ms |", took.median() * 1e3)));
        rows.join("\n") + "\n"
    }
}

fn tensor_mark() -> f64 {
    let (with_the_library, without) = TENSOR_MARKS;
    if JPEG_DECODER == "libjpeg-turbo" { with_the_library } else { without }
}

fn ratio(what: &str, found: &Comparison, mark: f64, (scale, unit): (f64, &str)) -> String {
    let show = |rounds: &Rounds| format!("{:.1} {unit}", rounds.median() * scale);
    let (low, high) = found.ratio.range();
    let median = found.ratio.median();
    format!(
        "| {what} | {} | {} | **{median:.2}** | {low:.2} to {high:.2} | {mark} | {} |",
        show(&found.cost),
        show(&found.base),
        met(median <= mark),
    )
}
