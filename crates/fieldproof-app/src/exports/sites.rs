//! The sites of an export, and where it begins on each.

use chrono::{DateTime, Utc};
use fieldproof_domain::ids::SiteId;
use fieldproof_store::{
    Session, Writer,
    exports::{self, ExportSite},
    sites,
};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::{Manager, settings::Settings};
use crate::{AppError, FieldErrors, Fieldproof};

/// Exports of one site, at most.
const MOST_EXPORTS: usize = 100;
/// Sites of one export, at most.
const MOST_SITES: usize = 100;
/// The field with the sites.
const SITES: &str = "site_id";

impl Fieldproof {
    /// The sites that are named, as far as they may be.
    pub(super) async fn check_sites(
        &self,
        session: &mut impl Session,
        by: Manager<'_>,
        named: Vec<SiteId>,
        errors: &mut FieldErrors,
    ) -> Result<Vec<SiteId>, AppError> {
        if errors.0.contains_key(SITES) {
            return Ok(Vec::new());
        }
        if named.is_empty() || named.len() > MOST_SITES {
            errors.add(SITES, format!("Field '{SITES}' must have 1 to {MOST_SITES} sites."));
        }
        let own = by.sites(session).await?;
        for site in &named {
            if !own.contains(site) {
                errors.add(SITES, format!("There is no site {site} whose exports you may manage."));
            } else if exports::list(session, Some(*site)).await?.len() >= MOST_EXPORTS {
                errors.add(SITES, format!("The site {site} has {MOST_EXPORTS} exports already: delete one first."));
            }
        }
        if let Manager::Caller(caller) = by
            && !named.contains(&caller.site)
        {
            errors.add(SITES, format!("The site of your token, {}, must be among them.", caller.site));
        }
        // What is wrong with others is told already.
        Ok(named.into_iter().filter(|site| own.contains(site)).collect())
    }

    /// Where an export begins on a site.
    pub(super) async fn first_window(
        &self,
        session: &mut impl Session,
        settings: &Settings,
        site: SiteId,
        now: DateTime<Utc>,
        errors: &mut FieldErrors,
    ) -> Result<ExportSite, AppError> {
        if !settings.schedule.interval.is_once() {
            // The window that is open now: its file tells of a whole hour, day or month.
            let from = settings.from.or_else(|| settings.schedule.until(now)).unwrap_or(now);
            return Ok(ExportSite { site, next_from: Some(from), next_to: None });
        }
        let from = match settings.from {
            Some(from) => from,
            None => sites::created_at(session, site).await?.unwrap_or(now),
        };
        let to = settings.to.unwrap_or(now);
        if to > now {
            errors.add("to", "Field 'to' must not lie in the future.");
        } else if to <= from {
            errors.add("from", "Field 'from' must be earlier than 'to', and than now.");
        }
        Ok(ExportSite { site, next_from: Some(from), next_to: Some(to) })
    }

    /// The sites of an export that is set anew: those that stay go on where they are, new ones begin.
    pub(super) async fn changed_sites(
        &self,
        writer: &mut Writer,
        settings: &Settings,
        before: Vec<ExportSite>,
        named: Vec<SiteId>,
        errors: &mut FieldErrors,
    ) -> Result<Vec<ExportSite>, AppError> {
        let mut sites = Vec::with_capacity(named.len());
        for site in named {
            sites.push(match before.iter().find(|known| known.site == site) {
                Some(known) => *known,
                None => self.first_window(writer, settings, site, self.ambient.now(), errors).await?,
            });
        }
        Ok(sites)
    }
}

/// The sites that the fields name, taken out of them.
pub(super) fn named_sites(given: &mut Map<String, Json>, errors: &mut FieldErrors) -> Option<Vec<SiteId>> {
    let texts = match given.remove(SITES)? {
        Json::Null => return None,
        Json::String(text) => vec![Json::String(text)],
        Json::Array(texts) => texts,
        other => vec![other],
    };
    let mut sites: Vec<SiteId> = Vec::new();
    for text in texts {
        match text.as_str().and_then(|text| Uuid::parse_str(text).ok()).map(SiteId) {
            Some(site) if sites.contains(&site) => {}
            Some(site) => sites.push(site),
            None => errors.add(SITES, format!("Field '{SITES}' must be a list of ids of sites.")),
        }
    }
    Some(sites)
}
