//! Was a photo cut out of another, or another out of it?
//!
//! Of each photo the hash of its middle is kept, 0.1 to 0.9 of both sides: a cut by a tenth leaves it in the picture. Where
//! in the cut one it lies depends on what was cut off where: [`Cuts`] has the hashes of 36 windows where another photo's
//! middle can be if this one is the cut one, and of 36 more if the other is. The hash bears a shift of about 1.5 % of a side,
//! and no grid of a reasonable size comes closer: so a window that is near is moved and zoomed, step by step, as long as
//! that brings it nearer ([`Cuts::aligned`]). Then the same picture differs in a few bits, and the same cabinet with other
//! cables in 44 and more.

use std::sync::LazyLock;

use fieldproof_domain::observation::PerceptualHash;

use super::window::{Basis, Bits, Plane, Rows, Span, distance};
use crate::raster::Luma;

/// The middle starts so far from each edge.
const EDGE: f64 = 0.1;

/// What is cut off in all, and how much more of it on the first side than on the second, by half; for each side of the
/// windows that are tried first.
const GRID: [(f64, f64); 6] =
    [(0.025, -0.015), (0.025, 0.015), (0.075, -0.045), (0.075, -0.015), (0.075, 0.015), (0.075, 0.045)];

/// By how much a window is moved and zoomed, first by much, then by little.
const STEPS: [(f64, f64); 3] = [(0.010, 0.020), (0.005, 0.010), (0.0025, 0.005)];

/// So much more than nothing may be cut off on one side, and so much in all.
const SLACK: f64 = 0.010;
const MOST: f64 = 0.115;

/// Near enough to look no further.
const SURE: u32 = 12;

/// Which of two photos is the cut one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    This,
    Other,
}

/// What was cut off along one side.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Cut {
    /// In all, in parts of the whole one.
    all: f64,
    /// Half of how much more of it was at the start than at the end.
    shift: f64,
}

impl Cut {
    /// Where along this photo the middle of the other is.
    fn span(self, which: Which) -> Span {
        let (start, end) = (self.all / 2.0 + self.shift, self.all / 2.0 - self.shift);
        match which {
            Which::This => {
                let rest = 1.0 - self.all;
                Span { from: (EDGE - start) / rest, to: (1.0 - EDGE - start) / rest }
            }
            Which::Other => {
                let edge = EDGE * (1.0 - self.all);
                Span { from: start + edge, to: 1.0 - end - edge }
            }
        }
    }

    fn is_possible(self) -> bool {
        self.all / 2.0 - self.shift.abs() >= -SLACK && self.all <= MOST
    }
}

/// A window of this photo where the middle of the other may be.
#[derive(Clone, Copy, Debug)]
struct Window {
    which: Which,
    across: Cut,
    down: Cut,
}

/// The windows that are tried first, and where their sides lie.
static WINDOWS: LazyLock<Vec<Window>> = LazyLock::new(|| {
    let cuts = || GRID.map(|(all, shift)| Cut { all, shift }).into_iter();
    let of = |which| cuts().flat_map(move |across| cuts().map(move |down| Window { which, across, down }));
    of(Which::This).chain(of(Which::Other)).collect()
});
static BASES: LazyLock<Vec<Basis>> = LazyLock::new(|| {
    let of = |which| GRID.map(|(all, shift)| Basis::of(Cut { all, shift }.span(which)));
    of(Which::This).into_iter().chain(of(Which::Other)).collect()
});
static MIDDLE: LazyLock<Basis> = LazyLock::new(|| Basis::of(Span { from: EDGE, to: 1.0 - EDGE }));

/// A photo that is looked for among others, whole or cut.
pub struct Cuts {
    plane: Plane,
    middle: Bits,
    windows: Vec<Bits>,
}

impl Cuts {
    /// The version of [`Cuts::middle`]: any change that changes one bit of one photo needs a new one.
    pub const VERSION: u8 = 1;

    /// A window of the same picture differs from the other's middle in so many of the first 64 bits at most ...
    pub const MOST_OF_FIRST: u32 = 24;

    /// ... and in so many of all 256.
    pub const MOST_OF_ALL: u32 = 75;

    /// Windows that are worth an alignment.
    pub const BEST: usize = 3;

    /// `None`: there is too little in the middle of the photo.
    pub(crate) fn of(luma: &Luma) -> Option<Self> {
        let plane = Plane::of(luma);
        let middle = plane.across(&MIDDLE).bits_of_structure(&MIDDLE)?;
        // In the order of `WINDOWS`: for each of both kinds, all spans down for one span across.
        let windows = BASES.chunks(GRID.len()).flat_map(|bases| {
            bases.iter().flat_map(|across| {
                let rows = plane.across(across);
                bases.iter().map(|down| rows.bits(down)).collect::<Vec<_>>()
            })
        });
        let windows = windows.collect();
        Some(Self { plane, middle, windows })
    }

