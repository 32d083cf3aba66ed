//! The opened system: everything a use case needs, in one place.

use std::{path::PathBuf, sync::Arc, time::Duration};

use chrono::TimeDelta;
use fieldproof_outbound::{AddressGuard, FetchLimits, GuardedClient, IpNet};
use fieldproof_store::{Places, Store};
use tokio::sync::Semaphore;

use crate::{
    Ambient,
    analyse::{DuplicateIndex, MAX_PDF_BYTES, Workers},
    applications::Catalog,
    batch::Uploads,
    callers::Callers,
    engine::{EngineChoice, LazyEngine},
    exports::{ExportPlaces, PREVIEWS},
    links::Links,
    secret::SecretKey,
};

/// Longer than anybody means, and short enough to be added to any date.
const MAX_LINK_LIFETIME: TimeDelta = TimeDelta::days(3650);

/// What an operator can set.
#[derive(Clone)]
pub struct Settings {
    /// The data folder, database and blob store.
    pub places: Places,
    /// Signs photo links; `None`: made once and kept in the data folder.
    pub secret_key: Option<String>,
    /// Networks that photo URLs may lead to although they are private or reserved.
    pub allowed_addresses: Vec<IpNet>,
    /// Photos decoded and judged at once; each worker uses one core.
    pub workers: usize,
    /// Photos that may wait for a worker; one more is refused at once.
    pub queue: usize,
    /// How long photo links work.
    pub link_lifetime: Duration,
    /// Largest archive of a batch, in bytes.
    pub batch_archive_limit: u64,
    /// What is set apart for exports.
    pub exports: ExportPlaces,
    /// What runs models.
    pub engine: EngineChoice,
    /// The program whose command [`crate::analyse::RENDER_COMMAND`] renders PDF documents; `None`: they are refused.
    pub pdf_program: Option<PathBuf>,
}

impl Settings {
    /// The defaults for a data folder: one worker a core, eight waiting photos a worker, links for a day,
    /// archives of 20 GiB, the built-in engine.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            places: Places::in_folder(folder),
            secret_key: None,
            allowed_addresses: Vec::new(),
            workers,
            queue: workers * 8,
            link_lifetime: Duration::from_secs(24 * 60 * 60),
            batch_archive_limit: 20 * 1024 * 1024 * 1024,
            exports: ExportPlaces::default(),
            engine: EngineChoice::default(),
            pdf_program: None,
        }
    }
}

/// The opened system. Use cases are methods on it; see the modules of this crate.
pub struct Fieldproof {
    pub(crate) store: Store,
    pub(crate) ambient: Arc<dyn Ambient>,
    pub(crate) engine: LazyEngine,
    pub(crate) catalog: Catalog,
    pub(crate) workers: Workers,
    pub(crate) callers: Callers,
    pub(crate) duplicates: DuplicateIndex,
    pub(crate) outbound: GuardedClient,
    pub(crate) pdf_program: Option<PathBuf>,
    /// Which addresses exports may go to.
    pub(crate) guard: AddressGuard,
    pub(crate) exports: ExportPlaces,
    /// Places for those who look at exports.
    pub(crate) previews: Arc<Semaphore>,
    pub(crate) uploads: Uploads,
    /// Largest archive of a batch, in bytes.
    pub(crate) batch_archive_limit: u64,
    /// Signs and checks links to photos.
    pub links: Links,
}

impl Fieldproof {
    /// Opens the data folder, making or migrating it as needed.
    ///
    /// # Errors
    /// A sentence for the operator: what cannot be opened, and what to do.
    pub async fn open(settings: &Settings, ambient: Arc<dyn Ambient>) -> Result<Self, String> {
        let store = Store::open(&settings.places).await.map_err(|error| error.to_string())?;
        let key = SecretKey::load(settings.secret_key.as_deref(), &settings.places.folder, ambient.as_ref())?;
        let lifetime = TimeDelta::from_std(settings.link_lifetime)
            .ok()
            .filter(|lifetime| *lifetime <= MAX_LINK_LIFETIME)
            .ok_or("the lifetime of photo links is too long: use at most ten years, 315360000 seconds")?;
        let guard = AddressGuard::new(settings.allowed_addresses.clone());
        let outbound = GuardedClient::new(guard.clone(), FetchLimits::up_to(MAX_PDF_BYTES as u64))
            .map_err(|error| error.to_string())?;
        let system = Self {
            store,
            ambient,
            engine: LazyEngine::new(settings.engine.clone(), settings.places.folder.clone()),
            catalog: Catalog::new(),
            workers: Workers::start(settings.workers, settings.queue)?,
            callers: Callers::new(),
            duplicates: DuplicateIndex::default(),
            outbound,
            pdf_program: settings.pdf_program.clone(),
            guard,
            exports: settings.exports.clone(),
            previews: Arc::new(Semaphore::new(PREVIEWS)),
            uploads: Uploads::new(),
            batch_archive_limit: settings.batch_archive_limit,
            links: Links::new(key, lifetime),
        };
        system.write_missing_terms().await.map_err(|error| error.to_string())?;
        Ok(system)
    }

    /// The current time, as every use case sees it.
    pub fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.ambient.now()
    }

    /// What runs models: its name, its version, and where it was found.
    ///
    /// # Errors
    /// A sentence for the operator, where a library was named that cannot be used.
    pub fn engine_description(&self) -> Result<String, String> {
        Ok(self.engine.get()?.describe())
    }

    /// An id for a request that came without one.
    pub fn new_request_id(&self) -> String {
        self.ambient.new_id().simple().to_string()
    }

    /// A request begins or ends: work that nobody waits for stands back for a moment.
    pub fn note_caller(&self) {
        self.callers.note();
    }

    /// Where rows and blobs are.
    pub fn places(&self) -> &Places {
        self.store.places()
    }

    /// Closes the database after what is running.
    pub async fn close(&self) {
        self.store.close().await;
    }
}
