//! `Accept-Language`.

use fieldproof_testkit::{Application, Scene, Tint};
use serde_json::json;

use crate::{image, server, task};

#[tokio::test]
async fn messages_come_in_the_language_of_the_caller() {
    let server = server().start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    // Blurred and red: a warning in `before`, whose tasks are judged all the same.
    let photo = Scene::new(1).tint(Tint::Green).blurred().photo();
    let english = "The photo is blurred. Hold the phone still, tap the subject to focus, and take it again.";
    client.analyse(&id, "before", &photo).await.expect(200);
    for (language, conformity, message, label) in [
        (None, english, "Not red", "Is it red?"),
        (Some("en"), english, "Not red", "Is it red?"),
        (Some("fr"), "La photo est floue.", "Pas rouge", "Est-ce rouge ?"),
        (Some("fr-CA, en;q=0.8"), "La photo est floue.", "Pas rouge", "Est-ce rouge ?"),
        (Some("en;q=0.2, fr;q=0.9"), "La photo est floue.", "Pas rouge", "Est-ce rouge ?"),
        // The product speaks German and Spanish, this application does not: its first language stands in.
        (Some("de"), "Das Foto ist unscharf.", "Not red", "Is it red?"),
        (Some("es"), "La foto está borrosa.", "Not red", "Is it red?"),
        (Some("it"), english, "Not red", "Is it red?"),
        (Some("*"), english, "Not red", "Is it red?"),
    ] {
        let client = language.map_or(client.clone(), |language| client.clone().with_language(language));
        // The same photo again is answered from what is stored, in the language of this call.
        let verdict = client.analyse(&id, "before", &photo).await.expect(200).json();
        for answer in [verdict, client.work_order(&id).await] {
            let found = &image(&answer)["conformity_messages"][0];
            assert_eq!(found["name"], "Blur", "the name stays English");
            assert!(found["message"].as_str().unwrap().starts_with(conformity), "{language:?}: {found}");
            assert_eq!(task(&answer, "is_red")["state"]["message"], message, "{language:?}");
            assert_eq!(task(&answer, "is_red")["label"], label, "{language:?}");
        }
    }
    let french = client.with_language("fr");
    let groups = french.get("/v0.2/task-groups/").await.expect(200).json();
    assert_eq!(groups[0]["display_name"], "Avant");
    assert_eq!(groups[0]["description"], "L'armoire avant l'intervention.");
    assert_eq!(groups[0]["tasks"][0]["outcome_validation"][0]["message"], "Rouge");
    let order = french.work_order(&id).await;
    assert_eq!(order["task_groups"][0]["display_name"], "Avant");
    let task_id = task(&order, "is_red")["id"].as_str().unwrap();
    let path = format!("/v0.2/work-orders/{id}/tasks/{task_id}/correction/");
    let corrected = french.patch(&path, &json!({"corrected_value": true})).await.expect(200).json();
    assert_eq!(corrected["state"]["message"], "Rouge");
}

#[tokio::test]
async fn without_a_wish_the_first_language_of_the_application_is_spoken() {
    let application = Application::new().edit("languages: [en, fr]", "languages: [fr, en]");
    let server = server().application(application).start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    let verdict = client.analyse(&id, "before", &Scene::new(1).blurred().photo()).await.expect(200).json();
    assert!(image(&verdict)["conformity_messages"][0]["message"].as_str().unwrap().starts_with("La photo est floue."));
    assert_eq!(task(&verdict, "is_red")["state"]["message"], "Rouge");
    let english = client.with_language("en").work_order(&id).await;
    assert_eq!(task(&english, "is_red")["state"]["message"], "Red");
}
