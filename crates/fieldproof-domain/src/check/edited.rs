//! Check 9, Edited.

use super::{Check, Claims, EditTraces, Evidence, Level, Problem, Reading, Wanted};

/// Programs that change pictures, as their names begin or what they hold; in lower case. Names of cameras, of their
/// firmware and of what sends photos are not here.
const EDITORS: [&str; 40] = [
    "acdsee",
    "adobe express",
    "affinity",
    "aftershot",
    "airbrush",
    "apowersoft",
    "befunky",
    "camera raw",
    "canva",
    "capture one",
    "corel",
    "darktable",
    "dxo",
    "facetune",
    "faceapp",
    "fotor",
    "gimp",
    "imagemagick",
    "inpaint",
    "irfanview",
    "krita",
    "lightroom",
    "luminar",
    "meitu",
    "paint shop",
    "paint.net",
    "paintshop",
    "photoshop",
    "photodirector",
    "photoscape",
    "picasa",
    "picsart",
    "pixelmator",
    "pixlr",
    "polarr",
    "rawtherapee",
    "snapseed",
    "topaz",
    "vsco",
    "xnview",
];

/// Programs that make pictures out of words.
const GENERATORS: [&str; 9] =
    ["dall-e", "dall·e", "firefly", "midjourney", "stable diffusion", "comfyui", "imagen", "gpt-4o", "flux."];

/// C2PA actions that change what is seen (C2PA specification 2.1, section 18.15.2).
const CHANGES: [&str; 9] = [
    "c2pa.adjustedcolor",
    "c2pa.color_adjustments",
    "c2pa.cropped",
    "c2pa.deleted",
    "c2pa.drawing",
    "c2pa.edited",
    "c2pa.filtered",
    "c2pa.placed",
    "c2pa.removed",
];

/// Was the photo changed after it was taken?
#[derive(Clone, Debug, PartialEq)]
pub struct EditedSettings {
    /// What an edited photo means.
    pub level: Level,
    /// Most of the photo that the small picture inside the file may show otherwise, 0..=1.
    pub max_difference: f64,
    /// Programs that are none the less allowed, as a part of their names; case does not matter.
    pub allow_software: Vec<String>,
}

impl Default for EditedSettings {
    fn default() -> Self {
        Self { level: Level::Off, max_difference: 0.05, allow_software: Vec::new() }
    }
}

pub(super) fn readings(evidence: &Evidence<'_>, settings: &EditedSettings) -> Vec<Reading> {
    let traces = evidence.traces;
    let check = (Check::Edited, settings.level);
    let trace = |measure, found: Option<(Problem, Option<String>)>| {
        let (problem, detail) = found.unzip();
        Reading::of_trace(check, measure, Wanted::Nothing, problem, detail.flatten())
    };
    let thumbnail = traces.thumbnail;
    let difference = Wanted::AtMost(settings.max_difference);
    let share = thumbnail.map(|thumbnail| thumbnail.share);
    vec![
        trace("claims", declared(traces, settings)),
        trace("software", software(traces, settings).map(|name| (Problem::EditedBySoftware, Some(name)))),
        Reading::of_number(check, "thumbnail", share, difference, Problem::ThumbnailDiffers)
            .at(thumbnail.map(|thumbnail| thumbnail.region)),
    ]
}

/// What the file itself declares: made by a machine weighs more than edited.
fn declared(traces: &EditTraces, settings: &EditedSettings) -> Option<(Problem, Option<String>)> {
    let nothing = Claims::default();
    let claims = traces.claims.as_ref().unwrap_or(&nothing);
    let mut names = traces.software.iter().chain(&claims.generator);
    if claims.source_types.iter().chain(&traces.source_type).any(|kind| is_generated(kind)) {
        return Some((Problem::DeclaredGenerated, claims.generator.clone()));
    }
    if let Some(name) = names.find(|name| is_among(name, &GENERATORS)) {
        return Some((Problem::DeclaredGenerated, Some(name.clone())));
    }
    let is_change = |action: &&String| CHANGES.contains(&action.to_lowercase().as_str());
    let allowed = claims.generator.as_ref().is_some_and(|name| is_allowed(name, settings));
    let change = claims.actions.iter().find(is_change).filter(|_| !allowed)?;
    Some((Problem::DeclaredEdited, Some(change.trim_start_matches("c2pa.").replace('_', " "))))
}

