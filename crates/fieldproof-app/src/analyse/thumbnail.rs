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
    /// made now.
    ///
    /// # Errors
    /// [`Missing::Photo`]; [`AppError::Busy`] when one has to be made and the queue is full.
    pub async fn thumbnail(
        &self,
        caller: &Permit<act::RetrieveWorkOrder>,
        work_order: WorkOrderId,
        input: InputId,
    ) -> Result<Bytes, AppError> {
        let mut reader = self.store.read().await?;
        let found = thumbnails::get(&mut reader, caller.site, work_order, input).await?;
        drop(reader);
        let made = match found {
            Some(Thumbnail::Jpeg(jpeg)) => Some(jpeg),
            Some(Thumbnail::None { blob_key }) => match self.store.blobs().get(&blob_key).await? {
                Some(photo) => shrink(&self.workers.enter()?, photo).await?,
                None => None,
            },
            None => None,
        };
        made.map(Bytes::from).ok_or(AppError::NotFound(Missing::Photo))
    }
}
