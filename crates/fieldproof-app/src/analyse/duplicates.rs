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
use fieldproof_vision::Cuts;
use tokio::sync::Mutex;

use super::site_photos::SitePhotos;
use crate::{AppError, Fieldproof};

/// Rows read at once: of a site with millions of photos all of them would need gigabytes.
const PAGE: u32 = 5_000;

/// Most photos that are looked at closely, the likeliest first: each takes milliseconds. Of a million photos chance brings
/// some 15.
const MOST_CANDIDATES: usize = 24;

/// Every site's photos.
#[derive(Default)]
pub(crate) struct DuplicateIndex(Mutex<HashMap<SiteId, Arc<Mutex<SitePhotos>>>>);

/// A photo to look for.
pub(super) struct Query<'a> {
    pub(super) site: SiteId,
    pub(super) sha256: [u8; 32],
    pub(super) perceptual: Option<PerceptualHash>,
    pub(super) cuts: Option<&'a Cuts>,
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
        let near = counted.filter_map(|photo| self.distance(photo)).filter(|distance| *distance <= self.max_distance);
        near.min().map(|distance| DuplicateMatch { distance })
    }

    /// As a whole if that is near, else as a part.
    fn distance(&self, photo: &PhotoHash) -> Option<u32> {
        if photo.sha256 == self.sha256 {
            return Some(0);
        }
        let whole = photo.perceptual.zip(self.perceptual).and_then(|(one, other)| one.distance(&other));
        let part = || self.cuts.zip(photo.middle).and_then(|(cuts, middle)| cuts.distance_to(&middle));
        whole.filter(|distance| *distance <= self.max_distance).or_else(part)
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
        if closest.is_none() {
            closest = cut(&photos, session, query, &mut gone).await?;
        }
        photos.forget(&gone);
        Ok((closest, newest))
    }

    async fn site(&self, id: SiteId) -> Arc<Mutex<SitePhotos>> {
        Arc::clone(self.0.lock().await.entry(id).or_default())
    }
}

/// The closest photo that the sought one was cut out of, or that was cut out of it.
async fn cut(
    photos: &SitePhotos,
    session: &mut impl Session,
    query: &Query<'_>,
    gone: &mut Vec<i64>,
) -> Result<Option<DuplicateMatch>, AppError> {
    let Some(cuts) = query.cuts else { return Ok(None) };
    let mut candidates = Vec::new();
    for block in photos.blocks() {
        candidates.extend(photos.perhaps_cut(query, cuts, block));
        // Of a site with very many photos this takes a while: others have their turn.
        tokio::task::yield_now().await;
    }
    candidates.sort_unstable();
    let mut closest: Option<u32> = None;
    for (_, middle, seq) in candidates.into_iter().take(MOST_CANDIDATES) {
        let distance = cuts.distance_to(&middle).filter(|distance| *distance <= query.max_distance);
        tokio::task::yield_now().await;
        let Some(distance) = distance.filter(|distance| closest.is_none_or(|closest| *distance < closest)) else {
            continue;
        };
        if photo_hashes::exists(session, seq).await? {
            closest = Some(distance);
        } else {
            gone.push(seq);
        }
    }
    Ok(closest.map(|distance| DuplicateMatch { distance }))
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
