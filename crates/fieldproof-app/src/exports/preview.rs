//! The lines of a window, straight to who asks.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use fieldproof_domain::{
    export::{ExportType, Window},
    ids::SiteId,
};
use tokio::{
    sync::{
        OwnedSemaphorePermit,
        mpsc::{Receiver, Sender, channel},
    },
    time::timeout,
};

use super::lines::Lines;
use crate::{
    AppError, Fieldproof,
    permit::{Permit, act},
};

/// Looks at exports at once: each holds a connection to the database.
pub(crate) const PREVIEWS: usize = 4;
const RETRY_AFTER: Duration = Duration::from_secs(5);
/// Who takes no more lines for so long has gone: what he looks at is held in the database for him.
const PATIENCE: Duration = Duration::from_secs(60);

/// Lines on their way to somebody.
pub struct Preview {
    pages: Option<Receiver<Result<Option<Vec<u8>>, AppError>>>,
}

impl Fieldproof {
    /// The work orders of the caller's site that were created or updated in a window, as a file of this type tells them. One
    /// that is open at its end ends now.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a window that ends before it begins, [`AppError::Busy`].
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
    /// [`AppError::Invalid`] for a window that ends before it begins, [`AppError::Busy`].
    pub async fn preview_site(
        self: &Arc<Self>,
        site: SiteId,
        kind: ExportType,
        (from, to): (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    ) -> Result<Preview, AppError> {
        let window =
            Window { from: from.unwrap_or(DateTime::UNIX_EPOCH), to: to.unwrap_or_else(|| self.ambient.now()) };
        if to.is_none() && window.to < window.from {
            return Err(AppError::field("from", "'from' is in the future: without 'to', a window ends now."));
        }
        if window.to < window.from {
            return Err(AppError::field("to", "'to' must not be before 'from'."));
        }
        let place = Arc::clone(&self.previews)
            .try_acquire_owned()
            .map_err(|_| AppError::Busy { reason: "Too many exports are being looked at", retry_after: RETRY_AFTER })?;
        let lines = Lines::new(self.store.long_snapshot().await?, site, window, kind);
        let (sender, pages) = channel(1);
        tokio::spawn(send(Arc::clone(self), lines, sender, place));
        Ok(Preview { pages: Some(pages) })
    }
}

/// Sends page after page until nobody takes them.
async fn send(
    system: Arc<Fieldproof>,
    mut lines: Lines,
    to: Sender<Result<Option<Vec<u8>>, AppError>>,
    _place: OwnedSemaphorePermit,
) {
    loop {
        let page = lines.next(&system).await;
        let is_last = !matches!(page, Ok(Some(_)));
        let is_taken = matches!(timeout(PATIENCE, to.send(page)).await, Ok(Ok(())));
        if is_last || !is_taken {
            return;
        }
    }
}

impl Preview {
    /// Some more lines, each with its end; `None`: there are no more.
    ///
    /// # Errors
    /// [`AppError::Store`]; [`AppError::Internal`] where the lines were not taken for a minute.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, AppError> {
        let given_up = || AppError::Internal("the lines of an export were not taken for too long".to_owned());
        let Some(pages) = &mut self.pages else { return Ok(None) };
        let page = pages.recv().await.ok_or_else(given_up)?;
        if !matches!(page, Ok(Some(_))) {
            self.pages = None;
        }
        page
    }
}
