//! Stories of one fetch each, against real servers on loopback addresses. 127.0.0.2 is opened, 127.0.0.1 is not.

use crate::support::{Act, Names, Server, client, limits, photo, redirect, send};
use fieldproof_outbound::{FetchError, FetchLimits, GuardedClient};
use std::sync::Arc;
use std::time::{Duration, Instant};

const OPEN: &str = "127.0.0.2";

fn open_client() -> GuardedClient {
    client(&["127.0.0.2/32"], limits(), Arc::default())
}

/// Fetches `/` from an opened server that does `script`.
async fn fetch(script: Vec<Act>) -> Result<Vec<u8>, FetchError> {
    fetch_within(limits(), script).await
}

async fn fetch_within(limits: FetchLimits, script: Vec<Act>) -> Result<Vec<u8>, FetchError> {
    let server = Server::start(OPEN, move |_| script.clone()).await;
    let client = client(&["127.0.0.2/32"], limits, Arc::default());
    client.fetch(&server.url("/")).await.map(|body| body.to_vec())
}

#[tokio::test]
async fn a_photo_arrives_and_the_request_is_plain() {
    let server = Server::start(OPEN, |_| photo(b"\xff\xd8photo")).await;
    let body = open_client().fetch(&server.url("/a/b.jpg?X-Signature=s3cr%2Ft&x=1#f")).await.unwrap();
    assert_eq!(&body[..], b"\xff\xd8photo");
    let head = server.requests.lock().unwrap().concat().to_lowercase();
    assert!(head.starts_with("get /a/b.jpg?x-signature=s3cr%2ft&x=1 http/1.1\r\n"), "{head}");
    let mut headers: Vec<_> = head.lines().skip(1).filter(|line| !line.is_empty()).collect();
    headers.sort_unstable();
    let host = format!("host: {}", server.address);
    let agent = concat!("user-agent: fieldproof/", env!("CARGO_PKG_VERSION"));
    assert_eq!(headers, ["accept-encoding: identity", "accept: */*", &host, agent]);
}

#[tokio::test]
async fn an_opened_range_is_open_in_its_mapped_form() {
    let server = Server::start(OPEN, |_| photo(b"x")).await;
    let url = format!("http://[::ffff:{OPEN}]:{}/", server.address.port());
    assert_eq!(&open_client().fetch(&url).await.unwrap()[..], b"x");
}

