//! The peaks of a tile's spectrum that stand alone, and what each of them speaks for.

use std::sync::LazyLock;

use super::spectrum::{Colours, SIDE, place, row};

/// Frequencies that are looked at, in periods of a tile: lower ones are shapes, higher ones lie in its corners.
const LOWEST_SQUARED: f32 = 12.25;
const HIGHEST: usize = 30;

/// The power of what is not there, in squared levels.
const FAINT: f32 = 0.02;

/// Most peaks of a tile.
const MOST: usize = 4;

/// What stands around a peak is looked at so many frequencies from it; so many around one that was looked at are done.
const AROUND: isize = 5;
const DONE: isize = 3;

/// Peaks stand out of their surroundings by a power of two of this at least, and alone by one of that.
const OUT: f32 = 4.0;
const ALONE: f32 = 1.2;

/// The highest frequency of which there is a half plane.
const RINGS: usize = 32;

/// What a tile that has been looked at says.
const NOTHING: f32 = f32::MIN;

/// One peak. Powers of two are of power.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peak {
    /// How far it stands out of what is usual at its frequency.
    out: f32,
    /// How far it stands out of what is around it.
    alone: f32,
    /// How much stronger its colour is than its luma.
    purity: f32,
    /// How far red and blue are from going up and down together or against each other, 0..=1.
    apart: f32,
    /// Twice the angle of its colour between R-G and B-G.
    pub(super) colour: f64,
}

impl Peak {
    /// How surely it comes of strips side by side, 0..=1.
    pub(super) fn stripes(&self) -> f64 {
        let rise = |value: f32, from: f32, to: f32| f64::from(((value - from) / (to - from)).clamp(0.0, 1.0));
        if self.purity > -1.0 { rise(self.alone, ALONE, 2.5) * rise(self.apart, 0.45, 0.65) } else { 0.0 }
    }

    /// Whether it may come of the dots of an ink.
    pub(super) fn is_ink(&self) -> bool {
        self.out > 4.5 && self.alone > 2.5 && self.purity > 1.0
    }
}

/// Those of a tile, the most outstanding first.
pub(super) fn peaks(colours: &Colours<'_>) -> Vec<Peak> {
    let powers = colours.powers();
    let smooth = smooth(&powers);
    let mut standing = standing(&powers, &smooth);
    let mut luma = None;
    let mut found = Vec::new();
    for _ in 0..MOST {
        let out = standing.iter().copied().fold(NOTHING, f32::max);
        let Some(at) = standing.iter().position(|value| *value == out).filter(|_| out > OUT) else { break };
        let (x, y) = ((at % SIDE) as isize, (at / SIDE) as isize);
        let power = value(&smooth, x, y);
        let alone = ((power + FAINT) / (strongest_around(&smooth, x, y) + FAINT)).log2();
        if alone > ALONE {
            let luma = luma.get_or_insert_with(|| colours.luma_powers());
            found.push(peak(colours, luma, (x, y), (out, alone, power)));
        }
        for (x, y) in [(x, y), (-x, -y)] {
            near(DONE).for_each(|(right, down)| {
                if let Some(value) = standing.get_mut(place(x + right, y + down)) {
                    *value = NOTHING;
                }
            });
        }
    }
    found
}

fn peak(colours: &Colours<'_>, luma: &[f32], (x, y): (isize, isize), (out, alone, power): (f32, f32, f32)) -> Peak {
    let (mut red, mut blue, mut real, mut imaginary, mut of_luma) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (right, down) in near(1) {
        let here = colours.at(x + right, y + down);
        let cross = here.red * here.blue.conj();
        red += here.red.norm_sqr() / 9.0;
        blue += here.blue.norm_sqr() / 9.0;
        real += cross.re / 9.0;
        imaginary += cross.im / 9.0;
        of_luma += value(luma, x + right, y + down) / 9.0;
    }
    Peak {
        out,
        alone,
        purity: ((power + FAINT) / (of_luma + FAINT)).log2(),
        apart: imaginary.abs() / (power / 2.0 + FAINT),
        colour: f64::from((2.0 * real).atan2(red - blue)),
    }
}

