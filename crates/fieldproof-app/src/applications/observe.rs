//! What the models and readers of a task group see on a photo, one after the other: a later one may look at what an
//! earlier one found.

use std::collections::BTreeMap;

use fieldproof_domain::{
    application::ObserveRegions,
    observation::{Detection, Observation},
};
use fieldproof_vision::{Details, Limits, Photo};

use super::LoadedApplication;

impl LoadedApplication {
    /// Lets every model and reader of the task group look at the photo, or at regions of it, which are taken from its
    /// bytes.
    ///
    /// # Errors
    /// What a model cannot do, in words.
    pub fn observe(&self, group: &str, photo: &Photo, bytes: &[u8]) -> Result<BTreeMap<String, Observation>, String> {
        let details = Details::new(photo, bytes, &Limits::default());
        let mut observed = BTreeMap::new();
        for (name, settings) in self.application.group(group).into_iter().flat_map(|group| &group.observe) {
            let regions = settings.on.as_ref().map(|on| (regions(on, &observed), on.margin));
            if let Some(reader) = self.readers.get(name) {
                let on = regions.as_ref().map(|(regions, margin)| (regions.as_slice(), *margin));
                observed.insert(name.clone(), reader.read(name, &details, on));
                continue;
            }
            let model = self.models.get(name).ok_or_else(|| format!("model '{name}' is not loaded"))?;
            let seen = match &regions {
                None => model.observe(photo, settings.min_score),
                Some((regions, margin)) => model.observe_regions(&details, regions, *margin, settings.min_score),
            };
            observed.insert(name.clone(), seen.map_err(|error| format!("model '{name}': {error}"))?);
        }
        Ok(observed)
    }
}

/// The regions to look at: the best of the wanted concepts.
fn regions(on: &ObserveRegions, observed: &BTreeMap<String, Observation>) -> Vec<Detection> {
    let Some(Observation::Detections(found)) = observed.get(&on.model) else { return Vec::new() };
    let is_wanted = |region: &&Detection| on.concepts.is_empty() || on.concepts.contains(&region.concept);
    found.iter().filter(is_wanted).take(on.at_most as usize).cloned().collect()
}
