//! Delivering a window by mail: a link to the file that this server keeps.

use chrono::TimeDelta;
use fieldproof_outbound::{
    delivery::{DeliveryError, Trouble},
    mail::Mailer,
};
use fieldproof_store::{
    exports::{RefusedMail, Run, Written},
    sites,
};

use super::Undelivered;
use crate::{Fieldproof, links::Link};

/// No bucket signs a link for longer.
const LONGEST_IN_BUCKET: u32 = 7;

/// What is sent to each address.
struct Letter {
    subject: String,
    text: String,
}

impl Fieldproof {
    /// Sends a link to the file under `blob_key`, which works for as long as the file is kept, to every address that does not
    /// have it. One that the mail server refuses does not keep the others from theirs: for good, and it gets none, which is
    /// noted with the window; for now, and the window is tried again, for this address alone.
    pub(super) async fn mail_links(
        &self,
        run: &mut Run,
        blob_key: &str,
        written: &Written,
        emails: &[String],
        keep_days: u32,
    ) -> Result<(), Undelivered> {
        let mailer = self.mailer()?;
        let letter = self.letter(run, blob_key, written, keep_days).await?;
        let mut put_off = None;
        for email in emails {
            if run.mailed.contains(email) || run.refused.iter().any(|refused| refused.email == *email) {
                continue;
            }
            match mailer.send(email, &letter.subject, letter.text.clone()).await {
                Ok(()) => {
                    run.mailed.push(email.clone());
                    let mut writer = self.store.write().await?;
                    self.update_run(&mut writer, run).await?;
                    writer.commit().await?;
                }
                Err(error) if error.trouble == Trouble::Settings => {
                    tracing::warn!(export = %run.export, %error, "an address of an export takes no mail");
                    run.refused.push(RefusedMail { email: email.clone(), error: error.reason });
                }
                Err(error) if error.trouble == Trouble::Busy => put_off = put_off.or(Some(error)),
                Err(error) => return Err(error.into()),
            }
        }
        if let Some(error) = put_off {
            return Err(error.into());
        }
        // Nobody has it: then it may be the server's login that is refused, and not one address after the other.
        if run.mailed.is_empty()
            && let Some(first) = std::mem::take(&mut run.refused).into_iter().next()
        {
            return Err(DeliveryError::new(Trouble::Settings, first.error).into());
        }
        Ok(())
    }

    async fn letter(
        &self,
        run: &Run,
        blob_key: &str,
        written: &Written,
        keep_days: u32,
    ) -> Result<Letter, Undelivered> {
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
        let until = (self.ambient.now() + lifetime).format("%Y-%m-%d %H:%M");
        let text = format!(
            "The work orders of {site} that were created or updated from {from} to {to} UTC: {} of them, {} bytes, one \
             JSON object a line.\n\n{link}\n\nThe link works until {until} UTC, for everybody who has it: keep it to \
             yourself.\n\nSHA-256: {}\n",
            written.lines, written.bytes, written.sha256
        );
        Ok(Letter { subject: format!("{site}: work orders from {from} to {to} UTC"), text })
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
