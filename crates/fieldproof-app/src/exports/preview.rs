//! The lines of a window, straight to who asks.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use fieldproof_domain::{
    export::{ExportType, Window},
    ids::SiteId,
};

use super::lines::Lines;
use crate::{
    AppError, Fieldproof,
    permit::{Permit, act},
};

/// Lines on their way to somebody.
pub struct Preview {
    lines: Lines,
    system: Arc<Fieldproof>,
}

impl Fieldproof {
    /// The work orders of the caller's site that were created or updated in a window, as a file of this type tells them. One
    /// that is open at its end ends now.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a window that ends before it begins.
    pub async fn preview_export(
        self: &Arc<Self>,
        caller: &Permit<act::ManageExports>,
        kind: ExportType,
        window: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    ) -> Result<Preview, AppError> {
        self.preview_site(caller.site, kind, window).await
    }

    /// As [`Fieldproof::preview_export`], for the server's operator.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a window that ends before it begins.
    pub async fn preview_site(
        self: &Arc<Self>,
        site: SiteId,
        kind: ExportType,
        (from, to): (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    ) -> Result<Preview, AppError> {
        let window =
            Window { from: from.unwrap_or(DateTime::UNIX_EPOCH), to: to.unwrap_or_else(|| self.ambient.now()) };
        if window.to < window.from {
            return Err(AppError::field("to", "'to' must not be before 'from'."));
        }
        let lines = Lines::new(self.store.snapshot().await?, site, window, kind);
        Ok(Preview { lines, system: Arc::clone(self) })
    }
}

impl Preview {
    /// Some more lines, each with its end; `None`: there are no more.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, AppError> {
        self.lines.next(&self.system).await
    }
}
