//! A data folder with one site, one user and one token, as the admin commands make it.

use std::{path::Path, sync::Arc};

use anyhow::{Context as _, Result, anyhow};
use fieldproof_app::{
    AppError, Fieldproof, Places, Settings, SystemAmbient,
    admin::NewUser,
    applications::{Bundle, LoadedApplication, check_folder},
};
use fieldproof_domain::role::Role;
use fieldproof_store::{sites::Site, users::User};
use tempfile::TempDir;

use crate::{engine, server::Server};

const EMAIL: &str = "bench@example.com";

/// A data folder that is erased when this is dropped.
pub(crate) struct Place {
    folder: TempDir,
    /// `None`: a SQLite file in the folder.
    database_url: Option<String>,
    /// Its site.
    pub(crate) site: Site,
    /// Its user.
    pub(crate) user: User,
    /// The secret of the user's token.
    pub(crate) token: String,
}

impl Place {
    /// Makes one in `parent` that runs an application, on an empty database.
    pub(crate) async fn make(
        parent: &Path,
        bundle: &Bundle,
        loaded: &LoadedApplication,
        database_url: Option<String>,
    ) -> Result<Self> {
        let folder = tempfile::tempdir_in(parent).context("cannot make a data folder")?;
        let system = open(folder.path(), database_url.clone()).await?;
        let pushed = system.store_application(&loaded.application, bundle).await.map_err(explain)?;
        let site = system.create_site("bench", pushed.id).await.map_err(explain)?;
        let user = NewUser { email: EMAIL.to_owned(), ..NewUser::default() };
        let user = system.create_user(user, &site, Role::Manager).await.map_err(explain)?;
        let token = system.create_token(EMAIL, &site).await.map_err(explain)?.secret;
        system.close().await;
        Ok(Self { folder, database_url, site, user, token })
    }

    /// Opens it in this process.
    pub(crate) async fn open(&self) -> Result<Fieldproof> {
        open(self.folder(), self.database_url.clone()).await
    }

    /// Starts a server on it.
    pub(crate) fn serve(&self) -> Result<Server> {
        Server::start(self.folder(), self.database_url.as_deref())
    }

    /// Where rows and blobs are.
    pub(crate) fn places(&self) -> Places {
        Places { database_url: self.database_url.clone(), ..Places::in_folder(self.folder()) }
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// Reads and loads an application's folder.
pub(crate) fn load(folder: &Path) -> Result<(Bundle, LoadedApplication)> {
    let (bundle, loaded, _) = check_folder(engine::open()?.as_ref(), folder).map_err(|problems| {
        let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
        anyhow!("the application in {}:\n{}", folder.display(), lines.join("\n"))
    })?;
    Ok((bundle, loaded))
}

async fn open(folder: &Path, database_url: Option<String>) -> Result<Fieldproof> {
    let mut settings = Settings::new(folder);
    settings.places.database_url = database_url;
    Fieldproof::open(&settings, Arc::new(SystemAmbient)).await.map_err(|error| anyhow!(error))
}

/// A failure of a use case as a sentence.
pub(crate) fn explain(error: AppError) -> anyhow::Error {
    match error {
        AppError::Invalid(errors) => anyhow!("{:?}", errors.0),
        other => other.into(),
    }
}
