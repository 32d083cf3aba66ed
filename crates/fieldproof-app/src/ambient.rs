//! Time, ids and randomness come from here and nowhere else, so that a test can hold them still.

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use uuid::Uuid;

/// What the world outside decides.
pub trait Ambient: Send + Sync {
    /// The time, to the microsecond: what the database keeps and the API shows.
    fn now(&self) -> DateTime<Utc>;
    /// A new id for a row: UUID v7, so that rows made later sort later.
    fn new_id(&self) -> Uuid;
    /// 256 bits that nobody can guess.
    fn secret(&self) -> [u8; 32];
}

/// The system's clock and random numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemAmbient;

impl Ambient for SystemAmbient {
    #[expect(clippy::disallowed_methods, reason = "this is the place the others take it from")]
    fn now(&self) -> DateTime<Utc> {
        let now = Utc::now();
        now.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(now)
    }

    #[expect(clippy::disallowed_methods, reason = "this is the place the others take it from")]
    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }

    fn secret(&self) -> [u8; 32] {
        rand::random()
    }
}
