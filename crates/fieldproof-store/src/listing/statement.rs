//! The statement of a page: put together from texts of this file; what callers sent stands in its parameters alone.

use fieldproof_domain::{
    ids::SiteId,
    work_order::{Direction, Position},
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
            Driver::Updated => {
                let period = self.period("updated_at", filter.updated);
                let span = self.span("created_at, id", span);
                format!("SELECT created_at, id AS work_order_id FROM work_orders WHERE site_id = {site}{period}{span}")
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
        for (bound, sign) in [(filter.progress_min, ">="), (filter.progress_max, "<=")] {
            if let Some(bound) = bound {
                rest += &format!(" AND progress_score {sign} {}", self.bind(bound));
            }
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
    let order = match direction {
        Direction::Older => "DESC",
        Direction::Newer => "ASC",
    };
    let entries = statement.entries(site, filter, driver, span);
    let rest = statement.rest(site, filter, driver);
    let limit = statement.bind(limit);
    // SQLite reads a CROSS JOIN from left to right. MATERIALIZED: the few that have changed are found first.
    let with =
        if driver == Driver::Updated { format!("WITH entries AS MATERIALIZED ({entries}) ") } else { String::new() };
    let from = if driver == Driver::Updated { "entries".to_owned() } else { format!("({entries}) AS entries") };
    let sql = format!(
        "{with}SELECT {COLUMNS} FROM {from} CROSS JOIN work_orders
           LEFT JOIN users ON users.id = work_orders.field_engineer_id
         WHERE work_orders.id = entries.work_order_id{rest}
         ORDER BY entries.created_at {order}, entries.work_order_id {order} LIMIT {limit}"
    );
    (sql, statement.args)
}
