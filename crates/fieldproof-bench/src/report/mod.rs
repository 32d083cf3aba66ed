//! The figures as tables: printed, and written into `docs/performance.md`.

mod photos;
mod transfers;

use fieldproof_vision::JPEG_DECODER;

use crate::{
    batch_cost::BatchCost,
    export_cost::{ExportCost, SIZE},
    figures::Comparison,
    load_cost::LoadCost,
    machine,
    photo_cost::PhotoCost,
    start_up::StartUp,
    upload_cost::UploadCost,
    work_order_cost::{CLIENTS, WorkOrderCost},
};

const PAGE: &str = include_str!("../performance.md");

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
    /// Photos at once.
    pub(crate) load: LoadCost,
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
            ("{decoder}", JPEG_DECODER.to_owned()),
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
        [
            self.vision(),
            self.ratios(),
            self.waits(),
            self.peer(),
            self.uploads(),
            self.exports(),
            self.stages(),
            self.starts(),
        ]
        .join("\n")
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

/// An engine's description without the place of its library, which is of this machine.
fn without_path(engine: &str) -> &str {
    engine.split_once(", /").map_or(engine, |(name, _)| name)
}

/// Whether a mark or an aim is met.
pub(crate) fn met(is_met: bool) -> &'static str {
    if is_met { "met" } else { "**missed**" }
}
