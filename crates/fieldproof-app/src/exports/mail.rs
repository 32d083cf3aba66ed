//! Delivering a window by mail: a link to the file that this server keeps.

use chrono::TimeDelta;
use fieldproof_outbound::{
    delivery::{DeliveryError, Trouble},
    mail::Mailer,
};
use fieldproof_store::{
    exports::{Run, Written},
    sites,
};

use super::Undelivered;
use crate::{Fieldproof, links::Link};

/// No bucket signs a link for longer.
const LONGEST_IN_BUCKET: u32 = 7;

impl Fieldproof {
    /// Sends a link to the file under `blob_key`, which works for as long as the file is kept. An address that the mail server
    /// refuses for good does not keep the others from theirs.
    pub(super) async fn mail_link(
        &self,
        run: &Run,
        blob_key: &str,
        written: &Written,
        emails: &[String],
        keep_days: u32,
    ) -> Result<(), Undelivered> {
        let mailer = self.mailer()?;
        let days = if self.store.blobs().are_linked() { keep_days.min(LONGEST_IN_BUCKET) } else { keep_days };
        let lifetime = TimeDelta::days(days.into());
        let link = match self.link_for(blob_key, lifetime).await? {
            Link::Bucket(link) => link,
            Link::Here(path) => {
                let base = self.exports.public_url.as_deref().ok_or_else(cannot_send)?;
                format!("{base}{path}")
            }
        };
        let site = sites::get(&mut self.store.read().await?, run.site).await?;
        let site = site.map_or_else(|| run.site.to_string(), |site| site.name);
        let (from, to) = (run.window.from.format("%Y-%m-%d %H:%M"), run.window.to.format("%Y-%m-%d %H:%M"));
        let subject = format!("{site}: work orders from {from} to {to} UTC");
        let until = (self.ambient.now() + lifetime).format("%Y-%m-%d %H:%M");
        let text = format!(
            "The work orders of {site} that were created or updated from {from} to {to} UTC: {} of them, {} bytes, one \
             JSON object a line.\n\n{link}\n\nThe link works until {until} UTC, for everybody who has it: keep it to \
             yourself.\n\nSHA-256: {}\n",
            written.lines, written.bytes, written.sha256
        );
        let mut refused = Vec::new();
        for email in emails {
            match mailer.send(email, &subject, text.clone()).await {
                Ok(()) => {}
                Err(error) if error.trouble == Trouble::Settings => refused.push(error),
                Err(error) => return Err(error.into()),
            }
        }
        let all_refused = refused.len() == emails.len();
        match refused.into_iter().next() {
            // Nobody has it: then it may be the server's login that is refused, and not an address.
            Some(error) if all_refused => Err(error.into()),
            Some(error) => {
                tracing::warn!(export = %run.export, %error, "an address of an export takes no mail");
                Ok(())
            }
            None => Ok(()),
        }
    }

    pub(super) async fn probe_mail(&self) -> Result<(), Undelivered> {
        Ok(self.mailer()?.probe().await?)
    }

    fn mailer(&self) -> Result<&Mailer, DeliveryError> {
        self.exports.mailer().ok_or_else(cannot_send)
    }
}

fn cannot_send() -> DeliveryError {
    let reason = "This server cannot send mail: its operator has to set --smtp-url, --mail-from and --public-url.";
    DeliveryError::new(Trouble::Settings, reason)
}