#[tokio::test]
async fn a_forbidden_address_is_never_dialled() {
    let inside = Server::start("127.0.0.1", |_| photo(b"secret")).await;
    let names = Arc::new(Names::default().with("inside.example.com", &[&["127.0.0.1"]]));
    let guarded = client(&[], limits(), names);
    let hosts =
        ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.1", "[::ffff:7f00:1]", "a@127.1", "inside.example.com"];
    for host in hosts {
        let error = guarded.fetch(&format!("http://{host}:{}/", inside.address.port())).await.unwrap_err();
        assert!(matches!(error, FetchError::Forbidden { .. }), "{host}: {error:?}");
    }
    // The machine's own look-up: where it does not know the name, it refuses as well, with other words.
    let system = GuardedClient::new(Default::default(), limits()).unwrap();
    for host in ["localhost", "LOCALHOST."] {
        let error = system.fetch(&format!("http://{host}:{}/", inside.address.port())).await.unwrap_err();
        assert!(matches!(error, FetchError::Forbidden { .. } | FetchError::Resolve { .. }), "{host}: {error:?}");
    }
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn redirects_are_followed_with_every_status_that_means_one() {
    let server = Server::start(OPEN, |path| match path {
        "/301" => redirect(301, "/302?a=1"),
        "/302?a=1" => redirect(302, "307"),
        "/307" => redirect(307, "/end"),
        "/303" => redirect(303, "/308"),
        "/308" => redirect(308, "?end"),
        "/308?end" | "/end" => photo(b"end"),
        other => panic!("{other}"),
    })
    .await;
    for start in ["/301", "/303"] {
        assert_eq!(&open_client().fetch(&server.url(start)).await.unwrap()[..], b"end", "{start}");
    }
}

#[tokio::test]
async fn a_redirect_to_a_forbidden_address_is_refused_and_never_dialled() {
    let inside = Server::start("127.0.0.1", |_| photo(b"secret")).await;
    let port = inside.address.port();
    for location in [
        format!("http://127.0.0.1:{port}/"),
        format!("//127.1:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://inside.example.com:{port}/"),
    ] {
        let to = location.clone();
        let server = Server::start(OPEN, move |_| redirect(302, &to)).await;
        let names = Arc::new(Names::default().with("inside.example.com", &[&["127.0.0.1"]]));
        let error = client(&["127.0.0.2/32"], limits(), names).fetch(&server.url("/")).await.unwrap_err();
        assert!(matches!(error, FetchError::Forbidden { .. }), "{location}: {error:?}");
        assert_eq!(server.connections(), 1, "{location}");
    }
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn redirects_that_lead_nowhere_end() {
    let server = Server::start(OPEN, |_| redirect(302, "/again?sig=s3cret")).await;
    let error = open_client().fetch(&server.url("/")).await.unwrap_err();
    assert_eq!(error, FetchError::TooManyRedirects { max: 3 });
    assert_eq!(server.connections(), 4, "the first request and three redirects");

    let bare = vec![send("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n")];
    assert!(matches!(fetch(bare).await, Err(FetchError::BadRedirect { .. })));
    assert!(matches!(fetch(redirect(302, "http://[")).await, Err(FetchError::BadRedirect { .. })));
    assert!(matches!(fetch(redirect(302, "file:///etc/passwd")).await, Err(FetchError::Scheme { .. })));
    assert!(matches!(fetch(redirect(302, "http://a:b@example.com/")).await, Err(FetchError::Credentials)));
}

#[tokio::test]
async fn a_name_is_looked_up_once_and_its_checked_address_is_dialled() {
    let inside = Server::start("127.0.0.1", |_| photo(b"secret")).await;
    let outside = Server::start(OPEN, |_| photo(b"photo")).await;
    // The first answer is honest, all later ones point inside: DNS rebinding.
    let names = Arc::new(Names::default().with("rebind.example.com", &[&[OPEN], &["127.0.0.1"]]));
    let client = client(&["127.0.0.2/32"], limits(), names.clone());
    let url = format!("http://rebind.example.com:{}/", outside.address.port());
    assert_eq!(&client.fetch(&url).await.unwrap()[..], b"photo");
    assert_eq!(names.asked.lock().unwrap().len(), 1);

    let url = format!("http://rebind.example.com:{}/", inside.address.port());
    let error = client.fetch(&url).await.unwrap_err();
    assert_eq!(error, FetchError::Forbidden { host: "rebind.example.com".into() });
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn one_forbidden_address_among_good_ones_is_enough() {
    let server = Server::start(OPEN, |_| photo(b"photo")).await;
    for answer in [&[OPEN, "127.0.0.1"], &["127.0.0.1", OPEN], &[OPEN, "::1"]] {
        let names = Arc::new(Names::default().with("mixed.example.com", &[answer]));
        let url = format!("http://mixed.example.com:{}/", server.address.port());
        let error = client(&["127.0.0.2/32"], limits(), names).fetch(&url).await.unwrap_err();
        assert!(matches!(error, FetchError::Forbidden { .. }), "{answer:?}: {error:?}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn names_without_an_address_are_reported_as_such() {
    let names = Arc::new(Names::default().with("empty.example.com", &[&[]]));
    let client = client(&[], limits(), names);
    for host in ["empty.example.com", "unknown.example.com"] {
        let error = client.fetch(&format!("https://{host}/?sig=s3cret")).await.unwrap_err();
        assert_eq!(error, FetchError::Resolve { host: host.into() });
    }
}

#[tokio::test]
async fn bodies_over_the_limit_are_refused_and_at_the_limit_taken() {
    let max = vec![b'x'; 1000];
    assert_eq!(fetch(photo(&max)).await.unwrap(), max);
    let endless = |head: &str| vec![send(head), Act::Repeat(vec![b'x'; 100], Duration::ZERO)];
    for (what, script) in [
        // Refused on its word: the body never comes.
        ("promised", vec![send("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n"), Act::Wait(Duration::from_secs(60))]),
        ("without length", endless("HTTP/1.1 200 OK\r\n\r\n")),
        ("chunked", {
            let chunk = [b"190\r\n", &[b'x'; 400][..], b"\r\n"].concat();
            let head = send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            vec![head, Act::Repeat(chunk, Duration::ZERO)]
        }),
        ("huge", vec![send("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n")]),
    ] {
        assert_eq!(fetch(script).await, Err(FetchError::TooLarge { max: 1000 }), "{what}");
    }
}

#[tokio::test]
async fn a_body_without_length_ends_with_the_connection() {
    assert_eq!(fetch(vec![send("HTTP/1.1 200 OK\r\n\r\nphoto")]).await.unwrap(), b"photo");
}

#[tokio::test]
async fn slow_servers_are_given_up_when_the_time_is_over() {
    let limits = FetchLimits { timeout: Duration::from_millis(150), ..limits() };
    let dribble = || Act::Repeat(b"x".to_vec(), Duration::from_millis(20));
    for (what, script) in [
        ("silent", vec![Act::Wait(Duration::from_secs(60))]),
        ("slow head", vec![send("HTTP/1.1 200 OK\r\nX-Slow: "), dribble()]),
        ("slow body", vec![send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"), dribble()]),
        ("silent body", vec![send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"), Act::Wait(Duration::from_secs(60))]),
        ("slow redirects", [vec![Act::Wait(Duration::from_millis(100))], redirect(302, "/")].concat()),
    ] {
        let start = Instant::now();
        let error = fetch_within(limits, script).await.unwrap_err();
        assert_eq!(error, FetchError::Timeout { host: OPEN.into(), limit: limits.timeout }, "{what}");
        assert!(start.elapsed() < Duration::from_secs(3), "{what} took {:?}", start.elapsed());
    }
}

#[tokio::test]
async fn a_tls_handshake_that_hangs_ends_with_the_time_to_connect() {
    let limits = FetchLimits { connect_timeout: Duration::from_millis(100), ..limits() };
    let server = Server::start(OPEN, |_| vec![]).await;
    let url = format!("https://{}/", server.address);
    let error = client(&["127.0.0.2/32"], limits, Arc::default()).fetch(&url).await.unwrap_err();
    assert_eq!(error, FetchError::Timeout { host: OPEN.into(), limit: limits.connect_timeout });
}

#[tokio::test]
async fn cut_or_garbled_answers_are_interruptions() {
    for (what, script) in [
        ("cut body", vec![send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")]),
        ("cut chunk", vec![send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf")]),
        ("cut head", vec![send("HTTP/1.1 200 OK\r\nContent-Le")]),
        ("nothing", vec![]),
        ("not HTTP", vec![send("SSH-2.0-OpenSSH_9.9\r\n\r\n")]),
        ("endless head", vec![send("HTTP/1.1 200 OK\r\n"), Act::Repeat(vec![b'x'; 65536], Duration::ZERO)]),
    ] {
        let error = fetch(script).await.unwrap_err();
        assert_eq!(error, FetchError::Interrupted { host: OPEN.into() }, "{what}");
    }
}

#[tokio::test]
async fn only_status_200_is_a_photo() {
    for status in [201, 204, 206, 304, 400, 401, 403, 404, 410, 418, 429, 500, 503] {
        let script = vec![send(format!("HTTP/1.1 {status} Some\r\nContent-Length: 0\r\n\r\n"))];
        let error = fetch(script).await.unwrap_err();
        assert_eq!(error, FetchError::Status(status));
        assert!(error.to_string().contains(&status.to_string()), "{error}");
    }
}

#[tokio::test]
async fn compressed_bodies_are_not_unpacked() {
    // A gzip header says 31 139; what would grow a thousandfold when unpacked stays as small as it came.
    let body = [&[0x1f, 0x8b, 8, 0][..], &[0; 100]].concat();
    for coding in ["gzip", "deflate", "br", "zstd"] {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n", body.len());
        assert_eq!(fetch(vec![send(head), send(body.clone())]).await.unwrap(), body, "{coding}");
    }
}

#[tokio::test]
async fn closed_ports_and_plain_servers_behind_https_give_no_connection() {
    let closed = {
        let listener = std::net::TcpListener::bind((OPEN, 0)).unwrap();
        listener.local_addr().unwrap()
    };
    let error = open_client().fetch(&format!("http://{closed}/?sig=s3cret")).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "No connection to 127.0.0.2: nothing listens there; check host and port.",
        "{error:?}"
    );

    let listener = tokio::net::TcpListener::bind((OPEN, 0)).await.unwrap();
    let plain = listener.local_addr().unwrap();
    tokio::spawn(async move {
        use tokio::io::AsyncWriteExt;
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let error = open_client().fetch(&format!("https://{plain}/?sig=s3cret")).await.unwrap_err();
    assert!(matches!(error, FetchError::Connect { .. }), "{error:?}");
}

#[tokio::test]
async fn no_message_tells_the_secret_part_of_a_url() {
    let script = |path: &str| match path.split('?').next().unwrap_or_default() {
        "/s3cret/404" => vec![send("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")],
        "/s3cret/cut" => vec![send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx")],
        "/s3cret/large" => vec![send("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")],
        "/s3cret/loop" => redirect(302, "/s3cret/loop?sig=s3cret"),
        "/s3cret/up" => redirect(302, "http://[s3cret"),
        "/s3cret/in" => redirect(302, "http://10.0.0.1/s3cret?sig=s3cret"),
        _ => redirect(302, "ftp://10.0.0.1/s3cret?sig=s3cret"),
    };
    let server = Server::start(OPEN, script).await;
    let mut urls: Vec<String> = ["404", "cut", "large", "loop", "up", "in", "scheme"]
        .iter()
        .map(|case| server.url(&format!("/s3cret/{case}?sig=s3cret")))
        .collect();
    urls.extend([
        "http://127.0.0.1/s3cret?sig=s3cret".into(),
        "http://u:s3cret@example.com/s3cret".into(),
        "http://example.com:port/s3cret?sig=s3cret".into(),
        "http://unknown.example.com/s3cret?sig=s3cret".into(),
        "/s3cret?sig=s3cret".into(),
        format!("https://127.0.0.2:{}/s3cret?sig=s3cret", server.address.port()),
    ]);
    let limits = FetchLimits { connect_timeout: Duration::from_millis(200), ..limits() };
    let client = client(&["127.0.0.2/32"], limits, Arc::default());
    for url in urls {
        let error = client.fetch(&url).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{url}: {error} {error:?}");
        assert!(error.to_string().ends_with('.'), "{error}");
    }
}
