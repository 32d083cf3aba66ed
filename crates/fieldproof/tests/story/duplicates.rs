//! The Duplicate check.

use fieldproof_testkit::{Client, Scene, Tint};
use serde_json::{Value, json};

use crate::{checks, image, of_type, server, task};

async fn analyse(client: &Client, id: &str, group: &str, photo: &[u8]) -> Value {
    client.analyse(id, group, photo).await.expect(200).json()
}

const SCENE: fn() -> Scene = || Scene::new(40).tint(Tint::Green);

#[tokio::test]
async fn the_same_picture_on_another_work_order_is_a_duplicate_in_every_form() {
    let server = server().start().await;
    let client = server.client();
    let first = client.create(&of_type("first", "maintenance")).await;
    let verdict = analyse(&client, &first, "after", &SCENE().photo()).await;
    assert_eq!(checks(&verdict), Vec::<String>::new());

    for (form, photo) in [
        ("the same bytes", SCENE().photo()),
        ("saved again", SCENE().jpeg(800, 600, 55)),
        ("smaller", SCENE().jpeg(640, 480, 85)),
        ("larger", SCENE().jpeg(1200, 900, 85)),
        ("another format", SCENE().png(800, 600)),
        ("a little darker", SCENE().tint(Tint::Blue).photo()),
        ("without a tenth at its right", SCENE().cut([0.0, 0.0, 0.1, 0.0])),
        ("without a corner", SCENE().cut([0.08, 0.05, 0.0, 0.0])),
        ("without any of its edges", SCENE().cut([0.05; 4])),
    ] {
        let id = client.create(&of_type("copy", "maintenance")).await;
        let verdict = analyse(&client, &id, "after", &photo).await;
        assert_eq!(checks(&verdict), ["Duplicate"], "{form}");
        let found = &image(&verdict)["conformity_messages"][0];
        assert_eq!((&found["code"], &found["level"]), (&json!(3), &json!("error")), "{form}");
        assert_eq!(verdict["tasks"], json!([]), "{form}: level 2 must not run");
        // A duplicate that leaves again is no model for others.
        client.delete(&format!("/v0.2/work-orders/{id}/")).await.expect(204);
    }

    let id = client.create(&of_type("other", "maintenance")).await;
    for seed in 41..44 {
        let verdict = analyse(&client, &id, "after", &Scene::new(seed).tint(Tint::Green).photo()).await;
        assert_eq!(checks(&verdict), Vec::<String>::new(), "another scene");
    }
    // With the work order of the first photo goes the memory of it.
    client.delete(&format!("/v0.2/work-orders/{first}/")).await.expect(204);
    let verdict = analyse(&client, &id, "after", &SCENE().photo()).await;
    assert_eq!(checks(&verdict), Vec::<String>::new(), "the first one is gone");
}

#[tokio::test]
async fn a_whole_photo_is_a_duplicate_of_its_part() {
    let server = server().start().await;
    let client = server.client();
    let [first, second] = [client.create(&of_type("a", "quick")).await, client.create(&of_type("b", "quick")).await];
    let verdict = analyse(&client, &first, "after", &SCENE().cut([0.1, 0.0, 0.0, 0.1])).await;
    assert_eq!(checks(&verdict), Vec::<String>::new());
    let verdict = analyse(&client, &second, "after", &SCENE().photo()).await;
    assert_eq!(checks(&verdict), ["Duplicate"]);
}

#[tokio::test]
async fn retakes_and_ignored_task_groups_are_no_duplicates() {
    let server = server().start().await;
    let client = server.client();
    let id = client.create(&of_type("w", "maintenance")).await;
    let before = analyse(&client, &id, "before", &SCENE().photo()).await;
    assert_eq!(checks(&before), Vec::<String>::new());
    let retake = analyse(&client, &id, "before", &SCENE().jpeg(800, 600, 80)).await;
    assert_eq!(checks(&retake), Vec::<String>::new(), "the same work order and task group");
    let after = analyse(&client, &id, "after", &SCENE().photo()).await;
    assert_eq!(checks(&after), Vec::<String>::new(), "`after` ignores the photos of `before`");

    let other = client.create(&of_type("other", "maintenance")).await;
    let warned = analyse(&client, &other, "before", &SCENE().photo()).await;
    assert_eq!(checks(&warned), ["Duplicate"]);
    assert_eq!(image(&warned)["conformity_messages"][0]["level"], "warning");
    assert_eq!(task(&warned, "is_red")["state"]["analyzed_value"], false, "a warning does not stop level 2");
    let papers = client.create(&of_type("papers", "audit")).await;
    let verdict = analyse(&client, &papers, "papers", &SCENE().photo()).await;
    assert_eq!(checks(&verdict), Vec::<String>::new(), "a task group without checks");
}

#[tokio::test]
async fn duplicates_are_remembered_across_restarts() {
    let mut server = server().start().await;
    let id = server.client().create(&of_type("w", "maintenance")).await;
    analyse(&server.client(), &id, "after", &SCENE().photo()).await;
    server.restart().await;
    let other = server.client().create(&of_type("other", "maintenance")).await;
    let verdict = analyse(&server.client(), &other, "after", &SCENE().jpeg(800, 600, 70)).await;
    assert_eq!(checks(&verdict), ["Duplicate"]);
}

#[tokio::test]
async fn of_two_work_orders_racing_with_one_picture_exactly_one_has_the_duplicate() {
    let server = server().option("--workers", "2").start().await;
    let client = server.client();
    for (round, similar) in [false, false, true, true].into_iter().enumerate() {
        let scene = Scene::new(50 + round as u64).tint(Tint::Green);
        let one = client.create(&of_type("one", "maintenance")).await;
        let two = client.create(&of_type("two", "maintenance")).await;
        let photo = scene.photo();
        let other = if similar { scene.jpeg(800, 600, 70) } else { photo.clone() };
        let (first, second) =
            tokio::join!(client.analyse(&one, "after", &photo), client.analyse(&two, "after", &other));
        let mut found = [checks(&first.expect(200).json()), checks(&second.expect(200).json())];
        found.sort();
        assert_eq!(found, [vec![], vec!["Duplicate".to_owned()]], "round {round}");
        let (one, two) = (client.work_order(&one).await, client.work_order(&two).await);
        let scores = [&one["progress_score"], &two["progress_score"]].map(|score| score.as_u64().unwrap());
        assert_eq!(scores.iter().sum::<u64>(), 50, "only one of them was judged: {scores:?}");
    }
}
