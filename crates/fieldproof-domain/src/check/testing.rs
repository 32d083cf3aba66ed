//! What the tests of the checks know of a photo.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value as Json};

use super::{EditTraces, Evidence};
use crate::observation::{Exposure, PhotoFacts, PhotoMeasures};

/// A good photo, about which nothing more is known.
pub(super) const GOOD: PhotoMeasures = PhotoMeasures {
    width: 1600,
    height: 1200,
    sharpness: 80.0,
    has_structure: true,
    exposure: Exposure { light: 120.0, burnt: 0.0, middle: 120.0, middle_spread: 40.0, rim: 120.0 },
    recapture: None,
};

/// It in other light.
pub(super) fn lit(light: f64, burnt: f64) -> PhotoMeasures {
    PhotoMeasures { exposure: Exposure { light, burnt, middle: light, middle_spread: 40.0, rim: light }, ..GOOD }
}

/// What is behind an [`Evidence`].
pub(super) struct Known {
    pub(super) facts: PhotoFacts,
    pub(super) measures: PhotoMeasures,
    pub(super) traces: EditTraces,
    pub(super) order_metadata: Map<String, Json>,
    pub(super) input_metadata: Map<String, Json>,
    pub(super) received_at: DateTime<Utc>,
}

impl Default for Known {
    fn default() -> Self {
        Self {
            facts: PhotoFacts::default(),
            measures: GOOD,
            traces: EditTraces::default(),
            order_metadata: Map::new(),
            input_metadata: Map::new(),
            received_at: DateTime::UNIX_EPOCH,
        }
    }
}

impl Known {
    pub(super) fn evidence(&self) -> Evidence<'_> {
        Evidence {
            facts: &self.facts,
            measures: &self.measures,
            traces: &self.traces,
            duplicate: None,
            order_metadata: &self.order_metadata,
            input_metadata: &self.input_metadata,
            received_at: self.received_at,
            page: None,
            observed: None,
        }
    }
}
