//! Lists of a site's work orders, newest first.

use std::collections::HashMap;

use fieldproof_domain::{
    paging::{Cursor, Neighbours},
    work_order::Term,
};
use fieldproof_store::{
    listing::{self, Filter, Page},
    task_states, users,
};

use super::WorkOrderView;
use crate::{
    AppError, Fieldproof,
    admin::normalise_email,
    permit::{Permit, act},
};

/// The most work orders on one page.
pub const MAX_LIMIT: u32 = 1000;
/// The most facts that one list can ask for by equality: each one is looked up for every work order that is looked at.
pub const MAX_FILTERS: usize = 20;

/// Which work orders are wanted.
#[derive(Clone, Debug)]
pub struct ListRequest {
    /// What must hold for them; without field engineers.
    pub filter: Filter,
    /// Addresses of their field engineer, each of whom must be the one: two never are.
    pub field_engineer_emails: Vec<String>,
    /// Where the page begins; `None`: with the newest.
    pub cursor: Option<Cursor>,
    /// At most so many, 1..=[`MAX_LIMIT`].
    pub limit: u32,
}

/// A page of work orders.
pub struct WorkOrderPage {
    /// Newest first, without their inputs; their states have no regions.
    pub orders: Vec<WorkOrderView>,
    /// Where the pages beside it begin.
    pub neighbours: Neighbours,
}

impl Fieldproof {
    /// Work orders of the caller's site.
    ///
    /// # Errors
    /// Only of storage: a filter that nothing fits gives an empty page.
    pub async fn list_work_orders(
        &self,
        caller: &Permit<act::ListWorkOrders>,
        request: ListRequest,
    ) -> Result<WorkOrderPage, AppError> {
        // States and scores of one moment, as when a work order is retrieved.
        let mut snapshot = self.store.snapshot().await?;
        let mut filter = request.filter;
        for email in request.field_engineer_emails {
            let user = match normalise_email(&email) {
                Ok(email) => users::by_email(&mut snapshot, &email).await?,
                Err(_) => None,
            };
            let Some(user) = user else {
                return Ok(WorkOrderPage { orders: Vec::new(), neighbours: Neighbours { previous: None, next: None } });
            };
            filter.terms.push(Term::Engineer(user.id));
        }
        filter.terms.sort();
        filter.terms.dedup();
        let limit = request.limit.min(MAX_LIMIT);
        let Page { orders, neighbours } =
            listing::page(&mut snapshot, caller.site, &filter, request.cursor, limit).await?;
        let ids: Vec<_> = orders.iter().map(|order| order.id).collect();
        let mut states: HashMap<_, HashMap<_, _>> = HashMap::new();
        for (id, stored) in task_states::without_regions(&mut snapshot, &ids).await? {
            states.entry(id).or_default().insert(stored.task.clone(), stored);
        }
        drop(snapshot);
        let mut views = Vec::with_capacity(orders.len());
        for order in orders {
            let application = self.application(order.app_version).await?;
            let states = states.remove(&order.id).unwrap_or_default();
            views.push(WorkOrderView { order, application, states, inputs: None });
        }
        Ok(WorkOrderPage { orders: views, neighbours })
    }
}
