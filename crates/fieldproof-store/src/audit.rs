//! Who did what, when: one row for every change, in the change's own transaction.

use chrono::{DateTime, Utc};
use fieldproof_domain::ids::{SiteId, UserId};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{StoreError, Writer, db::args};

/// One audit row: when, what, on which row; then by whom, where, and what else is worth knowing later.
pub struct Entry {
    at: DateTime<Utc>,
    action: &'static str,
    subject: Uuid,
    user: Option<UserId>,
    site: Option<SiteId>,
    details: Json,
}

impl Entry {
    /// An entry of the command line; `action` is `noun.verb`, such as `work_order.create`.
    pub fn new(at: DateTime<Utc>, action: &'static str, subject: impl Into<Uuid>) -> Self {
        Self { at, action, subject: subject.into(), user: None, site: None, details: Json::Object(Default::default()) }
    }

    /// By this user.
    pub fn by(self, user: UserId) -> Self {
        Self { user: Some(user), ..self }
    }

    /// On this site.
    pub fn on(self, site: SiteId) -> Self {
        Self { site: Some(site), ..self }
    }

    /// What else is worth knowing later; never a secret, never a photo.
    pub fn with(self, details: Json) -> Self {
        Self { details, ..self }
    }
}

/// Records `entry` with the change that it describes.
pub async fn record(writer: &mut Writer, entry: Entry) -> Result<(), StoreError> {
    record_all(writer, [entry]).await
}

/// Records `entries`, in their order.
pub async fn record_all(writer: &mut Writer, entries: impl IntoIterator<Item = Entry>) -> Result<(), StoreError> {
    let row =
        |entry: Entry| args![entry.at, entry.user, entry.site, entry.action, entry.subject, entry.details.to_string()];
    let head = "INSERT INTO audit (at, user_id, site_id, action, subject_id, details) VALUES";
    writer.insert_all_later(head, entries.into_iter().map(row).collect(), "").await
}
