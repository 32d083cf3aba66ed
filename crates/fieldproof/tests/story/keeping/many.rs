//! More photos than are copied at once.

use super::{archive, has_all, several};
use crate::server;

#[tokio::test]
async fn many_photos_come_in_one_order_and_all_arrive() {
    let folder = tempfile::tempdir().unwrap();
    let mut source = server().start().await;
    let known = several(&source.client(), 0..40).await;
    let (_, first) = archive(&folder, "first.tar");
    let (_, second) = archive(&folder, "second.tar.zst");
    let made = [&first, &second].map(|file| source.cli(&["backup", file, "--json"]).ok_json());
    let blobs = made.map(|made| made["manifest"]["blobs"].clone());
    // The sum is one over all of them in their order.
    assert_eq!(blobs[0], blobs[1], "they are in the order of the rows, whichever was read first");
    assert_eq!(blobs[0]["count"], known.len() + 4, "photos and the application's files");

    let mut restored = server().empty();
    restored.cli(&["restore", &second]).ok();
    restored.is_copy_of(&source);
    restored.restart().await;
    has_all(&restored, &known).await;

    source.terminate().await;
    let mut moved = server().on_sqlite().empty();
    let answer = source.cli(&["move", "--to", moved.data().to_str().unwrap(), "--json"]).ok_json();
    assert_eq!(answer["copied_blobs"], known.len() + 4);
    moved.cli(&["doctor"]).ok();
    moved.is_copy_of(&source);
    moved.restart().await;
    has_all(&moved, &known).await;
}
