//! Photos by URL: servers that lie, and addresses that are nobody's business.

use fieldproof_testkit::{Reply, Scene, Sink};
use hyper::body::Bytes;

use crate::{Untouched, server};

#[tokio::test]
async fn a_url_that_leads_to_no_photo_is_refused_and_leaves_nothing() {
    let server = server().option("--allow-address", "127.0.0.1/32").start().await;
    let order = Untouched::new(&server).await;
    let sink = Sink::start().await;
    let photo = Bytes::from(Scene::new(1).photo());
    sink.serve("/photo", Reply::File(photo.clone()));
    let port = sink.url("").rsplit(':').next().unwrap().to_owned();
    let redirect = |path: &str, to: &str| sink.serve(path, Reply::Redirect(to.to_owned()));
    for (case, url, word) in [
        ("nothing there", sink.url("/none"), "404"),
        ("a server error", sink.serve("/500", Reply::Status(500)), "500"),
        ("no content", sink.serve("/204", Reply::Status(204)), "204"),
        ("an empty file", sink.serve("/empty", Reply::File(Bytes::new())), "empty"),
        ("a page", sink.serve("/page", Reply::File("<html>hello</html>".into())), "not a photo"),
        ("half a photo", sink.serve("/half", Reply::File(photo.slice(..photo.len() / 2))), "broken"),
        ("a promise not kept", sink.serve("/cut", Reply::CutOff(photo.clone())), "broke off"),
        ("6 MB", sink.serve("/big", Reply::File(vec![0xFF; 6_000_000].into())), "5 MB"),
        ("9 MB", sink.serve("/bigger", Reply::File(vec![0xFF; 9_000_000].into())), "larger than"),
        ("9 MB unannounced", sink.serve("/big2", Reply::Unannounced(vec![0xFF; 9_000_000].into())), "larger than"),
        ("bytes without end", sink.serve("/endless", Reply::Endless), "larger than"),
        ("a circle", redirect("/circle", "/circle"), "more than 5 times"),
        ("a way to the server itself", redirect("/self", &format!("{}/healthz", server.url())), "not a photo"),
        ("a way to another loopback address", redirect("/lo", &format!("http://127.0.0.2:{port}/photo")), "127.0.0.2"),
        ("a way to a private address", redirect("/ten", "http://10.0.0.1/photo"), "10.0.0.1"),
        ("a way to the metadata service", redirect("/meta", "http://169.254.169.254/latest"), "169.254.169.254"),
        ("a way to a file", redirect("/file", "file:///etc/passwd"), "'file'"),
        ("a way to nowhere", redirect("/bad", "http://["), "not a URL"),
        ("a closed port", "http://127.0.0.1:1/photo".to_owned(), "nothing listens"),
        ("another loopback address", format!("http://127.0.0.2:{port}/photo"), "127.0.0.2"),
        ("IPv6 loopback", format!("http://[::1]:{port}/photo"), "[::1]"),
        ("nowhere", "http://0/photo".to_owned(), "0.0.0.0"),
        ("an address as one number", "http://2130706434/photo".to_owned(), "127.0.0.2"),
        ("TLS where there is none", sink.url("/photo").replace("http:", "https:"), "127.0.0.1"),
        ("a password", sink.url("/photo").replace("//", "//user:secret@"), "password"),
        ("a host of 300 letters", format!("http://{}.example/", "x".repeat(300)), "253"),
        ("a port that is none", "http://127.0.0.1:99999/".to_owned(), "port"),
        ("no host", "http://".to_owned(), "host"),
        ("a URL of 2 MB", format!("http://{}", "a".repeat(2_000_000)), "253"),
        ("a file", "file:///etc/passwd".to_owned(), "URL"),
        ("FTP", "ftp://127.0.0.1/photo".to_owned(), "URL"),
        ("a script", "javascript:alert(1)".to_owned(), "URL"),
        ("a path", "/etc/passwd".to_owned(), "URL"),
    ] {
        let answer = server.client().analyse_value(&order.id, "before", &url).await;
        let message = order.refuses(case, "inputs", &answer).await;
        assert!(message.contains(word), "{case}: {message}");
        assert!(!message.contains("secret"), "{case}: {message}");
    }
    // The same sink is good for a photo.
    server.client().analyse_value(&order.id, "before", &sink.url("/photo")).await.expect(200);
    assert_eq!(std::fs::read(&server.stored_photos()[0]).unwrap(), photo);
}

#[tokio::test]
async fn nothing_private_is_dialled_unless_it_was_opened() {
    let server = server().start().await;
    let order = Untouched::new(&server).await;
    let sink = Sink::start().await;
    let url = sink.serve("/photo", Reply::File(Scene::new(1).photo().into()));
    let port = url.split(':').nth(2).unwrap();
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0x7f.1", "127.1", "017700000001"] {
        let answer = server.client().analyse_value(&order.id, "before", &format!("http://{host}:{port}")).await;
        let message = order.refuses(host, "inputs", &answer).await;
        assert!(message.contains("not a public internet address"), "{host}: {message}");
    }
    assert_eq!(sink.hits("/photo"), 0);
}
