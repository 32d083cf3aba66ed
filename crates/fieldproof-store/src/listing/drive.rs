//! Which index a page is read from.

use fieldproof_domain::ids::SiteId;

use super::{Filter, Span, statement::Builder};
use crate::{Session, StoreError, db::Query as _};

/// Index entries that are counted of each candidate before one is chosen. As many as that can be read in any order and
/// sorted at no cost worth speaking of.
const LOOK: u32 = 1000;

/// What a page is read from, in the order of the list; everything else that is asked for is looked up for each entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Driver {
    /// Every work order of the site.
    Created,
    /// Those that share this one of the filter's terms.
    Term(usize),
    /// Those that were changed in the period; only when they are few, since they have to be sorted.
    Updated,
}

/// The driver that reads the fewest entries, as far as a short look at each candidate tells: a page of a rare tag among
/// many of a common type must not read all of the type, nor a page of what has changed since yesterday all there is.
pub(super) async fn choose(
    session: &mut impl Session,
    site: SiteId,
    filter: &Filter,
    span: Span,
) -> Result<Driver, StoreError> {
    // Where all are many, the first in the order of terms.
    let mut terms: Vec<_> = (0..filter.terms.len()).collect();
    terms.sort_by_key(|at| filter.terms.get(*at));
    let fallback = terms.first().map_or(Driver::Created, |at| Driver::Term(*at));
    let mut candidates: Vec<_> = terms.into_iter().map(Driver::Term).collect();
    if filter.updated.from.is_some() || filter.updated.to.is_some() {
        candidates.push(Driver::Updated);
    } else if candidates.len() < 2 {
        return Ok(fallback);
    }
    let mut statement = Builder::default();
    let counts: Vec<_> = candidates
        .iter()
        .enumerate()
        .map(|(number, candidate)| {
            // The index of changes is in another order: what is not in the span would be read all the same.
            let span = if *candidate == Driver::Updated { Span::default() } else { span };
            let entries = statement.entries(site, filter, *candidate, span);
            format!(
                "SELECT CAST({number} AS BIGINT) AS candidate, count(*) AS entries FROM ({entries} LIMIT {LOOK}) AS c{number}"
            )
        })
        .collect();
    let rows = session.all_of(counts.join(" UNION ALL "), statement.args).await?;
    let mut few: Vec<(u32, u32)> = Vec::new();
    for row in &rows {
        let entries = row.get("entries")?;
        if entries < LOOK {
            few.push((entries, row.get("candidate")?));
        }
    }
    let chosen = few.into_iter().min().and_then(|(_, number)| candidates.get(number as usize).copied());
    Ok(chosen.unwrap_or(fallback))
}
