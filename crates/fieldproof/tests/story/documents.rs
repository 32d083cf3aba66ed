//! PDF documents: every page is judged as a photo of the same input.

use fieldproof_testkit::{PdfDocument, Reply, Scene, Sink, Tint, analysis_body, data_uri};
use serde_json::{Value, json};

use crate::{checks, server, task};

fn green(seed: u64) -> Scene {
    Scene::new(seed).tint(Tint::Green)
}

/// A page that shows nothing but a photo of the scene.
fn page(document: PdfDocument, scene: Scene) -> PdfDocument {
    document.photo(&scene.jpeg(1200, 900, 90), 1200, 900)
}

fn document(verdict: &Value) -> &Value {
    verdict["inputs"].as_array().unwrap().iter().find(|input| input["data"]["type"] == "pdf").expect("a document")
}

#[tokio::test]
async fn the_page_that_shows_it_counts() {
    let server = server().start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    // On what is dim the application's model sees no door.
    let pdf = page(page(PdfDocument::default(), green(3).dim()), green(1)).bytes();
    let verdict = client.analyse(&id, "after", &pdf).await.expect(200).json();
    assert_eq!(checks(&verdict), Vec::<String>::new());
    assert_eq!(task(&verdict, "is_green")["state"]["analyzed_value"], json!(true));

    let order = client.work_order(&id).await;
    let analyzed = &task(&order, "doors")["state"]["analyzed_inputs"][0];
    assert_eq!(analyzed["input_id"], document(&order)["id"]);
    let regions = analyzed["regions"].as_array().unwrap();
    assert!(!regions.is_empty() && regions.iter().all(|region| region["page"] == 2), "{analyzed:#}");

    let link = document(&order)["data"]["value"].as_str().unwrap();
    let sent_back = client.get(link.strip_prefix(server.url()).unwrap()).await.expect(200);
    assert_eq!(sent_back.body.as_ref(), pdf);
    assert_eq!(sent_back.headers["content-type"], "application/pdf");
    let again = client.analyse(&id, "after", &pdf).await.expect(200).json();
    assert_eq!(document(&again)["id"], document(&order)["id"], "the same document again has its verdict");
}

#[tokio::test]
async fn one_bad_page_stops_the_document() {
    let server = server().start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    let pdf = page(page(PdfDocument::default(), green(1)), green(2).blurred()).bytes();
    let verdict = client.analyse(&id, "after", &pdf).await.expect(200).json();
    assert_eq!((checks(&verdict), &verdict["tasks"]), (vec!["Blur".to_owned()], &json!([])));
    let message = &document(&verdict)["conformity_messages"][0];
    assert_eq!(message["page"], json!(2));
    assert!(message["message"].as_str().unwrap().starts_with("Page 2: "), "{message}");
    let kept = client.work_order(&id).await;
    assert_eq!(document(&kept)["conformity_messages"][0]["page"], json!(2));
}

#[tokio::test]
async fn photos_are_known_again_on_pages_and_forms_are_not() {
    let server = server().start().await;
    let client = server.client();
    let [first, second] = [client.create(&json!({"name": "a"})).await, client.create(&json!({"name": "b"})).await];
    client.analyse(&first, "after", &green(5).jpeg(1200, 900, 80)).await.expect(200);
    let pdf = page(page(PdfDocument::default(), green(6)), green(5)).bytes();
    let verdict = client.analyse(&second, "after", &pdf).await.expect(200).json();
    assert_eq!(checks(&verdict), ["Duplicate"]);
    assert_eq!(document(&verdict)["conformity_messages"][0]["page"], json!(2));
    // The other way round.
    let verdict = client.analyse(&first, "after", &green(6).jpeg(800, 600, 85)).await.expect(200).json();
    assert_eq!(checks(&verdict), ["Duplicate"]);

    let form = |text: &str| PdfDocument::default().text(text).bytes();
    for (order, text) in [(&first, "Checklist of cabinet 17"), (&second, "Checklist of cabinet 18")] {
        let verdict = client.analyse(order, "after", &form(text)).await.expect(200).json();
        assert_eq!(checks(&verdict), Vec::<String>::new(), "{text}: white paper is nothing to complain of");
    }
    let same = client.analyse(&second, "after", &form("Checklist of cabinet 17")).await.expect(200).json();
    assert_eq!(checks(&same), ["Duplicate"], "the same file for another work order");
}

#[tokio::test]
async fn documents_from_urls_of_any_declared_type() {
    let pdf = page(PdfDocument::default(), green(8)).bytes();
    let files = Sink::start().await;
    let url = files.serve("/report", Reply::File(pdf.clone().into()));
    let server = server().option("--allow-address", "127.0.0.1/32").start().await;
    let client = server.client();
    for (kind, value) in [("image", url.clone()), ("pdf", data_uri(&pdf)), ("file", url)] {
        let id = client.create(&json!({"name": kind})).await;
        let mut body = analysis_body("before", &value);
        body["inputs"][1]["data"]["type"] = json!(kind);
        let verdict = client.post(&format!("/v0.2/work-orders/{id}/analyze/"), &body).await.expect(200).json();
        assert_eq!(document(&verdict)["data"]["type"], "pdf", "{kind}");
        assert_eq!(task(&verdict, "is_red")["state"]["analyzed_value"], json!(false), "{kind}");
    }
}
