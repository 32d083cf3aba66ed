//! Has this site seen this picture before?
//!
//! Exact bytes are looked up in the database. Similar pictures are searched in memory ([`SitePhotos`]). The memory stays
//! right beside other processes because every search first reads the rows that were added since the last one: rows are
//! only ever added, under a growing `seq`, or deleted, which is checked before a match counts. A server reads all rows
//! when it starts, so that its first photos wait for that no longer than they must.

use std::{collections::HashMap, sync::Arc};

use fieldproof_domain::{
    check::DuplicateMatch,
    ids::{SiteId, WorkOrderId},
    observation::PerceptualHash,
};
use fieldproof_store::{
    Session,
    photo_hashes::{self, PhotoHash},
};
use tokio::sync::Mutex;

use super::site_photos::SitePhotos;
use crate::{AppError, Fieldproof};

/// Rows read at once: of a site with millions of photos all of them would need gigabytes.
const PAGE: u32 = 5_000;

/// Every site's photos.
#[derive(Default)]
pub(crate) struct DuplicateIndex(Mutex<HashMap<SiteId, Arc<Mutex<SitePhotos>>>>);

/// A photo to look for.
pub(super) struct Query<'a> {
    pub(super) site: SiteId,
    pub(super) sha256: [u8; 32],
    pub(super) perceptual: Option<PerceptualHash>,
    /// A retake of the same scene is normal: photos of the same work order and task group do not count.
    pub(super) work_order: WorkOrderId,
    pub(super) task_group: &'a str,
    /// Task groups whose photos may be shown again.
    pub(super) ignore_groups: &'a [String],
    /// Farther pictures are of no interest.
    pub(super) max_distance: u32,
}

impl Query<'_> {
    /// The closest of `photos` that counts, if it is close enough.
    pub(super) fn closest<'p>(&self, photos: impl Iterator<Item = &'p PhotoHash>) -> Option<DuplicateMatch> {
        let counted = photos.filter(|photo| self.counts(photo.work_order, &photo.task_group));
        let distance = |photo: &PhotoHash| {
            if photo.sha256 == self.sha256 { Some(0) } else { photo.perceptual?.distance(&self.perceptual?) }
        };
        let near = counted.filter_map(distance).filter(|distance| *distance <= self.max_distance);
        near.min().map(|distance| DuplicateMatch { distance })
    }

    pub(super) fn counts(&self, work_order: WorkOrderId, task_group: &str) -> bool {
        let retake = work_order == self.work_order && task_group == self.task_group;
        !retake && !self.ignore_groups.iter().any(|ignored| ignored == task_group)
    }
}

impl DuplicateIndex {
    /// The closest earlier photo that counts, if it is close enough; and the newest photo looked at, from where a
    /// later look can go on.
    pub(super) async fn search(
        &self,
        session: &mut impl Session,
        query: &Query<'_>,
    ) -> Result<(Option<DuplicateMatch>, i64), AppError> {
        let site = self.site(query.site).await;
        let mut photos = site.lock().await;
        catch_up(&mut photos, session, query.site).await?;
        let newest = photos.newest();

        let same_bytes = photo_hashes::by_sha256(session, query.site, &query.sha256).await?;
        if same_bytes.iter().any(|(work_order, group)| query.counts(*work_order, group)) {
            return Ok((Some(DuplicateMatch { distance: 0 }), newest));
        }
        let mut gone = Vec::new();
        let mut closest = None;
        for (distance, seq) in photos.near(query) {
            if photo_hashes::exists(session, seq).await? {
                closest = Some(DuplicateMatch { distance });
                break;
            }
            gone.push(seq);
        }
        photos.forget(&gone);
        Ok((closest, newest))
    }

    async fn site(&self, id: SiteId) -> Arc<Mutex<SitePhotos>> {
        Arc::clone(self.0.lock().await.entry(id).or_default())
    }
}

/// Adds the photos that came since the last time.
async fn catch_up(photos: &mut SitePhotos, session: &mut impl Session, site: SiteId) -> Result<(), AppError> {
    loop {
        let some = photo_hashes::some_since(session, site, photos.newest(), PAGE).await?;
        let are_all = some.len() < PAGE as usize;
        photos.extend(some);
        if are_all {
            return Ok(());
        }
    }
}

impl Fieldproof {
    /// Reads what the photos of every site look like; answers how many there are. Photos that are sent meanwhile wait,
    /// but only for those of their own site.
    ///
    /// # Errors
    /// Of storage; what is missing then is read when the next photo comes.
    pub async fn load_photo_index(&self) -> Result<usize, AppError> {
        let mut loaded = 0;
        let sites = photo_hashes::sites(&mut self.store.read().await?).await?;
        for id in sites {
            let site = self.duplicates.site(id).await;
            let mut photos = site.lock().await;
            catch_up(&mut photos, &mut self.store.read().await?, id).await?;
            loaded += photos.len();
        }
        Ok(loaded)
    }
}