    /// The hash of the middle: what is kept of the photo.
    pub fn middle(&self) -> PerceptualHash {
        PerceptualHash { version: Self::VERSION, bits: self.middle }
    }

    /// In how many bits the middle of another photo differs from this one, wherever in it that may be; `None`: it is another
    /// picture. Takes milliseconds for one that is alike.
    pub fn distance_to(&self, middle: &PerceptualHash) -> Option<u32> {
        let bits = Some(&middle.bits).filter(|_| middle.version == Self::VERSION)?;
        let is_near = |window: &Bits| (window[0] ^ bits[0]).count_ones() <= Self::MOST_OF_FIRST;
        let near = self.windows.iter().enumerate().filter(|(_, window)| is_near(window));
        let mut near: Vec<_> = near.map(|(at, window)| (distance(window, bits), at)).collect();
        near.retain(|(distance, _)| *distance <= Self::MOST_OF_ALL);
        near.sort_unstable();
        near.iter().take(Self::BEST).map(|(_, at)| self.aligned(bits, *at)).min()
    }

    /// The hashes of the windows where the middle of another photo may be.
    pub fn windows(&self) -> &[[u64; 4]] {
        &self.windows
    }

    /// In how many bits the other photo's middle differs from the best window that can be found from one of the windows;
    /// of no more than [`Cuts::windows`] there are. Takes milliseconds.
    pub fn aligned(&self, middle: &[u64; 4], window: usize) -> u32 {
        let Some(mut at) = WINDOWS.get(window).copied() else { return u32::MAX };
        let mut side = Side::new(self, at);
        let mut best = side.distance(middle);
        for (shift, zoom) in STEPS {
            while best > SURE {
                let Some((nearer, to)) = self.step(&side, at, best, (shift, zoom), middle) else { break };
                (best, at) = (nearer, to);
                side = Side::new(self, at);
            }
        }
        best
    }

    /// The first of the eight windows a step away that is nearer.
    fn step(
        &self,
        side: &Side,
        at: Window,
        best: u32,
        (shift, zoom): (f64, f64),
        middle: &Bits,
    ) -> Option<(u32, Window)> {
        let moved = |cut: Cut, by: f64| Cut { shift: cut.shift + by, ..cut };
        let zoomed = |cut: Cut, by: f64| Cut { all: cut.all + by, ..cut };
        let tries = [
            [Window { across: moved(at.across, shift), ..at }, Window { across: moved(at.across, -shift), ..at }],
            [Window { down: moved(at.down, shift), ..at }, Window { down: moved(at.down, -shift), ..at }],
            [Window { across: zoomed(at.across, zoom), ..at }, Window { across: zoomed(at.across, -zoom), ..at }],
            [Window { down: zoomed(at.down, zoom), ..at }, Window { down: zoomed(at.down, -zoom), ..at }],
        ];
        tries.into_iter().flatten().filter(|to| to.across.is_possible() && to.down.is_possible()).find_map(|to| {
            let distance = if to.across == at.across {
                distance(&side.rows.bits(&Basis::of(to.down.span(to.which))), middle)
            } else {
                distance(&self.plane.across(&Basis::of(to.across.span(to.which))).bits(&side.down), middle)
            };
            (distance < best).then_some((distance, to))
        })
    }
}

/// A window, with what does not change when only its other side does.
struct Side {
    rows: Rows,
    down: Basis,
}

impl Side {
    fn new(cuts: &Cuts, at: Window) -> Self {
        let rows = cuts.plane.across(&Basis::of(at.across.span(at.which)));
        Self { rows, down: Basis::of(at.down.span(at.which)) }
    }

    fn distance(&self, middle: &Bits) -> u32 {
        distance(&self.rows.bits(&self.down), middle)
    }
}

impl std::fmt::Debug for Cuts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cuts").field("middle", &self.middle).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_hash_for_each_window() {
        let values = (0..320 * 240_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let cuts = Cuts::of(&Luma { width: 320, height: 240, values });
        assert!(cuts.is_none_or(|cuts| cuts.windows.len() == WINDOWS.len()));
        assert_eq!((WINDOWS.len(), BASES.len()), (72, 12));
    }

    #[test]
    fn the_middle_of_a_cut_photo_lies_where_it_was() {
        let cut = Cut { all: 0.1, shift: 0.05 };
        // All of it at the start: what was at 0.1 is at 0 now, what was at 0.9 at 8/9.
        let Span { from, to } = cut.span(Which::This);
        assert!(from.abs() < 1e-9 && (to - 8.0 / 9.0).abs() < 1e-9, "{from} {to}");
        let Span { from, to } = cut.span(Which::Other);
        assert!((from - 0.19).abs() < 1e-9 && (to - 0.91).abs() < 1e-9, "{from} {to}");
        assert!(cut.is_possible() && !Cut { all: 0.1, shift: 0.07 }.is_possible());
    }
}
