//! Small pictures of photos, for lists: kept from the analysis, whose decode they come from.

use bytes::Bytes;
use fieldproof_domain::ids::{InputId, WorkOrderId};
use fieldproof_store::thumbnails::{self, Thumbnail};

use super::stages::shrink;
use crate::{
    AppError, Fieldproof, Missing,
    permit::{Permit, act},
};

impl Fieldproof {
    /// A JPEG of a photo of a work order, 256 pixels on its longer side. Of a photo from before thumbnails were kept it is
    /// made now, behind everybody who waits for a verdict, and kept.
    ///
    /// # Errors
    /// [`Missing::Photo`].
    pub async fn thumbnail(
        &self,
        caller: &Permit<act::RetrieveWorkOrder>,
        work_order: WorkOrderId,
        input: InputId,
    ) -> Result<Bytes, AppError> {
        let mut reader = self.store.read().await?;
        let found = thumbnails::get(&mut reader, caller.site, work_order, input).await?;
        drop(reader);
        let jpeg = match found {
            Some(Thumbnail::Jpeg(jpeg)) => Some(jpeg),
            Some(Thumbnail::None { blob_key }) => self.make_thumbnail(input, &blob_key).await?,
            None => None,
        };
        jpeg.map(Bytes::from).ok_or(AppError::NotFound(Missing::Photo))
    }

    async fn make_thumbnail(&self, input: InputId, blob_key: &str) -> Result<Option<Vec<u8>>, AppError> {
        // A place first: photos are large, and a list asks for many at once.
        let slot = self.workers.enter_behind().await?;
        let Some(photo) = self.store.blobs().get(blob_key).await? else { return Ok(None) };
        self.store.blobs().let_go(blob_key);
        let made = shrink(&slot, photo).await?;
        drop(slot);
        if let Some(jpeg) = &made {
            let mut writer = self.store.write().await?;
            thumbnails::add(&mut writer, input, jpeg).await?;
            writer.commit().await?;
        }
        Ok(made)
    }
}
