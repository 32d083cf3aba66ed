//! One of the two things that are compared: a database with so many work orders and a server on it.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Result;
use fieldproof_app::{
    Ambient as _, SystemAmbient,
    admin::NewUser,
    applications::{Bundle, LoadedApplication},
};
use fieldproof_domain::role::Role;
use fieldproof_store::{Store, work_orders::FieldEngineer};

use super::{
    backends::{Backends, Used},
    database::Database,
    fill::{Fill, Owner},
    outcomes::Outcomes,
    sample::{ENGINEERS, Sample, engineer_email},
};
use crate::{
    client::Client,
    place::{self, Place},
    server::Server,
};

/// A filled database.
pub(crate) struct Side {
    pub(crate) sample: Sample,
    pub(crate) place: Place,
    pub(crate) name: String,
    backends: Option<Backends>,
    /// How long the fill took.
    pub(crate) filled_in: Duration,
}

/// A server on it.
pub(crate) struct Served<'a> {
    pub(crate) side: &'a Side,
    pub(crate) server: Server,
    pub(crate) client: Client,
}

/// What was used up to a moment.
pub(crate) struct Reading {
    server: Duration,
    database: Option<Used>,
}

/// CPU time that was used between two moments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spent {
    /// By the server.
    pub(crate) server: Duration,
    /// By the server and the database's processes.
    pub(crate) all: Duration,
}

impl Side {
    /// Makes a database and fills it.
    pub(crate) async fn make(
        database: &Database,
        parent: &Path,
        (bundle, application): (&Bundle, &Arc<LoadedApplication>),
        size: u32,
    ) -> Result<Self> {
        let name = format!("fieldproof_bench_{}_{size}", std::process::id());
        let place = Place::make(parent, bundle, application, database.make(&name).await?).await?;
        let sample = Sample { size, end: SystemAmbient.now() };
        let started = Instant::now();
        let owner = Owner { site: place.site.id, user: place.user.id, engineers: engineers(&place).await? };
        let outcomes = Outcomes::of(application)?;
        let store = Store::open(&place.places()).await?;
        let fill = Fill { store, application: Arc::clone(application), outcomes, owner, sample, stage: None };
        fill.run(database.writers()).await?;
        database.settle(&name).await?;
        Ok(Self { sample, place, backends: database.backends(&name), name, filled_in: started.elapsed() })
    }

    /// Starts a server on it.
    pub(crate) async fn serve(&self) -> Result<Served<'_>> {
        let server = self.place.serve()?;
        server.ready().await?;
        let client = Client::new(&server.url, &self.place.token);
        Ok(Served { side: self, server, client })
    }
}

impl Served<'_> {
    /// What was used so far.
    pub(crate) fn read(&self) -> Result<Reading> {
        let database = self.side.backends.as_ref().map(Backends::read).transpose()?;
        Ok(Reading { server: self.server.cpu.read()?, database })
    }

    /// What was used since.
    pub(crate) fn since(&self, start: &Reading) -> Result<Spent> {
        let server = self.server.cpu.read()? - start.server;
        let database = match (&self.side.backends, &start.database) {
            (Some(backends), Some(before)) => backends.since(before)?,
            _ => Duration::ZERO,
        };
        Ok(Spent { server, all: server + database })
    }
}

async fn engineers(place: &Place) -> Result<Vec<FieldEngineer>> {
    let system = place.open().await?;
    let mut engineers = Vec::with_capacity(ENGINEERS as usize);
    for rank in 0..ENGINEERS {
        let new = NewUser { email: engineer_email(rank), name: Some(format!("Engineer {rank}")), password: None };
        let user = system.create_user(new, &place.site, Role::FieldWorker).await.map_err(place::explain)?;
        engineers.push(FieldEngineer { id: user.id, email: user.email, name: user.name });
    }
    system.close().await;
    Ok(engineers)
}
