//! Whether the database is sound and its rows refer to rows that are there.

use fieldproof_store::{copy::Catalogue, integrity};

use super::{Check, EXAMPLES, Status};
use crate::{AppError, Fieldproof};

impl Fieldproof {
    pub(super) async fn examine_database(&self) -> Result<Check, AppError> {
        let damage = integrity::damage(&mut self.store.read().await?).await?;
        if damage.is_empty() {
            return Ok(Check::ok("database", format!("{} is sound", self.store.places().database_place())));
        }
        Ok(Check {
            name: "database",
            status: Status::Error,
            summary: format!("{} is damaged", self.store.places().database_place()),
            examples: damage,
            advice: "Stop the server, keep a copy of the data folder, and restore the last backup into a new folder; \
                     look at the disk as well.",
        })
    }

    pub(super) async fn examine_references(&self) -> Result<Check, AppError> {
        // One moment for all of them: between two, work orders may be made and deleted.
        let mut snapshot = self.store.snapshot().await?;
        let catalogue = Catalogue::read(&mut snapshot).await?;
        let references = integrity::references(&catalogue);
        let (mut rows, mut examples) = (0, Vec::new());
        for reference in &references {
            if let Some(broken) = integrity::broken(&mut snapshot, &catalogue, reference, EXAMPLES).await? {
                rows += broken.rows;
                examples.extend(broken.examples);
            }
        }
        if rows == 0 {
            return Ok(Check::ok("references", format!("all rows of {} references are there", references.len())));
        }
        examples.truncate(EXAMPLES);
        Ok(Check {
            name: "references",
            status: Status::Error,
            summary: format!("{rows} rows refer to rows that are not there"),
            examples,
            advice: "Somebody changed the database by hand, or it was damaged: restore the last backup into a new \
                     place and compare, or delete the work orders that these rows belong to.",
        })
    }
}
