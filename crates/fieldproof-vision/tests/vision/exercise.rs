//! Looking at any bytes as at a photo, and what must hold of whatever is seen. The fuzz target is made of this as well.

use fieldproof_vision::{Limits, WorkingScale, decode};

/// Photos of more pixels are refused, so that fuzzing does not spend its time on large ones.
const LIMITS: Limits = Limits { max_pixels: 1 << 20 };

/// Decodes, measures, and reads everything that stands beside the picture.
pub(crate) fn exercise(bytes: &[u8]) {
    let Ok(photo) = decode(bytes, &LIMITS, WorkingScale::default()) else { return };
    let (facts, measures) = (photo.facts(), photo.measures());
    assert!(u64::from(facts.width) * u64::from(facts.height) <= LIMITS.max_pixels);
    assert!((0.0..=200.0).contains(&measures.sharpness), "{measures:?}");
    assert!((0.0..=255.0).contains(&measures.exposure.light), "{measures:?}");
    assert!(facts.location.is_none_or(|place| place.lat.abs() <= 90.0 && place.lon.abs() <= 180.0), "{facts:?}");
    let traces = photo.edit_traces(bytes);
    let is_short = |name: &String| !name.is_empty() && name.chars().count() <= 128;
    assert!(traces.software.iter().all(is_short) && traces.software.len() <= 16, "{traces:?}");
    if let Some(thumbnail) = traces.thumbnail {
        assert!((0.0..=1.0).contains(&thumbnail.share), "{thumbnail:?}");
        let region = thumbnail.region;
        assert!(region.xmin <= region.xmax && region.ymin <= region.ymax, "{thumbnail:?}");
    }
    photo.perceptual_hash();
    assert!(photo.thumbnail().is_some());
}
