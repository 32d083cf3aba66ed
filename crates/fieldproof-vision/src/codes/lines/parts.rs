//! The parts of a line that may hold a code.

use std::ops::Range;

use rxing::common::BitArray;

/// Bars and gaps that even the shortest code has.
const FEWEST_RUNS: usize = 24;
/// Bars and gaps that the longest codes have, and some more.
const MOST_RUNS: usize = 600;
/// How much wider than what is beside it a bar or gap is that stands in no code. The first is just above what codes
/// have in them, so that little else gets into a part; the second leaves together what dirt and blur have made wider.
const WIDER: [f32; 2] = [2.4, 3.4];
/// Bars and gaps beside it that are looked at for that.
const BESIDE: usize = 12;

/// Each once; black is true.
pub(super) fn of(line: &[bool]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for run in line.chunk_by(|a, b| a == b) {
        let start = runs.last().map_or(0, |last| last.end);
        runs.push(start..start + run.len());
    }
    let is_black = |run: &Range<usize>| line.get(run.start) == Some(&true);
    let mut parts: Vec<Range<usize>> = Vec::new();
    for part in WIDER.iter().flat_map(|wider| between(&runs, *wider)) {
        // A code begins and ends with a bar.
        let first = part.clone().find(|index| is_black(&runs[*index])).unwrap_or(part.end);
        let last = part.rev().find(|index| is_black(&runs[*index])).unwrap_or(first);
        let pixels = match runs.get(first..=last) {
            Some([first, .., last]) => first.start..last.end,
            _ => continue,
        };
        if !parts.contains(&pixels) {
            parts.push(pixels);
        }
    }
    parts
}

/// Numbers of the runs between those that are too wide.
fn between(runs: &[Range<usize>], wider: f32) -> Vec<Range<usize>> {
    let is_wide = |index: &usize| {
        let run = &runs[*index];
        let (before, after) = (&runs[index.saturating_sub(BESIDE)..*index], &runs[index + 1..]);
        let after = &after[..after.len().min(BESIDE)];
        [before, after].iter().any(|beside| beside.is_empty() || run.len() as f32 > wider * mean(beside))
    };
    let wide: Vec<usize> = (0..runs.len()).filter(is_wide).collect();
    let parts = wide.windows(2).map(|ends| ends[0] + 1..ends[1]);
    parts.filter(|part| (FEWEST_RUNS..=MOST_RUNS).contains(&part.len())).collect()
}

/// Mean length.
fn mean(runs: &[Range<usize>]) -> f32 {
    let length = runs.last().map_or(0, |run| run.end) - runs.first().map_or(0, |run| run.start);
    length as f32 / runs.len().max(1) as f32
}

/// A part with nothing but white beside it, as much as any code asks for.
pub(super) fn alone(line: &[bool], part: &Range<usize>) -> Vec<bool> {
    let quiet = vec![false; part.len() / 4 + 10];
    [&quiet, line.get(part.clone()).unwrap_or_default(), &quiet].concat()
}

/// As the library has it.
pub(super) fn as_row<'b>(bits: impl ExactSizeIterator<Item = &'b bool>) -> BitArray {
    let mut row = BitArray::with_size(bits.len());
    bits.enumerate().filter(|(_, bit)| **bit).for_each(|(at, _)| row.set(at));
    row
}
