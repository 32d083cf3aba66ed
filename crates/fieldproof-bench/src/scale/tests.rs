//! A small fill is what it should be: every request shows what it should, and the rows keep their promises.

use fieldproof_api::ApiState;
use fieldproof_store::{copy::Catalogue, integrity};
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::net::TcpListener;

use super::*;
use crate::client::Client;

/// Serves in this process what the bench serves in another.
async fn serve(place: &place::Place) -> Client {
    let system = Arc::new(place.open().await.unwrap());
    let metrics = PrometheusBuilder::new().build_recorder().handle();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = fieldproof_api::router(ApiState { system, public_url: None, trusted_proxies: [].into(), metrics });
    tokio::spawn(fieldproof_api::serve(listener, router, std::future::pending()));
    Client::new(&url, &place.token)
}

#[tokio::test]
async fn every_request_shows_what_it_should() {
    let folder = tempfile::tempdir().unwrap();
    let (bundle, application) = place::load(&crate::demo()).unwrap();
    let application = Arc::new(application);
    let side = Side::make(&Database::Sqlite, folder.path(), (&bundle, &application), SMALL).await.unwrap();
    let client = serve(&side.place).await;
    for operation in Operation::reading().into_iter().chain([Operation::create()]) {
        for at in 0..3 {
            let request = operation.request(&side.sample, at);
            let answer = client.call(request.method, &request.path, request.body).await.unwrap();
            let shown = answer["results"].as_array().map(Vec::len);
            assert_eq!(shown, operation.shows, "{}: {}", operation.name, request.path);
        }
    }

    let store = fieldproof_store::Store::open(&side.place.places()).await.unwrap();
    let mut reader = store.read().await.unwrap();
    let catalogue = Catalogue::read(&mut reader).await.unwrap();
    for reference in integrity::references(&catalogue) {
        assert_eq!(integrity::broken(&mut reader, &catalogue, &reference, 3).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_filled_work_order_looks_like_one_that_was_sent() {
    let folder = tempfile::tempdir().unwrap();
    let (bundle, application) = place::load(&crate::demo()).unwrap();
    let application = Arc::new(application);
    let side = Side::make(&Database::Sqlite, folder.path(), (&bundle, &application), SMALL).await.unwrap();
    let client = serve(&side.place).await;
    let sample = &side.sample;
    let scored = [(sample::Stage::New, 0), (sample::Stage::After(2), 22), (sample::Stage::Done, 100)];
    for (stage, score) in scored {
        let n = (0..SMALL).find(|n| sample.stage(*n) == stage).unwrap();
        let path = format!("/v0.2/work-orders/{}/", sample::id(sample.created_at(n), n, 0));
        let order = client.call(hyper::Method::GET, &path, Default::default()).await.unwrap();
        assert_eq!(order["progress_score"], score);
        let photos = if stage == sample::Stage::Done { 2 } else { usize::from(stage != sample::Stage::New) };
        let analyses = client.call(hyper::Method::GET, &format!("{path}analyses/"), Default::default()).await.unwrap();
        assert_eq!(analyses["results"].as_array().map(Vec::len), Some(photos));
    }
}
