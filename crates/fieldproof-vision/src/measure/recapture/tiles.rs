//! Which parts of a picture are looked at, and in which order.

use super::spectrum::SIDE;
use crate::{WorkingScale, raster::Raster};

/// Tiles of one size.
struct Grid {
    /// Pixels of the working picture for one of a tile.
    reduction: u32,
    /// Tiles along its longer and its shorter side.
    along: usize,
    across: usize,
    /// In which order they are looked at: the first one, and from each to the next, row by row.
    first: usize,
    stride: usize,
}

const FINE: Grid = Grid { reduction: 1, along: 5, across: 4, first: 6, stride: 7 };
const COARSE: Grid = Grid { reduction: 2, along: 4, across: 3, first: 5, stride: 5 };

/// Whether the next tile is a coarse one, over and over.
const TURNS: [bool; 8] = [false, true, false, false, true, false, true, false];

/// Tiles whose sides lie closer together than this show the same.
const LEAST_STEP: usize = 48;

/// Where a tile is, in pixels of the working picture.
#[derive(Clone, Copy)]
pub(super) struct Tile {
    pub(super) left: u32,
    pub(super) top: u32,
    /// Pixels of the working picture for one of the tile.
    pub(super) step: u32,
}

/// In the order in which they are looked at.
pub(super) fn tiles(picture: &Raster) -> impl Iterator<Item = Tile> {
    // The working picture may be larger than the measures need it, for a model's sake.
    let times = picture.width.min(picture.height) / WorkingScale::FOR_MEASURES;
    let base = if times > 1 { 1 << times.ilog2() } else { 1 };
    let [mut fine, mut coarse] = [FINE, COARSE].map(|grid| grid.tiles(picture, base).into_iter());
    let mut turns = TURNS.into_iter().cycle();
    std::iter::from_fn(move || match turns.next()? {
        true => coarse.next().or_else(|| fine.next()),
        false => fine.next().or_else(|| coarse.next()),
    })
}

impl Grid {
    /// None of a picture that is smaller than a tile.
    fn tiles(&self, picture: &Raster, base: u32) -> Vec<Tile> {
        let step = base * self.reduction;
        let (width, height) = ((picture.width / step) as usize, (picture.height / step) as usize);
        if width.min(height) < SIDE {
            return Vec::new();
        }
        let (columns, rows) = if height > width { (self.across, self.along) } else { (self.along, self.across) };
        let (columns, rows) = (starts(width, columns), starts(height, rows));
        let tile = |left: &usize, top: &usize| Tile { left: *left as u32 * step, top: *top as u32 * step, step };
        let by_rows: Vec<_> = rows.iter().flat_map(|top| columns.iter().map(|left| tile(left, top))).collect();
        self.order(by_rows.len()).filter_map(|at| by_rows.get(at).copied()).collect()
    }

    /// Every number below this one.
    fn order(&self, count: usize) -> impl Iterator<Item = usize> {
        // Where the stride comes back to its first tile before it has been at all, as they come.
        let is_round = (1..count).all(|step| !(step * self.stride).is_multiple_of(count));
        let (first, stride) = if is_round { (self.first, self.stride) } else { (0, 1) };
        (0..count).map(move |at| (first + at * stride) % count)
    }
}

/// Where tiles start, evenly over a side of so many pixels.
fn starts(length: usize, count: usize) -> Vec<usize> {
    let count = count.min((length / LEAST_STEP).max(1));
    let rest = length - SIDE;
    match count - 1 {
        0 => vec![rest / 2],
        gaps => (0..count).map(|at| (2 * at * rest + gaps) / (2 * gaps)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn black(width: u32, height: u32) -> Raster {
        Raster { width, height, rgb: vec![0; (width * height * 3) as usize] }
    }

    #[test]
    fn tiles_cover_the_picture_evenly() {
        assert_eq!(starts(64, 5), [0]);
        assert_eq!(starts(750, 4), [0, 229, 457, 686]);
        for (width, height, expected) in [(1000, 750, 32), (750, 1000, 32), (300, 64, 5), (64, 64, 1), (63, 900, 0)] {
            let all: std::collections::BTreeSet<_> =
                tiles(&black(width, height)).map(|tile| (tile.step, tile.top, tile.left)).collect();
            assert_eq!(all.len(), expected, "{width} x {height}");
        }
    }

    #[test]
    fn every_tile_has_its_turn() {
        for grid in [FINE, COARSE] {
            for count in 0..=20 {
                let mut order: Vec<_> = grid.order(count).collect();
                order.sort_unstable();
                assert!(order.into_iter().eq(0..count), "{count}");
            }
        }
    }
}