/// Of the digital source types of IPTC, those where a trained model has made all or a part of the picture.
fn is_generated(kind: &str) -> bool {
    kind.to_lowercase().contains("trainedalgorithmicmedia")
}

fn software(traces: &EditTraces, settings: &EditedSettings) -> Option<String> {
    traces.software.iter().find(|name| is_among(name, &EDITORS) && !is_allowed(name, settings)).cloned()
}

fn is_among(name: &str, known: &[&str]) -> bool {
    let name = name.to_lowercase();
    known.iter().any(|known| name.contains(known))
}

fn is_allowed(name: &str, settings: &EditedSettings) -> bool {
    let name = name.to_lowercase();
    settings.allow_software.iter().any(|allowed| name.contains(&allowed.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::{
        check::{ThumbnailDifference, testing::Known},
        observation::BoundingBox,
    };

    fn software(names: &[&str]) -> EditTraces {
        EditTraces { software: names.iter().map(|name| (*name).to_owned()).collect(), ..EditTraces::default() }
    }

    fn claims(generator: &str, actions: &[&str], kinds: &[&str]) -> EditTraces {
        let texts = |of: &[&str]| of.iter().map(|text| (*text).to_owned()).collect();
        let claims =
            Claims { generator: Some(generator.to_owned()), actions: texts(actions), source_types: texts(kinds) };
        EditTraces { claims: Some(claims), ..EditTraces::default() }
    }

    fn thumbnail(share: f64) -> EditTraces {
        let region = BoundingBox { xmin: 0.25, ymin: 0.5, xmax: 0.5, ymax: 0.75 };
        EditTraces { thumbnail: Some(ThumbnailDifference { share, region }), ..EditTraces::default() }
    }

    #[rstest]
    #[case::untouched(EditTraces::default(), None, None)]
    #[case::a_phone(software(&["17.4.1"]), None, None)]
    #[case::a_camera(software(&["Ver.1.02 "]), None, None)]
    #[case::photoshop(
        software(&["iPhone", "Adobe Photoshop 25.1"]), Some(Problem::EditedBySoftware), Some("Adobe Photoshop 25.1")
    )]
    #[case::an_allowed_one(software(&["IrfanView 4"]), None, None)]
    #[case::a_camera_that_signs(claims("Leica M11-P", &["c2pa.created"], &["digitalCapture"]), None, None)]
    #[case::a_claim(claims("x", &["c2pa.opened", "c2pa.edited"], &[]), Some(Problem::DeclaredEdited), Some("edited"))]
    #[case::the_claim_of_an_allowed_one(claims("IrfanView 5", &["c2pa.cropped"], &[]), None, None)]
    #[case::made_by_a_machine(
        claims("x", &["c2pa.created"], &["trainedAlgorithmicMedia"]), Some(Problem::DeclaredGenerated), Some("x")
    )]
    #[case::made_in_part(
        claims("x", &[], &["compositeWithTrainedAlgorithmicMedia"]), Some(Problem::DeclaredGenerated), Some("x")
    )]
    #[case::a_generator(software(&["Midjourney 6"]), Some(Problem::DeclaredGenerated), Some("Midjourney 6"))]
    #[case::a_small_difference(thumbnail(0.02), None, None)]
    #[case::another_picture(thumbnail(0.3), Some(Problem::ThumbnailDiffers), None)]
    fn what_speaks_of_changes(
        #[case] traces: EditTraces,
        #[case] problem: Option<Problem>,
        #[case] detail: Option<&str>,
    ) {
        let known = Known { traces, ..Known::default() };
        let settings = EditedSettings {
            level: Level::Error,
            allow_software: vec!["irfanview".to_owned()],
            ..EditedSettings::default()
        };
        let found = readings(&known.evidence(), &settings).iter().find_map(Reading::finding);
        assert_eq!(found.as_ref().map(|finding| finding.problem), problem);
        assert_eq!(found.and_then(|finding| finding.detail).as_deref(), detail);
    }
}
