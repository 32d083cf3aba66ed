//! Making an export and setting it anew.

use chrono::{DateTime, Utc};
use fieldproof_domain::ids::{ExportId, SiteId};
use fieldproof_store::{
    Session, Writer,
    audit::{self, Entry},
    exports::{self, Export, ExportSite},
    sites,
};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::{
    ExportView, Manager,
    place_settings::SECRET,
    settings::Settings,
    view::{schedule, view},
};
use crate::{AppError, FieldErrors, Fieldproof, jobs::Job, repeat::Keep};

/// Exports of one site, at most.
const MOST_EXPORTS: usize = 100;
/// Sites of one export, at most.
const MOST_SITES: usize = 100;
/// The field with the sites.
const SITES: &str = "site_id";

impl Fieldproof {
    /// Makes an export from the fields of the API. One that runs once starts at once.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every wrong field.
    pub async fn create_export(
        &self,
        by: Manager<'_>,
        mut given: Map<String, Json>,
        keep: &impl Keep<ExportView>,
    ) -> Result<ExportView, AppError> {
        let mut errors = FieldErrors::default();
        let named = named_sites(&mut given, &mut errors).or(match by {
            Manager::Caller(caller) => Some(vec![caller.site]),
            Manager::Operator => None,
        });
        let secrets = secrets(&given);
        let settings = noted(Settings::read(given, &self.exports), &mut errors);
        let now = self.ambient.now();
        let id = ExportId(self.ambient.new_id());
        let mut writer = self.store.write().await?;
        let named = self.check_sites(&mut writer, by, named.unwrap_or_default(), &mut errors).await?;
        let mut sites = Vec::new();
        if let Some(settings) = &settings {
            for site in named {
                sites.push(self.first_window(&mut writer, settings, site, now, &mut errors).await?);
            }
        }
        errors.into_result()?;
        let Some(settings) = settings else { return Err(AppError::Internal("no settings and no errors".to_owned())) };
        let export = Export {
            id,
            name: settings.name.clone(),
            user: by.user(),
            settings: settings.shown(),
            secrets: self.seal(id, &secrets)?,
            is_paused: false,
            created_at: now,
            updated_at: now,
        };
        exports::insert(&mut writer, &export).await?;
        exports::set_sites(&mut writer, id, &sites).await?;
        self.wake(&mut writer, id, &sites).await?;
        let entry = Entry::new(now, "export.create", id).with(json!({"settings": export.settings}));
        audit::record(&mut writer, by.sign(entry)).await?;
        let view = view(&mut writer, export, sites).await?;
        keep.keep(&mut writer, &view).await?;
        writer.commit().await?;
        Ok(view)
    }

    /// Sets an export anew: fields that are not given stay as they are.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every wrong field, [`crate::Missing::Export`].
    pub async fn update_export(
        &self,
        by: Manager<'_>,
        id: ExportId,
        mut given: Map<String, Json>,
        keep: &impl Keep<ExportView>,
    ) -> Result<ExportView, AppError> {
        let mut errors = FieldErrors::default();
        let named = named_sites(&mut given, &mut errors);
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        let (_, sites) = self.managed_export(&mut writer, by, id).await?;
        let locked = exports::get_for_change(&mut writer, id).await?;
        let mut export = locked.ok_or(AppError::NotFound(crate::Missing::Export))?;
        let mut fields = export.settings.clone();
        fields.insert("name".to_owned(), export.name.clone().into());
        fields.extend(self.unseal(id, export.secrets.as_deref())?.unwrap_or_default());
        fields.extend(given);
        fields.retain(|_, value| !value.is_null());
        let secrets = secrets(&fields);
        let settings = noted(Settings::read(fields, &self.exports), &mut errors);
        if let Some(settings) = &settings {
            check_windows(&export, settings, &mut errors);
        }
        let sites = match (named, &settings) {
            (Some(named), Some(settings)) => {
                let named = self.check_sites(&mut writer, by, named, &mut errors).await?;
                self.changed_sites(&mut writer, settings, sites, named, &mut errors).await?
            }
            _ => sites,
        };
        errors.into_result()?;
        let Some(settings) = settings else { return Err(AppError::Internal("no settings and no errors".to_owned())) };
        let before = std::mem::replace(&mut export.settings, settings.shown());
        if ["connector_type", "storage_uri", "sftp_host", "sftp_port", "sftp_remote_path"]
            .iter()
            .any(|field| before.get(*field) != export.settings.get(*field))
        {
            exports::forget_sent(&mut writer, id).await?;
        }
        export.name.clone_from(&settings.name);
        export.secrets = self.seal(id, &secrets)?;
        export.updated_at = now;
        exports::update(&mut writer, &export).await?;
        exports::set_sites(&mut writer, id, &sites).await?;
        self.wake(&mut writer, id, &sites).await?;
        let entry = Entry::new(now, "export.update", id).with(json!({"settings": export.settings}));
        audit::record(&mut writer, by.sign(entry)).await?;
        let view = view(&mut writer, export, sites).await?;
        keep.keep(&mut writer, &view).await?;
        writer.commit().await?;
        Ok(view)
    }

    /// Lets the jobs of an export look at once what there is to do.
    pub(super) async fn wake(
        &self,
        writer: &mut Writer,
        export: ExportId,
        sites: &[ExportSite],
    ) -> Result<(), AppError> {
        for site in sites {
            self.add_job_now(writer, Job::Export(export, site.site)).await?;
        }
        Ok(())
    }

    /// The sites that are named, as far as they may be.
    async fn check_sites(
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
    async fn first_window(
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
    async fn changed_sites(
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

/// Windows follow each other without a gap, so what has begun cannot begin elsewhere.
fn check_windows(export: &Export, settings: &Settings, errors: &mut FieldErrors) {
    let was_once = schedule(&export.settings).is_some_and(|schedule| schedule.interval.is_once());
    if was_once != settings.schedule.interval.is_once() {
        errors.add("interval", "An export that runs once stays so, and others go on: make another export.");
    }
    let shown = settings.shown();
    for field in ["from", "to"] {
        if export.settings.get(field) != shown.get(field) {
            let message =
                format!("Field '{field}' cannot be changed: make another export, or run this one for a window.");
            errors.add(field, message);
        }
    }
}

/// The sites that the fields name, taken out of them.
fn named_sites(given: &mut Map<String, Json>, errors: &mut FieldErrors) -> Option<Vec<SiteId>> {
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

/// The fields that are never shown.
fn secrets(given: &Map<String, Json>) -> Map<String, Json> {
    let is_secret = |(name, value): &(&String, &Json)| SECRET.contains(&name.as_str()) && !value.is_null();
    given.iter().filter(is_secret).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// What was read, or its errors among the others.
fn noted<T>(read: Result<T, FieldErrors>, errors: &mut FieldErrors) -> Option<T> {
    read.map_err(|found| errors.extend(found)).ok()
}
