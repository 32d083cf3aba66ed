//! Delivering the photos that a file speaks of, each once to a place of an export.

use fieldproof_domain::{
    export::photo_key,
    ids::{InputId, PlaceId},
};
use fieldproof_outbound::delivery::{Content, DeliveryError, Destination};
use fieldproof_store::exports::{self, Run};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde::Deserialize;

use super::{Undelivered, unpack::Unpacker};
use crate::{AppError, Fieldproof, analyse::StoredPhoto};

/// Photos that are looked up and noted at once.
const PAGE: usize = 200;

/// What a line says of photos.
#[derive(Deserialize)]
struct Line {
    work_items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    input: Vec<Photo>,
}

#[derive(Deserialize)]
struct Photo {
    id: InputId,
    file_extension: String,
}

impl Fieldproof {
    /// Sends the photos that the file under `blob_key` speaks of and that were not sent before. Killed in between, it goes on
    /// behind the last ones that were noted.
    pub(super) async fn deliver_photos(
        &self,
        run: &mut Run,
        destination: &Destination,
        blob_key: &str,
    ) -> Result<(), Undelivered> {
        let mut unpacker = Unpacker::new(run.compression)?;
        let mut bytes = self.kept_bytes(blob_key).await?;
        let mut waiting = Vec::new();
        while let Some(piece) = bytes.try_next().await.map_err(|error| AppError::Internal(error.to_string()))? {
            for line in unpacker.lines(&piece)? {
                let line: Line =
                    serde_json::from_slice(&line).map_err(|error| AppError::Internal(error.to_string()))?;
                waiting.extend(line.work_items.into_iter().flat_map(|item| item.input));
            }
            while waiting.len() >= PAGE {
                let page: Vec<_> = waiting.drain(..PAGE).collect();
                self.deliver_page(run, destination, page).await?;
            }
        }
        self.deliver_page(run, destination, waiting).await
    }

    async fn deliver_page(&self, run: &mut Run, to: &Destination, page: Vec<Photo>) -> Result<(), Undelivered> {
        let there = (run.export, PlaceId::of(&to.identity()));
        let ids: Vec<_> = page.iter().map(|photo| photo.id).collect();
        let sent = exports::sent(&mut self.store.read().await?, there, &ids).await?;
        let wanted = page.into_iter().filter(|photo| !sent.contains(&photo.id));
        let deliveries = wanted.map(|photo| self.deliver_photo(run, to, photo));
        let mut delivered = stream::iter(deliveries.collect::<Vec<_>>()).buffer_unordered(to.lanes());
        let (mut done, mut failure) = (Vec::new(), None);
        while let Some(result) = delivered.next().await {
            match result {
                Ok(photo) => done.extend(photo),
                Err(error) => {
                    failure = Some(error);
                    break;
                }
            }
        }
        drop(delivered);
        // Also those before one that failed: they are where they should be.
        if !done.is_empty() {
            run.photos += done.len() as u64;
            let mut writer = self.store.write().await?;
            exports::note_sent(&mut writer, there, &done).await?;
            self.update_run(&mut writer, run).await?;
            writer.commit().await?;
        }
        failure.map_or(Ok(()), Err)
    }

    /// Sends a photo; `None`: it was deleted since the file was written.
    async fn deliver_photo(&self, run: &Run, to: &Destination, photo: Photo) -> Result<Option<InputId>, Undelivered> {
        let blob_key = StoredPhoto::key(photo.id, &photo.file_extension);
        let Some(found) = self.store.blobs().find(&blob_key).await? else { return Ok(None) };
        let bytes: Content<'_> = found.pieces().map_err(Into::into).boxed();
        let sent: Result<(), DeliveryError> =
            to.put(&photo_key(run.site, photo.id, &photo.file_extension), bytes).await;
        sent?;
        Ok(Some(photo.id))
    }
}
