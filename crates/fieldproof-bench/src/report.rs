//! The figures as tables: printed, and written into `docs/performance.md`.

use crate::{
    batch_cost::BatchCost,
    export_cost::{ExportCost, SIZE},
    figures::{Comparison, Rounds},
    machine,
    photo_cost::PhotoCost,
    start_up::StartUp,
    upload_cost::UploadCost,
    work_order_cost::{CLIENTS, WorkOrderCost},
};

const PAGE: &str = include_str!("performance.md");

/// The most that a photo may cost on its way to a model's input, as a multiple of libjpeg-turbo's scaled decode.
const TENSOR_MARK: f64 = 1.5;
/// The most that a photo may cost in the server, as a multiple of the bare pipeline.
const PHOTO_MARK: f64 = 1.15;
/// The most that a work order may cost over HTTP, as a multiple of its statements.
const WORK_ORDER_MARK: f64 = 2.0;
/// The most that a person may wait beside a batch, as a multiple of the wait without one.
const WAIT_MARK: f64 = 2.0;
/// The least throughput of an upload, as a share of what writing and syncing the same chunks gives.
const UPLOAD_MARK: f64 = 0.5;
/// The least throughput of an export, as a share of what reading and writing the same rows gives.
const EXPORT_MARK: f64 = 0.7;
/// The most that the API may take beside an export, as a multiple of what it takes without one.
const BESIDE_EXPORT_MARK: f64 = 1.5;
/// Aim for the time from start to ready, in seconds.
const READY_AIM: f64 = 1.0;
/// Aim for the idle memory besides the models, in bytes.
const MEMORY_AIM: f64 = 60e6;

/// Everything that was measured.
pub(crate) struct Report {
    /// Rounds of each measurement.
    pub(crate) rounds: usize,
    /// What runs models.
    pub(crate) engine: String,
    /// From a photo's bytes to a model's input; `None`: there was nothing to hold it against.
    pub(crate) tensor: Option<Comparison>,
    /// Name and version of the application.
    pub(crate) application: String,
    /// Size of its model files, in bytes.
    pub(crate) model_bytes: usize,
    /// A photo.
    pub(crate) photo: PhotoCost,
    /// A photo as part of a batch.
    pub(crate) batch: BatchCost,
    /// An archive on its way, by the size of its chunks.
    pub(crate) uploads: Vec<UploadCost>,
    /// An export.
    pub(crate) export: ExportCost,
    /// A work order.
    pub(crate) work_order: WorkOrderCost,
    /// The server with the application.
    pub(crate) start: StartUp,
    /// The server without any.
    pub(crate) empty_start: StartUp,
}

impl Report {
    /// The whole page.
    pub(crate) fn page(&self) -> String {
        let replacements = [
            ("{date}", machine::today()),
            ("{machine}", machine::describe()),
            ("{tables}", self.tables()),
            ("{rounds}", self.rounds.to_string()),
            ("{engine}", without_path(&self.engine).to_owned()),
            ("{clients}", CLIENTS.to_string()),
            ("{export_size}", SIZE.to_string()),
            ("{application}", self.application.clone()),
            ("{task_group}", self.photo.task_group.clone()),
            ("{photo_mb}", format!("{:.1}", self.photo.photo_bytes as f64 / 1e6)),
        ];
        replacements.iter().fold(PAGE.to_owned(), |page, (name, value)| page.replace(name, value))
    }

    /// The tables by themselves.
    pub(crate) fn tables(&self) -> String {
        [self.vision(), self.ratios(), self.waits(), self.uploads(), self.exports(), self.stages(), self.starts()]
            .join("\n")
    }

    fn vision(&self) -> String {
        let mut rows = vec!["| CPU of a photo | ours | held against | ratio | lowest to highest | mark | |".to_owned()];
        rows.push("|---|---:|---:|---:|---:|---:|---|".to_owned());
        match &self.tensor {
            Some(tensor) => rows.push(ratio("bytes to the input of a model", tensor, TENSOR_MARK, (1e3, "ms"))),
            None => rows.push("| bytes to the input of a model | not measured | | | | | |".to_owned()),
        }
        rows.join("\n") + "\n"
    }

    fn ratios(&self) -> String {
        let mut rows = vec!["| server CPU | server | bare | ratio | lowest to highest | mark | |".to_owned()];
        rows.push("|---|---:|---:|---:|---:|---:|---|".to_owned());
        rows.push(ratio("analyse a photo", &self.photo.comparison, PHOTO_MARK, (1e3, "ms")));
        rows.push(ratio("analyse a photo of a batch", &self.batch.comparison, PHOTO_MARK, (1e3, "ms")));
        rows.push(ratio("create a work order", &self.work_order.create, WORK_ORDER_MARK, (1e6, "µs")));
        rows.push(ratio("retrieve a work order", &self.work_order.retrieve, WORK_ORDER_MARK, (1e6, "µs")));
        rows.join("\n") + "\n"
    }

    fn waits(&self) -> String {
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
        ]
        .join("\n")
            + "\n"
    }

    fn uploads(&self) -> String {
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

    fn exports(&self) -> String {
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

    fn stages(&self) -> String {
        let mut rows = vec!["| stage of the bare pipeline | CPU of one photo |".to_owned(), "|---|---:|".to_owned()];
        let stages = self.photo.stages.iter();
        rows.extend(stages.map(|(stage, took)| format!("| {stage} | {:.1} ms |", took.median() * 1e3)));
        rows.join("\n") + "\n"
    }

    fn starts(&self) -> String {
        let mut rows = vec!["| server | start to ready | aim | idle memory | besides the models | aim |".to_owned()];
        rows.push("|---|---:|---|---:|---:|---|".to_owned());
        let cases = [
            (format!("with {}", self.application), &self.start, self.model_bytes),
            ("without an application".to_owned(), &self.empty_start, 0),
        ];
        for (name, start, models) in cases {
            let (ready, memory) = (start.ready.median(), start.memory.median());
            let besides = memory - models as f64;
            rows.push(format!(
                "| {name} | {ready:.2} s | {} | {:.1} MB | {:.1} MB | {} |",
                met(ready <= READY_AIM),
                memory / 1e6,
                besides / 1e6,
                met(besides <= MEMORY_AIM),
            ));
        }
        rows.join("\n") + "\n"
    }
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

/// An engine's description without the place of its library, which is of this machine.
fn without_path(engine: &str) -> &str {
    engine.split_once(", /").map_or(engine, |(name, _)| name)
}

/// Whether a mark or an aim is met.
pub(crate) fn met(is_met: bool) -> &'static str {
    if is_met { "met" } else { "**missed**" }
}
