//! The field work of a made-up company: what its n-th work order is. The same number gives the same work order.
//!
//! What people do is skewed: some crews, regions and tags have far more work than others. Each database has the same
//! shares of everything, so that a page is as full in a small one as in a large one; and a few things that exactly
//! [`RARE`] work orders have, however many there are.

use chrono::{DateTime, TimeDelta, Utc};
use fieldproof_domain::observation::PerceptualHash;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

/// Work orders that share what is rare, in every database.
pub(crate) const RARE: u32 = 100;
/// People on site.
pub(crate) const ENGINEERS: u32 = 200;
const TAGS: u32 = 50;
const REGIONS: u32 = 20;
const TEAMS: u32 = 12;
/// From the first work order to the last.
const SPAN: TimeDelta = TimeDelta::days(365);

/// Has [`RARE`] work orders.
pub(crate) const RARE_TAG: &str = "recall";
/// Each has a quarter of all work orders; [`RARE`] have both.
pub(crate) const COMMON_TAGS: [&str; 2] = ["day-shift", "night-shift"];
/// Seven of ten work orders.
pub(crate) const MAINTENANCE: &str = "maintenance";
/// The others.
const INSPECTION: &str = "inspection";

/// How far the work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// No photo yet.
    New,
    /// A photo of the cabinet after the work, on which so many of three tasks are validated.
    After(usize),
    /// Photos before and after the work, with everything validated: an inspection, at 100.
    Done,
    /// A photo for each of three task groups: a maintenance. None of the sample is; see [`super::fill::Fill::stage`].
    Full,
}

/// All work orders of a database.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// How many there are.
    pub(crate) size: u32,
    /// When the last one was made.
    pub(crate) end: DateTime<Utc>,
}

impl Sample {
    /// The moment at which this part of the work orders was made, 0..=1.
    pub(crate) fn moment(&self, part: f64) -> DateTime<Utc> {
        let micros = SPAN.num_microseconds().unwrap_or_default() as f64 * (1.0 - part);
        self.end - TimeDelta::microseconds(micros as i64)
    }

    /// When work order `n` was made; later ones later.
    pub(crate) fn created_at(&self, n: u32) -> DateTime<Utc> {
        self.moment(f64::from(n + 1) / f64::from(self.size))
    }

    /// When its photo `photo` was sent: within two days, and before the end.
    pub(crate) fn analysed_at(&self, n: u32, photo: u32) -> DateTime<Utc> {
        let created = self.created_at(n);
        let hours = 48.0 * part(n, 20) * f64::from(photo + 1) / 2.0;
        let later = created + TimeDelta::seconds((hours * 3600.0) as i64) + TimeDelta::milliseconds(photo.into());
        later.min(self.end.max(created))
    }

    /// Which of the kinds of rare work orders it is, if any: of each there are [`RARE`], spread over all.
    fn rare(&self, n: u32) -> Option<u32> {
        let every = (self.size / RARE).max(1);
        (n / every < RARE).then_some(n % every).filter(|kind| *kind < 3)
    }

    pub(crate) fn name(&self, n: u32) -> String {
        format!("WO-{n:07}")
    }

    pub(crate) fn stage(&self, n: u32) -> Stage {
        if self.rare(n) == Some(2) {
            return Stage::After(2);
        }
        match (part(n, 1), part(n, 2)) {
            (kind, _) if kind < 0.1 => Stage::New,
            (kind, _) if kind < 0.2 => Stage::Done,
            (_, validated) if validated < 0.15 => Stage::After(0),
            (_, validated) if validated < 0.4 => Stage::After(1),
            _ => Stage::After(3),
        }
    }

