//! All that level 1 may know of a photo.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value as Json};

use super::DuplicateMatch;
use crate::observation::{BoundingBox, Observation, PhotoFacts, PhotoMeasures};

/// What is known of a photo and of what surrounds it.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// What it says of itself.
    pub facts: &'a PhotoFacts,
    /// What its pixels say.
    pub measures: &'a PhotoMeasures,
    /// What may speak of changes.
    pub traces: &'a EditTraces,
    /// The closest earlier photo of the site.
    pub duplicate: Option<DuplicateMatch>,
    /// Of the work order.
    pub order_metadata: &'a Map<String, Json>,
    /// Of the analysis and the photo, as its sender gave it.
    pub input_metadata: &'a Map<String, Json>,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// From 1, where it is a page of a PDF document: paper is white, a print, and no camera's file.
    pub page: Option<u32>,
    /// What the models saw, by model; `None`: none has looked yet, and the checks that need one say nothing.
    pub observed: Option<&'a BTreeMap<String, Observation>>,
}

/// What a file says of changes after the photo was taken. Anyone who can write a file can leave all of it out: its
/// presence says something, its absence nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EditTraces {
    /// Programs that the metadata name, in the order found.
    pub software: Vec<String>,
    /// How the small picture inside the file differs from the photo; `None`: it has none that can be compared.
    pub thumbnail: Option<ThumbnailDifference>,
    /// What a C2PA manifest in it claims; `None`: it has none.
    pub claims: Option<Claims>,
    /// The IPTC digital source type of its metadata, the last part of the address, such as `trainedAlgorithmicMedia`.
    pub source_type: Option<String>,
}

/// How far the small picture inside a file differs from the photo.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ThumbnailDifference {
    /// The part of the photo that differs, 0..=1.
    pub share: f64,
    /// The box around it.
    pub region: BoundingBox,
}

/// What a C2PA manifest claims (C2PA specification 2.1, section 18.15). Nobody has verified its signature.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claims {
    /// The program that made the manifest.
    pub generator: Option<String>,
    /// What was done, such as `c2pa.edited`, in the order claimed.
    pub actions: Vec<String>,
    /// The digital source types that actions name, the last part of each address.
    pub source_types: Vec<String>,
}
