//! Helpers for what was seen where.

use cel::Value as Cel;

use super::{Wrong, field, number};

/// How much of a thing has to lie in another for it to be inside: boxes are never quite right.
const INSIDE: f64 = 0.9;

/// Edges of a box, 0..=1.
struct Edges {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Edges {
    /// Of a detection, of what was seen in a region, or of a box.
    fn of(value: &Cel) -> Result<Self, Wrong> {
        let region = field(value, "region").unwrap_or(value);
        let bbox = field(region, "bbox").unwrap_or(region);
        let edge = |name| field(bbox, name).and_then(number).ok_or_else(|| Wrong::of(value, "a detection"));
        Ok(Self { left: edge("xmin")?, top: edge("ymin")?, right: edge("xmax")?, bottom: edge("ymax")? })
    }

    fn area(&self) -> f64 {
        (self.right - self.left).max(0.0) * (self.bottom - self.top).max(0.0)
    }

    /// The area of what lies in both.
    fn common(&self, other: &Self) -> f64 {
        let across = self.right.min(other.right) - self.left.max(other.left);
        let down = self.bottom.min(other.bottom) - self.top.max(other.top);
        across.max(0.0) * down.max(0.0)
    }
}

/// `count(list, concept)`, `count(list, concept, min_score)`: how many detections of a concept there are.
pub(super) fn count(arguments: &[Cel]) -> Result<Cel, Wrong> {
    let (list, concept) = (items(arguments.first())?, argument(arguments, 1));
    let Cel::String(concept) = concept else { return Err(Wrong::of(concept, "string")) };
    let least = match arguments.get(2) {
        Some(score) => number(score).ok_or_else(|| Wrong::of(score, "double"))?,
        None => f64::NEG_INFINITY,
    };
    let is_meant = |item: &&Cel| {
        let is_concept = matches!(field(item, "concept"), Some(Cel::String(found)) if found == concept);
        is_concept && field(item, "score").and_then(number).is_some_and(|score| score >= least)
    };
    Ok(Cel::Int(list.iter().filter(is_meant).count() as i64))
}

/// `iou(a, b)`: the area in both, in parts of the area in either, 0 to 1.
pub(super) fn iou(arguments: &[Cel]) -> Result<Cel, Wrong> {
    let (a, b) = (Edges::of(argument(arguments, 0))?, Edges::of(argument(arguments, 1))?);
    let common = a.common(&b);
    Ok(Cel::Float(part(common, a.area() + b.area() - common)))
}

/// `overlap(a, b)`: how much of `a` lies in `b`, 0 to 1.
pub(super) fn overlap(arguments: &[Cel]) -> Result<Cel, Wrong> {
    share(arguments).map(Cel::Float)
}

/// `inside(a, b)`: whether nine tenths of `a` lie in `b`.
pub(super) fn inside(arguments: &[Cel]) -> Result<Cel, Wrong> {
    share(arguments).map(|share| Cel::Bool(share >= INSIDE))
}

/// `left_to_right(list)`: by the middles of their boxes.
pub(super) fn left_to_right(arguments: &[Cel]) -> Result<Cel, Wrong> {
    sorted(arguments, |edges| edges.left + edges.right)
}

/// `top_to_bottom(list)`: by the middles of their boxes.
pub(super) fn top_to_bottom(arguments: &[Cel]) -> Result<Cel, Wrong> {
    sorted(arguments, |edges| edges.top + edges.bottom)
}

fn share(arguments: &[Cel]) -> Result<f64, Wrong> {
    let (a, b) = (Edges::of(argument(arguments, 0))?, Edges::of(argument(arguments, 1))?);
    Ok(part(a.common(&b), a.area()))
}

fn part(area: f64, whole: f64) -> f64 {
    if whole > 0.0 { (area / whole).clamp(0.0, 1.0) } else { 0.0 }
}

fn sorted(arguments: &[Cel], middle: fn(&Edges) -> f64) -> Result<Cel, Wrong> {
    let list = items(arguments.first())?;
    let placed = list.iter().map(|item| Ok((middle(&Edges::of(item)?), item.clone())));
    let mut placed = placed.collect::<Result<Vec<_>, Wrong>>()?;
    // Equals stay in their order.
    placed.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(Cel::from(placed.into_iter().map(|(_, item)| item).collect::<Vec<_>>()))
}

fn items(list: Option<&Cel>) -> Result<&[Cel], Wrong> {
    match list {
        Some(Cel::List(items)) => Ok(items),
        other => Err(Wrong::of(other.unwrap_or(&Cel::Null), "list")),
    }
}

fn argument(arguments: &[Cel], number: usize) -> &Cel {
    arguments.get(number).unwrap_or(&Cel::Null)
}
