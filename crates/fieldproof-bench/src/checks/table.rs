//! The page with the tables.

use std::fmt::{self, Display, Formatter};

use fieldproof_domain::check::Check;

use super::{case::Case, cost::Cost};
use crate::machine;

/// All that was found.
pub(super) struct Page<'a> {
    /// Each case, and whether its check has found something.
    pub(super) judged: &'a [(&'a Case, bool)],
    pub(super) cost: Cost,
}

const HEAD: &str = include_str!("../checks-accuracy.md");

impl Display for Page<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", HEAD.trim_end())?;
        writeln!(f, "\n## Precision and recall\n")?;
        writeln!(f, "| check | bad | of them found (recall) | fine | of them found | precision |")?;
        writeln!(f, "|---|---|---|---|---|---|")?;
        for check in Check::ALL {
            let found = |is_bad| Share::of(self.of(check).filter(|(case, _)| case.is_bad == is_bad));
            let (bad, fine) = (found(true), found(false));
            if bad.all + fine.all > 0 {
                let precision = Share { found: bad.found, all: bad.found + fine.found };
                writeln!(f, "| {} | {} | {bad} | {} | {fine} | {precision} |", check.name(), bad.all, fine.all)?;
            }
        }
        writeln!(f, "\n## By what was done to the picture\n")?;
        writeln!(f, "| check | picture | has to be found | pictures | found |\n|---|---|---|---|---|")?;
        for check in Check::ALL {
            let mut kinds: Vec<_> = self.of(check).map(|(case, _)| (!case.is_bad, case.kind.as_str())).collect();
            kinds.sort_unstable();
            kinds.dedup();
            for (is_fine, kind) in kinds {
                let share = Share::of(self.of(check).filter(|(case, _)| case.kind == kind && case.is_bad != is_fine));
                let wanted = if is_fine { "no" } else { "yes" };
                writeln!(f, "| {} | {kind} | {wanted} | {} | {share} |", check.name(), share.all)?;
            }
        }
        self.cost(f)
    }
}

impl<'a> Page<'a> {
    fn of(&self, check: Check) -> impl Iterator<Item = (&'a Case, bool)> {
        self.judged.iter().copied().filter(move |(case, _)| case.check == check)
    }

    fn cost(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let decode = self.cost.decode.median();
        writeln!(f, "\n## Cost\n")?;
        writeln!(f, "On {}, one thread, a photo of 4000 x 3000 pixels; medians.\n", machine::describe())?;
        writeln!(f, "| part | milliseconds | of the scaled decode |\n|---|---|---|")?;
        writeln!(f, "| scaled decode | {:.1} | |", decode * 1000.0)?;
        let mut all = 0.0;
        for (name, rounds) in &self.cost.parts {
            all += rounds.median();
            writeln!(f, "| {name} | {:.2} | {:.3} |", rounds.median() * 1000.0, rounds.median() / decode)?;
        }
        writeln!(f, "| all checks, search excluded | {:.2} | {:.3} |", all * 1000.0, all / decode)
    }
}

/// So many of so many.
struct Share {
    found: usize,
    all: usize,
}

impl Share {
    fn of<'a>(cases: impl Iterator<Item = (&'a Case, bool)>) -> Self {
        cases.fold(Self { found: 0, all: 0 }, |share, (_, is_found)| Self {
            found: share.found + usize::from(is_found),
            all: share.all + 1,
        })
    }

    /// Wilson's interval, 95 %.
    fn interval(&self) -> (f64, f64) {
        let (z, all) = (1.96_f64, self.all as f64);
        let share = self.found as f64 / all;
        let (scale, middle) = (1.0 + z * z / all, share + z * z / (2.0 * all));
        let half = z * (share * (1.0 - share) / all + z * z / (4.0 * all * all)).sqrt();
        (((middle - half) / scale).max(0.0), ((middle + half) / scale).min(1.0))
    }
}

impl Display for Share {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.all == 0 {
            return write!(f, "–");
        }
        let (low, high) = self.interval();
        write!(f, "{} = {:.3} [{low:.3}, {high:.3}]", self.found, self.found as f64 / self.all as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_wilson() {
        assert_eq!(Share { found: 19, all: 20 }.to_string(), "19 = 0.950 [0.764, 0.991]");
        assert_eq!(Share { found: 0, all: 10 }.to_string(), "0 = 0.000 [0.000, 0.278]");
        assert_eq!(Share { found: 0, all: 0 }.to_string(), "–");
    }
}