/// The frequencies at most so far away.
fn near(reach: isize) -> impl Iterator<Item = (isize, isize)> {
    (-reach..=reach).flat_map(move |down| (-reach..=reach).map(move |right| (right, down)))
}

fn value(values: &[f32], x: isize, y: isize) -> f32 {
    values.get(place(x, y)).copied().unwrap_or_default()
}

/// The mean of each and its eight neighbours.
fn smooth(powers: &[f32]) -> Vec<f32> {
    let mut across = Vec::with_capacity(powers.len());
    for row in powers.chunks_exact(SIDE) {
        let (first, last) = (row.first().copied().unwrap_or_default(), row.last().copied().unwrap_or_default());
        across.push(last + first + row.get(1).copied().unwrap_or_default());
        across.extend(row.windows(3).map(|three| three.iter().sum::<f32>()));
        across.push(row.get(SIDE - 2).copied().unwrap_or_default() + last + first);
    }
    let mut smooth = Vec::with_capacity(powers.len());
    for y in 0..SIDE as isize {
        let (above, here, below) = (row(&across, y - 1), row(&across, y), row(&across, y + 1));
        smooth.extend(above.iter().zip(here).zip(below).map(|((above, here), below)| (above + here + below) / 9.0));
    }
    smooth
}

fn strongest_around(smooth: &[f32], x: isize, y: isize) -> f32 {
    let is_around = |(right, down): &(isize, isize)| right.abs().max(down.abs()) == AROUND;
    near(AROUND).filter(is_around).map(|(right, down)| value(smooth, x + right, y + down)).fold(0.0, f32::max)
}

/// How far each frequency of a half plane, of which the other half is the mirror, stands out of what is usual as far from
/// the middle.
fn standing(powers: &[f32], smooth: &[f32]) -> Vec<f32> {
    let (mut sums, mut counts) = ([0.0_f32; RINGS], [0.0_f32; RINGS]);
    for (at, ring, _) in HALF_PLANE.iter().copied() {
        if let (Some(sum), Some(count)) = (sums.get_mut(ring), counts.get_mut(ring)) {
            *sum += (powers.get(at).copied().unwrap_or_default() + FAINT).log2();
            *count += 1.0;
        }
    }
    // Nothing is found in the other half of the plane.
    let mut standing = vec![NOTHING; SIDE * SIDE / 2];
    for (at, ring, squared) in HALF_PLANE.iter().copied() {
        if squared < LOWEST_SQUARED || ring > HIGHEST {
            continue;
        }
        if let (Some(standing), Some(sum), Some(count)) = (standing.get_mut(at), sums.get(ring), counts.get(ring)) {
            *standing = (smooth.get(at).copied().unwrap_or_default() + FAINT).log2() - sum / count.max(1.0);
        }
    }
    standing
}

static HALF_PLANE: LazyLock<Vec<(usize, usize, f32)>> = LazyLock::new(|| half_plane().collect());

/// Of each frequency the place, the distance from the middle in whole numbers, and that distance squared.
fn half_plane() -> impl Iterator<Item = (usize, usize, f32)> {
    let last = SIDE as isize / 2 - 1;
    let all = (0..=last).flat_map(move |y| (-last..=last).map(move |x| (x, y)));
    let is_first_of_two = |(x, y): &(isize, isize)| *y > 0 || *x > 0;
    let with_distance = |(x, y): (isize, isize)| {
        let squared = (x * x + y * y) as f32;
        (place(x, y), (squared.sqrt() + 0.5) as usize, squared)
    };
    all.filter(is_first_of_two).map(with_distance).filter(|(_, ring, _)| *ring < RINGS)
}
