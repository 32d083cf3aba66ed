//! A batch as the server shows it, read for people and for decisions.

use std::fmt;

use fieldproof_domain::batch::Status;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::{client::not_fieldproof, failure::Failure};

/// A batch with the JSON that it came as.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) batch: Batch,
    pub(super) json: Value,
}

/// What is needed of a batch.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Batch {
    pub(super) batch_id: Uuid,
    pub(super) upload_url: String,
    pub(super) filename: Option<String>,
    pub(super) on_existing: String,
    status: String,
    pub(super) archive_bytes: Option<u64>,
    pub(super) progress: u8,
    pub(super) work_orders: Counts,
    pub(super) photos: Counts,
    pub(super) failure: Option<BatchFailure>,
    pub(super) create_date: String,
    pub(super) start_date: Option<String>,
    pub(super) end_date: Option<String>,
    pub(super) estimated_end_date: Option<String>,
}

/// How many stand where.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Counts {
    pub(super) total: u64,
    pub(super) done: u64,
    pub(super) failed: u64,
    pub(super) skipped: u64,
    pub(super) cancelled: u64,
}

/// Why an archive could not be used.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct BatchFailure {
    pub(super) code: String,
    pub(super) reason: String,
}

impl Shown {
    /// Reads an answer.
    ///
    /// # Errors
    /// It is no batch.
    pub(super) fn read(json: Value) -> Result<Self, Failure> {
        let batch: Batch = serde_json::from_value(json.clone()).map_err(|_| not_fieldproof())?;
        match batch.status() {
            Some(_) => Ok(Self { batch, json }),
            None => Err(Failure::Final(format!(
                "the batch has the status '{}', which this version does not know: use that of the server",
                batch.status
            ))),
        }
    }
}

impl Batch {
    fn status(&self) -> Option<Status> {
        self.status.parse().ok()
    }

    /// Whether more of its archive is awaited.
    pub(super) fn takes_bytes(&self) -> bool {
        self.status().is_some_and(Status::takes_bytes)
    }

    /// Whether nothing more will happen by itself.
    pub(super) fn is_final(&self) -> bool {
        self.status().is_some_and(Status::is_final)
    }

    /// Whether it failed or was cancelled as a whole.
    pub(super) fn is_lost(&self) -> bool {
        matches!(self.status(), Some(Status::Failed | Status::Cancelled))
    }

    /// Whether no work order failed.
    pub(super) fn is_well(&self) -> bool {
        !self.is_lost() && self.work_orders.failed == 0
    }

    /// Whether the error file may have lines.
    pub(super) fn has_errors(&self) -> bool {
        self.status() == Some(Status::DoneWithErrors) || self.work_orders.failed + self.work_orders.skipped > 0
    }

    /// The status in words.
    pub(super) fn status_words(&self) -> String {
        self.status.replace('_', " ")
    }
}

impl Counts {
    /// Those that nothing more will be done about.
    pub(super) fn settled(self) -> u64 {
        self.done + self.failed + self.skipped + self.cancelled
    }
}

impl fmt::Display for Counts {
    /// "10000: 9990 done, 8 failed, 2 passed over"; what is none of these waits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.total)?;
        let waiting = self.total.saturating_sub(self.settled());
        let parts = [
            (self.done, "done"),
            (self.failed, "failed"),
            (self.skipped, "passed over"),
            (self.cancelled, "cancelled"),
            (waiting, "waiting"),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        for (number, (count, word)) in parts.enumerate() {
            write!(f, "{} {count} {word}", if number == 0 { ":" } else { "," })?;
        }
        Ok(())
    }
}

impl fmt::Display for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "batch {}: {}", self.batch_id, self.status_words())?;
        if let Some(failure) = &self.failure {
            writeln!(f, "reason: {} ({})", failure.reason, failure.code)?;
        }
        write!(f, "work orders: {}\nphotos: {}", self.work_orders, self.photos)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn batch(status: &str, failed: u64) -> Result<Batch, Failure> {
        let counts = json!({"total": 10, "done": 7 - failed, "failed": failed, "skipped": 2, "cancelled": 0});
        let json = json!({
            "batch_id": Uuid::from_u128(7), "upload_url": "http://127.0.0.1/uploads", "filename": null,
            "on_existing": "skip", "status": status, "archive_bytes": 5, "progress": 90, "work_orders": counts,
            "photos": counts, "failure": null, "create_date": "2026-05-11T08:00:00Z", "start_date": null,
            "end_date": null, "estimated_end_date": null, "something_new": true,
        });
        Shown::read(json).map(|shown| shown.batch)
    }

    #[test]
    fn what_counts_as_well() {
        for (status, failed, well) in [
            ("done", 0, true),
            ("done_with_errors", 0, true),
            ("done_with_errors", 1, false),
            ("failed", 0, false),
            ("cancelled", 0, false),
            ("queued", 0, true),
        ] {
            assert_eq!(batch(status, failed).unwrap().is_well(), well, "{status} {failed}");
        }
        assert!(batch("melted", 0).is_err());
        assert!(Shown::read(json!({"batch_id": "x"})).is_err());
    }

    #[test]
    fn counts_say_what_there_is() {
        let batch = batch("processing", 1).unwrap();
        assert_eq!(batch.photos.to_string(), "10: 6 done, 1 failed, 2 passed over, 1 waiting");
        let none = Counts { total: 0, done: 0, failed: 0, skipped: 0, cancelled: 0 };
        assert_eq!(none.to_string(), "0");
    }
}
