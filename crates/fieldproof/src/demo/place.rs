//! The demo's site, users and token, made once in a data folder.

use std::{
    collections::BTreeMap,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use fieldproof_app::{Fieldproof, admin::NewUser, applications::Bundle};
use fieldproof_domain::{application::Application, ids::SiteId, role::Role};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::output::explain;

/// Remembers, in the data folder, what the demo has made there.
const FILE: &str = "demo.json";
/// Name of the demo's site.
const SITE: &str = "demo";
/// The demo's administrator, whose token is printed.
const ADMIN: &str = "demo.admin@example.com";
/// The demo's field worker.
const WORKER: &str = "jane.doe@example.com";

/// What the demo has made in its data folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The site.
    pub(crate) site_id: SiteId,
    /// The administrator's token.
    pub(crate) token: String,
    /// Work orders by name, each noted as soon as it is made, so that a demo that was cut off goes on where it was.
    pub(crate) work_orders: BTreeMap<String, Uuid>,
    /// Whether every photo was sent once.
    pub(crate) complete: bool,
    #[serde(skip)]
    file: PathBuf,
}

impl Place {
    /// The demo of this data folder, made now where there is none.
    pub(crate) async fn prepare(
        system: &Fieldproof,
        data: &Path,
        application: &Application,
        bundle: &Bundle,
    ) -> anyhow::Result<Self> {
        let file = data.join(FILE);
        if file.exists() {
            let text = std::fs::read_to_string(&file)?;
            let place: Self = serde_json::from_str(&text).with_context(|| file.display().to_string())?;
            return Ok(Self { file, ..place });
        }
        let pushed = system.store_application(application, bundle).await.map_err(explain)?;
        // A demo that was cut off before its file was written has left some of these behind.
        let site = match system.find_site(SITE).await {
            Ok(site) => site,
            Err(_) => system.create_site(SITE, pushed.id).await.map_err(explain)?,
        };
        for (email, name, role) in [(ADMIN, "Demo Admin", Role::OrgAdmin), (WORKER, "Jane Doe", Role::FieldWorker)] {
            if system.grant_user(email, &site, role).await.is_err() {
                let new = NewUser { email: email.to_owned(), name: Some(name.to_owned()), password: None };
                system.create_user(new, &site, role).await.map_err(explain)?;
            }
        }
        let token = system.create_token(ADMIN, &site).await.map_err(explain)?;
        let place = Self { site_id: site.id, token: token.secret, work_orders: BTreeMap::new(), complete: false, file };
        place.save()?;
        Ok(place)
    }

    /// The worker that the demo's work orders are given to.
    pub(crate) fn worker() -> &'static str {
        WORKER
    }

    /// Notes a work order that was made.
    pub(crate) fn note(&mut self, name: &str, id: Uuid) -> anyhow::Result<()> {
        self.work_orders.insert(name.to_owned(), id);
        self.save()
    }

    /// Notes that every photo was sent.
    pub(crate) fn finish(&mut self) -> anyhow::Result<()> {
        self.complete = true;
        self.save()
    }

    /// Written beside and renamed, so that it is never half there; for its owner only, since the token is in it.
    fn save(&self) -> anyhow::Result<()> {
        let draft = self.file.with_extension("json.new");
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut open = options.open(&draft)?;
        open.write_all(&serde_json::to_vec_pretty(self)?)?;
        open.sync_all()?;
        std::fs::rename(&draft, &self.file)?;
        Ok(())
    }
}
