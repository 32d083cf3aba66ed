//! Identifiers: one type each, so that a task's id cannot be taken for its group's.
//!
//! Ids of rows are UUID v7 and come from outside (`fieldproof-app`). Ids of what an application version
//! declares are derived here from version and name: they change with the version, names do not
//! (contract section 1.1).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

ids! {
    /// A deployed application: what API calls target.
    SiteId,
    /// A person or a program with an account.
    UserId,
    /// An API token; not its secret.
    TokenId,
    /// One work order.
    WorkOrderId,
    /// One archive of work orders.
    BatchId,
    /// What is exported from where to where, and how often.
    ExportId,
    /// One window of one site that an export delivers.
    RunId,
    /// A place that files are delivered to, derived from what tells it from others.
    PlaceId,
    /// One execution over the inputs of one task group.
    AnalysisId,
    /// One datum sent to an analysis; also the photo's name in the blob store.
    InputId,
    /// The current state of one task on one work order.
    StateId,
    /// One immutable version of an application, derived from its content.
    AppVersionId,
    /// A task of an application version, derived from version and name.
    TaskId,
    /// A task group of an application version, derived from version and name.
    TaskGroupId,
    /// A task group of one work order, derived from the order and the group's name.
    WorkItemId,
    /// A work order type of an application version, derived from version and name.
    WorkOrderTypeId,
}

/// The root of everything derived: made once for Fieldproof, never to be changed.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f1e_1d9b_70f0_5c4e_9a3d_0e5b_7c21_a4f6);

impl AppVersionId {
    /// The id of the version whose content has this digest: the same files give the same id everywhere.
    pub fn from_digest(sha256_hex: &str) -> Self {
        Self(Uuid::new_v5(&NAMESPACE, sha256_hex.as_bytes()))
    }

    /// The id of the task called `name` in this version.
    pub fn task(self, name: &str) -> TaskId {
        TaskId(self.derive("task", name))
    }

    /// The id of the task group called `name` in this version.
    pub fn task_group(self, name: &str) -> TaskGroupId {
        TaskGroupId(self.derive("task-group", name))
    }

    /// The id of the work order type called `name` in this version.
    pub fn work_order_type(self, name: &str) -> WorkOrderTypeId {
        WorkOrderTypeId(self.derive("work-order-type", name))
    }

    fn derive(self, kind: &str, name: &str) -> Uuid {
        Uuid::new_v5(&self.0, format!("{kind}/{name}").as_bytes())
    }
}

impl PlaceId {
    /// The id of the place that this text is the identity of.
    pub fn of(identity: &str) -> Self {
        Self(Uuid::new_v5(&NAMESPACE, format!("place/{identity}").as_bytes()))
    }
}

impl WorkOrderId {
    /// The id of the work item for the task group called `name`: whatever the application's version.
    pub fn work_item(self, name: &str) -> WorkItemId {
        WorkItemId(Uuid::new_v5(&self.0, format!("work-item/{name}").as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_ids_depend_on_version_kind_and_name() {
        let one = AppVersionId::from_digest("a");
        let two = AppVersionId::from_digest("b");
        assert_eq!(one.task("door"), one.task("door"));
        assert_ne!(one.task("door"), two.task("door"));
        assert_ne!(one.task("door").0, one.task_group("door").0);
        assert_ne!(one.task("door"), one.task("label"));
    }
}