    pub(crate) fn kind(&self, n: u32) -> &'static str {
        match self.stage(n) {
            Stage::Done => INSPECTION,
            _ if self.rare(n) == Some(2) || part(n, 3) < 0.8 => MAINTENANCE,
            _ => INSPECTION,
        }
    }

    pub(crate) fn tags(&self, n: u32) -> Vec<String> {
        let mut tags = vec![tag(skewed(part(n, 4), 2, TAGS)), tag(skewed(part(n, 5), 2, TAGS))];
        tags.dedup();
        let shift = part(n, 6);
        let both = self.rare(n) == Some(1);
        let [day, night] = COMMON_TAGS;
        if both || shift < 0.25 {
            tags.push(day.to_owned());
        }
        if both || shift >= 0.75 {
            tags.push(night.to_owned());
        }
        if self.rare(n) == Some(0) {
            tags.push(RARE_TAG.to_owned());
        }
        tags
    }

    pub(crate) fn metadata(&self, n: u32) -> Map<String, Json> {
        let cabinet = n / 10 + skewed(part(n, 8), 1, 1000);
        let day = self.created_at(n).date_naive().to_string();
        let values = [
            ("region", json!(region(skewed(part(n, 7), 2, REGIONS)))),
            ("cabinet_id", json!(format!("CAB-{cabinet:06}"))),
            ("intervention_date", json!(day)),
        ];
        values.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }

    /// Place of its field engineer among [`ENGINEERS`].
    pub(crate) fn engineer(&self, n: u32) -> u32 {
        skewed(part(n, 9), 3, ENGINEERS)
    }

    pub(crate) fn teams(&self, n: u32) -> Vec<String> {
        (part(n, 10) < 0.3).then(|| format!("team-{}", skewed(part(n, 11), 2, TEAMS))).into_iter().collect()
    }

    pub(crate) fn is_reviewed(&self, n: u32) -> bool {
        self.stage(n) == Stage::Done && part(n, 12) < 0.5
    }
}

/// The tag of that rank: the first is on a quarter of all work orders.
pub(crate) fn tag(rank: u32) -> String {
    format!("tag-{rank}")
}

/// The region of that rank: the first has a fifth of all work orders.
pub(crate) fn region(rank: u32) -> String {
    format!("Region {rank}")
}

/// The address of the field engineer of that rank: the first has a sixth of all work orders.
pub(crate) fn engineer_email(rank: u32) -> String {
    format!("engineer.{rank}@example.com")
}

/// An id as the server makes it, of that moment: rows made later sort later.
pub(crate) fn id(at: DateTime<Utc>, n: u32, what: u64) -> Uuid {
    let mut tail = [0; 10];
    let random = [random(n, 100 + what).to_be_bytes(), random(n, 200 + what).to_be_bytes()];
    for (to, from) in tail.iter_mut().zip(random.as_flattened()) {
        *to = *from;
    }
    uuid::Builder::from_unix_timestamp_millis(at.timestamp_millis().unsigned_abs(), &tail).into_uuid()
}

/// Bytes that no other photo has the hash of.
pub(crate) fn sha256(n: u32, photo: u32) -> [u8; 32] {
    bytes([0, 1, 2, 3].map(|word| random(n, 300 + u64::from(photo) * 4 + word)))
}

/// Photos of one trade look alike: each bit is as in most others in seven of ten photos. So two photos differ in 108
/// bits of 256 and not in 128, and the search has to look at every fourth one closer.
pub(crate) fn looks(n: u32, photo: u32) -> PerceptualHash {
    let word = |word: u64| {
        (0..64).fold(0_u64, |bits, bit| {
            let differs = random(n, (1000 + u64::from(photo)) * 256 + word * 64 + bit) % 10 < 3;
            bits << 1 | u64::from(differs)
        })
    };
    PerceptualHash { version: HASH_VERSION, bits: [0, 1, 2, 3].map(word) }
}

/// Of the algorithm that the server hashes photos with.
const HASH_VERSION: u8 = 1;

fn bytes(words: [u64; 4]) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (to, from) in bytes.iter_mut().zip(words.map(u64::to_be_bytes).as_flattened()) {
        *to = *from;
    }
    bytes
}

/// Low ranks often, high ones seldom, the more so the larger `skew` is; 1: all alike.
fn skewed(part: f64, skew: i32, ranks: u32) -> u32 {
    ((part.powi(skew) * f64::from(ranks)) as u32).min(ranks.saturating_sub(1))
}

/// Of work order `n`, 0 to below 1; another `aspect` is another figure.
fn part(n: u32, aspect: u64) -> f64 {
    (random(n, aspect) >> 11) as f64 / (1_u64 << 53) as f64
}

/// The same for the same arguments (the finalizer of SplitMix64).
pub(crate) fn random(n: u32, aspect: u64) -> u64 {
    let mut mixed = (aspect << 32 | u64::from(n)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ mixed >> 31
}
