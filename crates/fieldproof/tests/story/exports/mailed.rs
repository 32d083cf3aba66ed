//! Exports by mail.

use fieldproof_testkit::MailServer;
use serde_json::json;

use super::{
    lines_of,
    place::{make, runs_in},
};
use crate::server;

#[tokio::test]
async fn a_mail_brings_a_link_that_expires_with_the_file() {
    let mail = MailServer::start().await;
    let server = server()
        .option("--smtp-url", mail.url())
        .option("--mail-from", "Fieldproof <fieldproof@example.com>")
        .option("--public-url", "https://photos.example.com")
        .start()
        .await;
    let client = server.client();
    client.create(&json!({"name": "w"})).await;
    let fields = json!({
        "connector_type": "email", "interval": "once", "compression": "none", "keep_days": 3,
        "emails": ["jane.doe@example.com", "refused@example.com", "john.doe@example.com"],
    });
    let export = make(&client, &fields).await;
    assert_eq!(client.get(&export).await.expect(200).json()["emails"], fields["emails"]);
    let run = runs_in(&client, &export, "delivered", 1).await.remove(0);
    let refused = run["refused_emails"].as_array().unwrap();
    assert_eq!((refused.len(), &refused[0]["email"]), (1, &json!("refused@example.com")), "{run:#}");
    assert!(refused[0]["error"].as_str().unwrap().contains("refuses mail to"), "{run:#}");
    let kept = mail.kept();
    let to: Vec<_> = kept.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, ["jane.doe@example.com", "john.doe@example.com"], "each gets a mail of his own");
    let text = kept[0].text.replace("=\n", "").replace("=3D", "=");
    assert!(text.contains("Subject: site: work orders from ") && text.contains(": 1 of them"), "{text}");
    let link = text.lines().find(|line| line.starts_with("https://photos.example.com/files/exports/")).unwrap();
    let path = link.strip_prefix("https://photos.example.com").unwrap();
    let answer = client.clone().without_token().get(path).await.expect(200);
    assert_eq!((answer.header("content-type"), lines_of(&answer.text()).len()), ("application/jsonl", 1));
    assert_eq!(answer.header("cache-control"), "no-store", "it may be erased before the link ends");
    client.get(&path.replace("Signature=", "Signature=0")).await.expect(404);

    server.sql("UPDATE export_runs SET keep_until = 0").await;
    server.sql("UPDATE jobs SET run_at = 0 WHERE kind = 'keep-exports'").await;
    let start = std::time::Instant::now();
    while client.get(path).await.status == 200 {
        assert!(start.elapsed().as_secs() < 60, "the file is kept for ever");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }

    // Nobody has it: it may be the server's login that is refused, and not one address after the other.
    let all = json!({"emails": ["refused@example.com", "refused.too@example.com"], "connector_type": "email", "interval": "once"});
    let export = make(&client, &all).await;
    let run = runs_in(&client, &export, "failed", 1).await.remove(0);
    assert!(run["error"].as_str().unwrap().contains("refuses mail to refused@example.com"), "{run:#}");
    let tried = client.post(&format!("{export}/test"), &json!({})).await.expect(200).json();
    assert_eq!((&tried["ok"], &tried["steps"][0]["step"]), (&json!(true), &json!("connect")), "{tried:#}");

    for (fields, field) in [
        (json!({"emails": ["jane.doe"]}), "emails"),
        (json!({"emails": []}), "emails"),
        (json!({}), "emails"),
        (json!({"emails": ["jane.doe@example.com"], "export_images": true}), "export_images"),
        (json!({"emails": ["jane.doe@example.com"], "keep_days": 0}), "keep_days"),
    ] {
        let mut body = json!({"connector_type": "email", "interval": "once"});
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let answer = client.post("/v0.2/exports", &body).await.expect(400).json();
        assert_eq!(answer.as_object().unwrap().keys().collect::<Vec<_>>(), [field], "{answer}");
    }
}

#[tokio::test]
async fn who_is_put_off_gets_it_later_and_the_others_once() {
    let mail = MailServer::start().await;
    let server = server()
        .option("--smtp-url", mail.url())
        .option("--mail-from", "fieldproof@example.com")
        .option("--public-url", "https://photos.example.com")
        .start()
        .await;
    let client = server.client();
    let to = || mail.kept().into_iter().map(|mail| mail.to).collect::<Vec<_>>();
    let emails = ["jane.doe@example.com", "busy@example.com", "john.doe@example.com"];
    let export = make(&client, &json!({"connector_type": "email", "interval": "once", "emails": emails})).await;
    let run = runs_in(&client, &export, "failed", 1).await.remove(0);
    assert!(run["error"].as_str().unwrap().contains("does not take mail to busy@example.com now"), "{run:#}");
    assert_eq!(to(), [emails[0], emails[2]]);
    client.post(&format!("{export}/run"), &json!({})).await.expect(202);
    runs_in(&client, &export, "delivered", 1).await;
    assert_eq!(to(), [emails[0], emails[2], emails[1]]);
    // Who asks for a window again wants it for everybody.
    client.post(&format!("{export}/run"), &json!({})).await.expect(202);
    runs_in(&client, &export, "delivered", 1).await;
    assert_eq!(to()[3..], emails);
}

#[tokio::test]
async fn a_server_without_mail_says_so() {
    let server = server().start().await;
    let body = json!({"connector_type": "email", "interval": "once", "emails": ["jane.doe@example.com"]});
    let answer = server.client().post("/v0.2/exports", &body).await.expect(400).json();
    assert!(answer["connector_type"][0].as_str().unwrap().contains("--smtp-url"), "{answer}");
}
