//! `fieldproof serve`, and the server inside `fieldproof demo`.

use std::{
    future::Future,
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use fieldproof_api::ApiState;
use fieldproof_app::{Fieldproof, SystemAmbient};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::{logging, options::ServeOptions, output};

/// How often the metrics forget what is too old to tell.
const UPKEEP_EVERY: Duration = Duration::from_secs(60);
/// Upper bounds of the histograms, in seconds: from a database read to a slow upload.
const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// A server that runs.
pub(crate) struct Server {
    /// `http://ADDR:PORT`, with the port that was really taken.
    pub(crate) url: String,
    /// The use cases, for what does not go over HTTP.
    pub(crate) system: Arc<Fieldproof>,
    stop: watch::Sender<bool>,
    running: JoinHandle<()>,
    jobs: JoinHandle<()>,
}

impl Server {
    /// Opens the data folder and listens.
    pub(crate) async fn start(options: &ServeOptions) -> anyhow::Result<Self> {
        options.check_key()?;
        let metrics = metrics()?;
        let public_url = options.public_url()?;
        let system =
            Fieldproof::open(&options.settings()?, Arc::new(SystemAmbient)).await.map_err(anyhow::Error::msg)?;
        let system = Arc::new(system);
        // Before anybody is served: a library that was named has to be there.
        system.engine_description().map_err(anyhow::Error::msg)?;
        let address = options.listen();
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot listen on {address}: choose another with --listen"))?;
        let url = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = watch::channel(false);
        let state = ApiState {
            system: Arc::clone(&system),
            public_url: public_url.map(Arc::from),
            trusted_proxies: options.trusted_proxy.as_slice().into(),
            metrics: metrics.clone(),
        };
        tokio::spawn(warm_up(Arc::clone(&system)));
        tokio::spawn(upkeep(metrics, wait(stopped.clone())));
        let jobs = tokio::spawn(Arc::clone(&system).run_jobs(options.job_workers(), wait(stopped.clone())));
        let running = tokio::spawn(fieldproof_api::serve(listener, fieldproof_api::router(state), wait(stopped)));
        tracing::info!(%url, data = %options.data().display(), "serving");
        Ok(Self { url, system, stop, running, jobs })
    }

    /// Finishes what is in flight, then closes the database.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.stop.send_replace(true);
        self.running.await?;
        self.jobs.await?;
        self.system.close().await;
        Ok(())
    }
}

/// Serves until SIGTERM or Ctrl-C.
pub(crate) async fn command(options: ServeOptions) -> anyhow::Result<ExitCode> {
    let options = options.with_file()?;
    logging::start(&options)?;
    // From here on, so that a signal during start-up is not lost.
    let signal = signal()?;
    let server = Server::start(&options).await?;
    output::line(format_args!("Fieldproof serves {} (reference: {}/docs)", server.url, server.url))?;
    signal.await;
    tracing::info!("stopping");
    server.stop().await?;
    Ok(ExitCode::SUCCESS)
}

/// Does jobs beside the servers on the same database, until SIGTERM or Ctrl-C.
pub(crate) async fn worker_command(options: ServeOptions) -> anyhow::Result<ExitCode> {
    let options = options.with_file()?;
    logging::start(&options)?;
    let signal = signal()?;
    let system = Fieldproof::open(&options.settings()?, Arc::new(SystemAmbient)).await.map_err(anyhow::Error::msg)?;
    let system = Arc::new(system);
    output::line("Fieldproof does jobs")?;
    Arc::clone(&system).run_jobs(options.job_workers().max(1), signal).await;
    system.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Completes when the process is told to stop.
pub(crate) fn signal() -> anyhow::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        #[cfg(not(unix))]
        drop(tokio::signal::ctrl_c().await);
    })
}

fn metrics() -> anyhow::Result<PrometheusHandle> {
    let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)?;
    builder.install_recorder().context("cannot start the metrics")
}

async fn wait(mut stopped: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a stop too.
    drop(stopped.wait_for(|stop| *stop).await);
}

/// Loads models, and what earlier photos look like, before the first photo waits for them.
async fn warm_up(system: Arc<Fieldproof>) {
    if let Err(error) = system.load_deployed_applications().await {
        tracing::error!(%error, "an application cannot be loaded");
    }
    let started = Instant::now();
    match system.load_photo_index().await {
        Ok(photos) => {
            tracing::info!(photos, seconds = started.elapsed().as_secs_f64(), "know what earlier photos look like")
        }
        Err(error) => tracing::error!(%error, "cannot read what earlier photos look like; the next photo tries again"),
    }
}

async fn upkeep(metrics: PrometheusHandle, stop: impl Future<Output = ()>) {
    let mut stop = std::pin::pin!(stop);
    loop {
        metrics.run_upkeep();
        tokio::select! {
            () = tokio::time::sleep(UPKEEP_EVERY) => {}
            () = &mut stop => return,
        }
    }
}
