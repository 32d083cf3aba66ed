//! Making an export and setting it anew.

use fieldproof_domain::ids::ExportId;
use fieldproof_store::{
    Writer,
    audit::{self, Entry},
    exports::{self, Export, ExportSite},
};
use serde_json::{Map, Value as Json, json};

use super::{
    ExportView, Manager,
    place_settings::SECRET,
    settings::Settings,
    sites::named_sites,
    view::{schedule, view},
};
use crate::{AppError, FieldErrors, Fieldproof, jobs::Job, repeat::Keep};

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
        let settings = noted(Settings::read(Map::new(), given, &self.exports), &mut errors);
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
        let (mut export, sites) = self.lock_managed(&mut writer, by, id).await?;
        let mut stored = export.settings.clone();
        stored.insert("name".to_owned(), export.name.clone().into());
        stored.extend(self.unseal(id, export.secrets.as_deref())?.unwrap_or_default());
        let mut secrets = secrets(&stored);
        secrets.retain(|name, _| !given.contains_key(name));
        secrets.extend(self::secrets(&given));
        let settings = noted(Settings::read(stored, given, &self.exports), &mut errors);
        if let Some(settings) = &settings {
            secrets.retain(|name, _| settings.place.secrets().contains(&name.as_str()));
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
        export.settings = settings.shown();
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

/// The fields that are never shown.
fn secrets(given: &Map<String, Json>) -> Map<String, Json> {
    let is_secret = |(name, value): &(&String, &Json)| SECRET.contains(&name.as_str()) && !value.is_null();
    given.iter().filter(is_secret).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// What was read, or its errors among the others.
fn noted<T>(read: Result<T, FieldErrors>, errors: &mut FieldErrors) -> Option<T> {
    read.map_err(|found| errors.extend(found)).ok()
}
