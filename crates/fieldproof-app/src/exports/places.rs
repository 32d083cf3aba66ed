//! What the server's operator has set up for exports.

use std::{path::PathBuf, sync::Arc};

use fieldproof_outbound::mail::{MailSetupError, Mailer};

/// What the server's operator has set up for exports.
#[derive(Clone, Default)]
pub struct ExportPlaces {
    /// Exports may go to folders in this one; `None`: to none of this machine.
    pub root: Option<PathBuf>,
    /// Files with credentials that exports may name.
    pub credentials: Option<PathBuf>,
    /// Scheme and host for links in mails, without a final slash.
    pub public_url: Option<String>,
    mailer: Option<Arc<Mailer>>,
}

impl ExportPlaces {
    /// Sends mail by the server at `url`, in the name of `from`.
    ///
    /// # Errors
    /// [`MailSetupError`].
    pub fn set_mail(&mut self, url: &str, from: &str) -> Result<(), MailSetupError> {
        self.mailer = Some(Arc::new(Mailer::new(url, from)?));
        Ok(())
    }

    pub(super) fn mailer(&self) -> Option<&Mailer> {
        self.mailer.as_deref()
    }
}
