//! Adding up what was found in an archive.

use std::{collections::BTreeMap, sync::Arc};

use fieldproof_domain::batch::{Problem, ProblemCode};
use fieldproof_store::batches::{Failure, WorkOrderFile};
use indexmap::IndexMap;

use super::{Finding, Judged, rules::Rules};
use crate::batch::unpack::read::Part;

/// What an archive holds, and how much of it is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArchiveReport {
    /// zip, tar, tar.gz or tar.zst; `None`: it is none that can be opened.
    pub format: Option<String>,
    /// Its folders.
    pub work_orders: Tally,
    /// Their photos.
    pub photos: Tally,
    /// How many lines the error file would have, by their codes.
    pub problems: BTreeMap<String, u64>,
    /// Why the archive as a whole cannot be used, or not to its end.
    pub failure: Option<Failure>,
}

impl ArchiveReport {
    /// Whether the batch would be done without a line in its error file.
    pub fn is_clean(&self) -> bool {
        self.failure.is_none() && self.problems.is_empty()
    }
}

/// How many there are, and how many of them would fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All of them.
    pub total: u64,
    /// Those that would fail.
    pub failed: u64,
}

/// A work order of the archive.
#[derive(Default)]
struct Order {
    photos: u64,
    failed_photos: u64,
    has_metadata: bool,
    /// Why its metadata would be refused.
    refusal: Option<String>,
    /// The archive breaks off in the middle of it.
    is_cut: bool,
}

/// Notes what was found, and passes it on.
pub(super) struct Reporter<F> {
    rules: Arc<Rules>,
    found: F,
    orders: IndexMap<String, Order>,
    /// Place of the work order that the newest part belongs to.
    last: Option<usize>,
    problems: BTreeMap<String, u64>,
}

impl<F: FnMut(Finding)> Reporter<F> {
    pub(super) fn new(rules: Arc<Rules>, found: F) -> Self {
        Self { rules, found, orders: IndexMap::new(), last: None, problems: BTreeMap::new() }
    }

    /// Notes a part of the archive.
    pub(super) fn add(&mut self, judged: Judged) {
        match judged {
            Judged::Photo { work_order, problem } => self.add_photo(work_order, problem),
            Judged::Other(Part::BadPhoto { work_order, problem, .. }) => self.add_photo(work_order, Some(problem)),
            Judged::Other(Part::About { work_order, file: WorkOrderFile::Metadata, content }) => {
                let refusal = self.rules.work_order(&work_order, Some(content)).err();
                let order = self.order(work_order);
                order.has_metadata = true;
                order.refusal = refusal;
            }
            Judged::Other(Part::About { work_order, file: WorkOrderFile::Parameters, .. }) => {
                self.order(work_order);
            }
            Judged::Other(Part::Problem(problem)) => self.tell(problem),
            // Photos are judged before they come here.
            Judged::Other(Part::Photo { .. }) => {}
        }
    }

    fn add_photo(&mut self, work_order: String, problem: Option<Problem>) {
        let order = self.order(work_order);
        order.photos += 1;
        order.failed_photos += u64::from(problem.is_some());
        (self.found)(Finding::Photo);
        if let Some(problem) = problem {
            self.tell(problem);
        }
    }

    fn order(&mut self, name: String) -> &mut Order {
        let entry = self.orders.entry(name);
        self.last = Some(entry.index());
        entry.or_default()
    }

    /// Notes a line of the error file.
    pub(super) fn tell(&mut self, problem: Problem) {
        *self.problems.entry(problem.code.clone()).or_default() += 1;
        (self.found)(Finding::Problem(problem));
    }

    /// Name of the work order that the newest part belongs to.
    pub(super) fn last(&self) -> Option<String> {
        self.orders.get_index(self.last?).map(|(name, _)| name.clone())
    }

    /// Work orders so far.
    pub(super) fn work_orders(&self) -> usize {
        self.orders.len()
    }

    /// Notes that the archive breaks off in the middle of a work order.
    pub(super) fn cut(&mut self, name: String) {
        self.tell(ProblemCode::WorkOrderCut.at(Some(&name), None));
        self.order(name).is_cut = true;
    }

    /// The sum, after what can only be said of whole work orders.
    pub(super) fn into_report(mut self, format: Option<String>, failure: Option<Failure>) -> ArchiveReport {
        let mut report = ArchiveReport { format, failure, ..ArchiveReport::default() };
        for (name, order) in std::mem::take(&mut self.orders) {
            let refusal = if order.has_metadata { order.refusal } else { self.rules.work_order(&name, None).err() };
            let is_lost = order.is_cut || refusal.is_some();
            report.work_orders.total += 1;
            report.work_orders.failed += u64::from(is_lost || order.failed_photos > 0);
            report.photos.total += order.photos;
            report.photos.failed += if is_lost { order.photos } else { order.failed_photos };
            if let Some(reason) = refusal.filter(|_| !order.is_cut) {
                self.tell(ProblemCode::WorkOrderRefused.because(Some(&name), None, reason));
            }
        }
        report.problems = self.problems;
        report
    }
}
