//! The statement of a page: put together from texts of this file; what callers sent stands in its parameters alone.

use fieldproof_domain::{
    ids::SiteId,
    paging::{Direction, Position},
};

use super::{Filter, Period, Span, drive::Driver};
use crate::{db::Value, work_orders::COLUMNS};

/// A statement's parameters, numbered as they are added.
#[derive(Default)]
pub(super) struct Builder {
    pub(super) args: Vec<Value>,
}

impl Builder {
    /// A parameter, as it stands in the text.
    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.args.push(value.into());
        format!("${}", self.args.len())
    }

    /// The entries of a driver's index within the span: `created_at` and `work_order_id`.
    pub(super) fn entries(&mut self, site: SiteId, filter: &Filter, driver: Driver, span: Span) -> String {
        let site = self.bind(site);
        match driver {
            Driver::Term(at) => {
                let term = filter.terms.get(at).map(|term| term.key());
                let term = self.bind(term);
                let span = self.span("created_at, work_order_id", span);
                format!(
                    "SELECT created_at, work_order_id FROM work_order_terms WHERE site_id = {site} AND term = {term}{span}"
                )
            }
            Driver::Updated | Driver::Score => {
                let few = match driver {
                    Driver::Updated => self.period("updated_at", filter.updated),
                    _ => self.score(filter),
                };
                // The sign keeps databases from reading all that is in the span, in its order.
                let span = self.span("+created_at, id", span);
                format!("SELECT created_at, id AS work_order_id FROM work_orders WHERE site_id = {site}{few}{span}")
            }
            Driver::Created => {
                let span = self.span("created_at, id", span);
                format!("SELECT created_at, id AS work_order_id FROM work_orders WHERE site_id = {site}{span}")
            }
        }
    }

    fn span(&mut self, columns: &str, span: Span) -> String {
        let mut bound = |at: Option<Position>, sign| {
            let Some(at) = at else { return String::new() };
            let (created_at, id) = (self.bind(at.created_at), self.bind(at.id));
            format!(" AND ({columns}) {sign} ({created_at}, {id})")
        };
        bound(span.before, "<") + &bound(span.after, ">")
    }

    fn period(&mut self, column: &str, period: Period) -> String {
        let mut bound = |at: Option<chrono::DateTime<chrono::Utc>>, sign| {
            at.map(|at| format!(" AND {column} {sign} {}", self.bind(at))).unwrap_or_default()
        };
        bound(period.from, ">=") + &bound(period.to, "<")
    }

    fn score(&mut self, filter: &Filter) -> String {
        let mut bound = |at: Option<u8>, sign| {
            at.map(|at| format!(" AND progress_score {sign} {}", self.bind(at))).unwrap_or_default()
        };
        bound(filter.progress_min, ">=") + &bound(filter.progress_max, "<=")
    }

    /// What the driver does not see to, of the rows `entries` and `work_orders`.
    fn rest(&mut self, site: SiteId, filter: &Filter, driver: Driver) -> String {
        let mut rest = String::new();
        for (at, term) in filter.terms.iter().enumerate().filter(|(at, _)| driver != Driver::Term(*at)) {
            let (site, term) = (self.bind(site), self.bind(term.key()));
            // An offset keeps PostgreSQL from making a join of it, for which it would read all that share the term.
            rest += &format!(
                " AND EXISTS (SELECT 1 FROM work_order_terms AS t{at} WHERE t{at}.site_id = {site} AND t{at}.term = {term}
                   AND t{at}.created_at = entries.created_at AND t{at}.work_order_id = entries.work_order_id
                   LIMIT 1 OFFSET 0)"
            );
        }
        if driver != Driver::Updated {
            // The sign keeps databases from reading the index of changes, and sorting all that they find there.
            rest += &self.period("+work_orders.updated_at", filter.updated);
        }
        if driver != Driver::Score {
            rest += &self.score(filter);
        }
        rest
    }
}

/// The statement for at most `limit` work orders, those nearest to where the page begins first.
pub(super) fn page(
    site: SiteId,
    filter: &Filter,
    driver: Driver,
    span: Span,
    direction: Direction,
    limit: u32,
) -> (String, Vec<Value>) {
    let mut statement = Builder::default();
    let entries = statement.entries(site, filter, driver, span);
    let rest = statement.rest(site, filter, driver);
    let limit = statement.bind(limit);
    // SQLite reads a CROSS JOIN from left to right. MATERIALIZED: the few that are to be sorted are found first.
    let (with, from) = if driver.is_in_order() {
        (String::new(), format!("({entries}) AS entries"))
    } else {
        (format!("WITH entries AS MATERIALIZED ({entries}) "), "entries".to_owned())
    };
    let order = order(direction, "entries.");
    let sql = format!(
        "{with}SELECT {COLUMNS} FROM {from} CROSS JOIN work_orders
           LEFT JOIN users ON users.id = work_orders.field_engineer_id
         WHERE work_orders.id = entries.work_order_id{rest}
         {order} LIMIT {limit}"
    );
    (sql, statement.args)
}

/// The order in which entries follow where a page begins; `of` names their table, with a dot.
pub(super) fn order(direction: Direction, of: &str) -> String {
    let way = match direction {
        Direction::Older => "DESC",
        Direction::Newer => "ASC",
    };
    format!("ORDER BY {of}created_at {way}, {of}work_order_id {way}")
}
