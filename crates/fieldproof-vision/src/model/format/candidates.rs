//! What a detection model found before it is told: boxes with a score and a label, and which of them say the same.

use fieldproof_domain::observation::{BoundingBox, Detection};

use super::Placement;

/// Of two boxes with one label that overlap more than this (intersection over union), only the better is kept.
const MAX_OVERLAP: f64 = 0.5;

/// Most detections on one photo.
const MAX_DETECTIONS: usize = 300;

/// A box that may be told.
pub(super) struct Candidate {
    /// 0..=1.
    score: f64,
    /// Index among the labels.
    label: usize,
    bbox: BoundingBox,
}

impl Candidate {
    /// `None` where the score does not reach `min_score` or is no number, and where nothing of the box is on the photo.
    pub(super) fn new(score: f64, label: usize, bbox: Option<BoundingBox>, min_score: f64) -> Option<Self> {
        // Where either is no number, this is false.
        (score >= min_score).then_some(())?;
        Some(Self { score: score.clamp(0.0, 1.0), label, bbox: bbox? })
    }
}

/// The candidates of a model that suppresses nothing itself: of those that overlap, the best for each label.
pub(super) fn suppressed(mut found: Vec<Candidate>, labels: &[String]) -> Vec<Detection> {
    sort(&mut found);
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in found {
        let hides =
            |better: &Candidate| better.label == candidate.label && better.bbox.iou(&candidate.bbox) > MAX_OVERLAP;
        if !kept.iter().any(hides) {
            kept.push(candidate);
        }
        if kept.len() == MAX_DETECTIONS {
            break;
        }
    }
    named(kept, labels)
}

/// What was detected in several regions, which may overlap and show one thing twice.
pub(in crate::model) fn of_regions(mut found: Vec<Detection>) -> Vec<Detection> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Detection> = Vec::new();
    for detection in found {
        let hides =
            |better: &Detection| better.concept == detection.concept && better.bbox.iou(&detection.bbox) > MAX_OVERLAP;
        if kept.len() < MAX_DETECTIONS && !kept.iter().any(hides) {
            kept.push(detection);
        }
    }
    kept
}

/// The candidates of a model that tells each thing once.
pub(super) fn as_they_are(mut found: Vec<Candidate>, labels: &[String]) -> Vec<Detection> {
    sort(&mut found);
    found.truncate(MAX_DETECTIONS);
    named(found, labels)
}

/// Best first. Stable: equals stay in the model's order.
fn sort(found: &mut [Candidate]) {
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
}

fn named(kept: Vec<Candidate>, labels: &[String]) -> Vec<Detection> {
    let named = |Candidate { score, label, bbox }| {
        let concept = labels.get(label)?.clone();
        Some(Detection { bbox, score, concept, page: None })
    };
    kept.into_iter().filter_map(named).collect()
}

/// The highest finite score with its label; of equals the first.
pub(super) fn best(scores: impl Iterator<Item = f64>) -> Option<(f64, usize)> {
    let scores = scores.enumerate().map(|(label, score)| (score, label));
    scores.filter(|(score, _)| score.is_finite()).reduce(|best, next| if next.0 > best.0 { next } else { best })
}

impl Placement {
    /// A box in pixels of the input, by its corners, in fractions of the photo and cut to it; `None` where nothing of it is on
    /// the photo or a number is none.
    pub(super) fn corners(&self, [xmin, ymin, xmax, ymax]: [f64; 4]) -> Option<BoundingBox> {
        let across = |x: f64| ((x - self.left) / self.width).clamp(0.0, 1.0);
        let down = |y: f64| ((y - self.top) / self.height).clamp(0.0, 1.0);
        let bbox = BoundingBox { xmin: across(xmin), ymin: down(ymin), xmax: across(xmax), ymax: down(ymax) };
        // False for NaN as well.
        (bbox.xmax > bbox.xmin && bbox.ymax > bbox.ymin).then_some(bbox)
    }

    /// As [`Self::corners`], by its centre and size.
    pub(super) fn centred(&self, [x, y, width, height]: [f64; 4]) -> Option<BoundingBox> {
        self.corners([x - width / 2.0, y - height / 2.0, x + width / 2.0, y + height / 2.0])
    }
}
