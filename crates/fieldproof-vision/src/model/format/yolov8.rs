//! Detection as YOLOv8 exports it: `[1, 4 + labels, N]`, and for each of N candidates the centre x, centre y, width and
//! height of its box in pixels of the input, then a score 0..=1 for each label.

use fieldproof_domain::observation::{BoundingBox, Detection};

use super::Placement;
use crate::{ModelError, Tensor};

/// Of two boxes with one label that overlap more than this (intersection over union), only the better is kept.
const MAX_OVERLAP: f64 = 0.5;

/// Most detections on one photo.
const MAX_DETECTIONS: usize = 300;

/// Detections with at least `min_score`, best first; of equals, the model's first. Numbers that are not finite are
/// passed over.
pub(super) fn read(
    output: &Tensor,
    labels: &[String],
    placement: &Placement,
    min_score: f64,
) -> Result<Vec<Detection>, ModelError> {
    let rows = 4 + labels.len();
    let candidates = match output.shape[..] {
        [1, found, candidates] if found == rows && output.data.len() == rows * candidates => candidates,
        _ => return Err(mismatch(&output.shape, labels.len())),
    };
    let value = |row: usize, candidate: usize| {
        output.data.get(row * candidates + candidate).map_or(f64::NAN, |&value| f64::from(value))
    };
    let mut found: Vec<Candidate> = (0..candidates)
        .filter_map(|candidate| {
            let scores = (0..labels.len()).map(|label| (value(4 + label, candidate), label));
            let (score, label) = best(scores)?;
            // Where `min_score` is no number, nothing reaches it.
            let good = score >= min_score;
            let bbox = on_photo([0, 1, 2, 3].map(|row| value(row, candidate)), placement)?;
            good.then_some(Candidate { score: score.clamp(0.0, 1.0), label, bbox })
        })
        .collect();
    // Stable: equals stay in the model's order.
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in found {
        let hidden = |better: &Candidate| better.label == candidate.label && better.overlap(&candidate) > MAX_OVERLAP;
        if !kept.iter().any(hidden) {
            kept.push(candidate);
        }
        if kept.len() == MAX_DETECTIONS {
            break;
        }
    }
    let named = |Candidate { score, label, bbox }| {
        let concept = labels.get(label)?.clone();
        Some(Detection { bbox, score, concept })
    };
    Ok(kept.into_iter().filter_map(named).collect())
}

struct Candidate {
    score: f64,
    /// Index among the labels.
    label: usize,
    bbox: BoundingBox,
}

impl Candidate {
    /// Intersection over union, 0..=1.
    fn overlap(&self, other: &Self) -> f64 {
        let (a, b) = (&self.bbox, &other.bbox);
        let area = |b: &BoundingBox| (b.xmax - b.xmin) * (b.ymax - b.ymin);
        let width = a.xmax.min(b.xmax) - a.xmin.max(b.xmin);
        let height = a.ymax.min(b.ymax) - a.ymin.max(b.ymin);
        let common = width.max(0.0) * height.max(0.0);
        common / (area(a) + area(b) - common)
    }
}

/// The highest finite score; of equals the first.
fn best(scores: impl Iterator<Item = (f64, usize)>) -> Option<(f64, usize)> {
    scores.filter(|(score, _)| score.is_finite()).reduce(|best, next| if next.0 > best.0 { next } else { best })
}

/// The box in fractions of the photo, cut to it; `None` where nothing of it is on the photo.
fn on_photo([x, y, width, height]: [f64; 4], placement: &Placement) -> Option<BoundingBox> {
    let across = |x: f64| ((x - placement.left) / placement.width).clamp(0.0, 1.0);
    let down = |y: f64| ((y - placement.top) / placement.height).clamp(0.0, 1.0);
    let bbox = BoundingBox {
        xmin: across(x - width / 2.0),
        ymin: down(y - height / 2.0),
        xmax: across(x + width / 2.0),
        ymax: down(y + height / 2.0),
    };
    // False for NaN as well.
    (bbox.xmax > bbox.xmin && bbox.ymax > bbox.ymin).then_some(bbox)
}

fn mismatch(shape: &[usize], labels: usize) -> ModelError {
    let expected = format!(
        "the shape [1, {}, N]: x, y, width, height and {labels} scores, one for each label, for N candidates",
        4 + labels
    );
    let hint = match shape {
        [1, _, last] if *last == 4 + labels => " (rows and columns are exchanged)",
        [1, _, 6] => " (the model has non-maximum suppression inside: export it without)",
        _ => "",
    };
    ModelError::Output { expected, found: format!("the shape {shape:?}{hint}") }
}
