//! Delivering a window: photos first, then the file that speaks of them, and the manifest beside it last; or a link by mail.

use std::time::Instant;

use bytes::Bytes;
use fieldproof_domain::export::{data_key, manifest_key};
use fieldproof_outbound::delivery::{Content, DeliveryError, Trouble, content};
use fieldproof_store::exports::{Run, Written};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{place_settings::PlaceSettings, settings::Settings};
use crate::{AppError, Fieldproof};

/// Why a window is not delivered.
pub(super) enum Undelivered {
    /// The place where it should go.
    Place(DeliveryError),
    /// Our own storage.
    Own(AppError),
}

impl From<DeliveryError> for Undelivered {
    fn from(error: DeliveryError) -> Self {
        if error.trouble == Trouble::Source { Self::Own(AppError::Internal(error.reason)) } else { Self::Place(error) }
    }
}

impl<E: Into<AppError>> From<E> for Undelivered {
    fn from(error: E) -> Self {
        Self::Own(error.into())
    }
}

impl Fieldproof {
    /// Delivers a window, writing its file before if that is not done; the same bytes as ever, as long as they are kept.
    pub(super) async fn deliver(&self, run: &mut Run, settings: &Settings) -> Result<(), Undelivered> {
        if let PlaceSettings::Email { emails } = &settings.place {
            let (blob_key, written) = self.written(run).await?;
            return self.mail_links(run, &blob_key, &written, emails, settings.keep_days).await;
        }
        // Before the file is written: a place that cannot be reached needs none.
        let destination = self.destination(run.export, &settings.place).await?;
        let (blob_key, written) = self.written(run).await?;
        if settings.with_photos {
            self.deliver_photos(run, &destination, &blob_key).await?;
        }
        let data = data_key(run.site, run.export_type, &run.name, run.compression);
        destination.put(&data, self.kept_bytes(&blob_key).await?).await?;
        let manifest = manifest_key(run.site, run.export_type, &run.name);
        destination.put(&manifest, content(Bytes::from(written.manifest))).await?;
        Ok(())
    }

    /// The bytes of a window's file, which is written if it is not there.
    async fn written(&self, run: &mut Run) -> Result<(String, Written), AppError> {
        if let (Some(blob_key), Some(written)) = (&run.blob_key, &run.written)
            && self.store.blobs().has(blob_key).await?
        {
            return Ok((blob_key.clone(), written.clone()));
        }
        self.write_file(run).await
    }

    /// What is kept of a window's file. Where somebody waits for an answer it comes more slowly, so that the disk has time
    /// for him.
    pub(super) async fn kept_bytes(&self, blob_key: &str) -> Result<Content<'_>, AppError> {
        let found = self.store.blobs().find(blob_key).await?;
        let found = found.ok_or_else(|| AppError::Internal(format!("the bytes of an export are gone: {blob_key}")))?;
        let pieces = stream::unfold((found.pieces(), Instant::now()), async |(mut pieces, began)| {
            self.callers.make_way(began.elapsed()).await;
            let began = Instant::now();
            Some((pieces.next().await?, (pieces, began)))
        });
        Ok(pieces.map_err(Into::into).boxed())
    }
}
