//! A table: who is connected, what his headers say, and what is believed of it.

use axum::http::{HeaderName, HeaderValue};
use proptest::prelude::*;

use super::*;

const NEAR: &str = "10.0.0.1";
const FAR: &str = "10.0.0.2";
const PHONE: &str = "203.0.113.7";

/// What is believed of headers from `peer`, as `client scheme://host`; `Host` is `own.example.com`.
fn believed(peer: &str, given: &[(&str, &str)]) -> String {
    let mut headers = HeaderMap::new();
    headers.insert(HOST, HeaderValue::from_static("own.example.com"));
    for (name, value) in given {
        let name = match *name {
            "for" | "proto" | "host" => format!("x-forwarded-{name}"),
            other => other.to_owned(),
        };
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    let trusted = ["10.0.0.0/8", "::1/128"].map(|network| network.parse().unwrap());
    let origin = origin(&headers, Some(peer.parse().unwrap()), &trusted);
    format!("{} {}", origin.client.unwrap(), origin.base())
}

#[test]
fn headers_of_strangers_are_ignored() {
    let everything = [
        ("for", "192.0.2.1"),
        ("proto", "https"),
        ("host", "evil.example.com"),
        ("forwarded", "for=192.0.2.1;proto=https"),
    ];
    for peer in [PHONE, "127.0.0.1", "11.0.0.1", "::2"] {
        assert_eq!(believed(peer, &everything), format!("{peer} http://own.example.com"));
        assert_eq!(believed(peer, &everything[3..]), format!("{peer} http://own.example.com"));
    }
}

#[test]
fn a_trusted_proxy_is_believed() {
    for (given, expected) in [
        (&[][..], "10.0.0.1 http://own.example.com"),
        (&[("for", PHONE)], "203.0.113.7 http://own.example.com"),
        (&[("proto", "https")], "10.0.0.1 https://own.example.com"),
        (&[("proto", "HTTPS")], "10.0.0.1 https://own.example.com"),
        (&[("proto", "http")], "10.0.0.1 http://own.example.com"),
        (&[("host", "photos.example.com:8443")], "10.0.0.1 http://photos.example.com:8443"),
        (
            &[("for", PHONE), ("proto", "https"), ("host", "photos.example.com")],
            "203.0.113.7 https://photos.example.com",
        ),
        // With the port of the client, and all ways to write an address of version 6.
        (&[("for", "203.0.113.7:50000")], "203.0.113.7 http://own.example.com"),
        (&[("for", "2001:db8::7")], "2001:db8::7 http://own.example.com"),
        (&[("for", "[2001:db8::7]")], "2001:db8::7 http://own.example.com"),
        (&[("for", "[2001:db8::7]:50000")], "2001:db8::7 http://own.example.com"),
        (&[("for", "::ffff:203.0.113.7")], "203.0.113.7 http://own.example.com"),
    ] {
        assert_eq!(believed(NEAR, given), expected, "{given:?}");
    }
    assert_eq!(believed("::1", &[("for", PHONE)]), "203.0.113.7 http://own.example.com");
    assert_eq!(believed("::ffff:10.0.0.1", &[("for", PHONE)]), "203.0.113.7 http://own.example.com");
}

#[test]
fn of_several_proxies_those_count_that_are_trusted_without_a_gap() {
    let through_far = format!("{PHONE}, {FAR}");
    for (given, expected) in [
        // What the client has sent itself stands before what proxies append.
        (&[("for", "192.0.2.1, 203.0.113.7")][..], "203.0.113.7 http://own.example.com"),
        (&[("for", "10.0.0.3, 203.0.113.7")], "203.0.113.7 http://own.example.com"),
        (&[("for", "192.0.2.1"), ("for", PHONE)], "203.0.113.7 http://own.example.com"),
        (&[("for", &through_far)], "203.0.113.7 http://own.example.com"),
        (&[("for", PHONE), ("for", FAR)], "203.0.113.7 http://own.example.com"),
        // Nobody but proxies: the farthest of them has sent it.
        (&[("for", FAR)], "10.0.0.2 http://own.example.com"),
        // The farthest trusted one knows what the client has used, whether the others append, replace or keep still.
        (&[("for", &through_far), ("proto", "https, http")], "203.0.113.7 https://own.example.com"),
        (&[("for", &through_far), ("proto", "https")], "203.0.113.7 https://own.example.com"),
        (
            &[("for", &through_far), ("host", "evil.example.com, photos.example.com, inside")],
            "203.0.113.7 http://photos.example.com",
        ),
        (&[("for", PHONE), ("proto", "https, http")], "203.0.113.7 http://own.example.com"),
        (&[("proto", "https, http")], "10.0.0.1 http://own.example.com"),
    ] {
        assert_eq!(believed(NEAR, given), expected, "{given:?}");
    }
}

#[test]
fn what_cannot_be_read_is_not_there() {
    for (given, expected) in [
        (&[("for", "")][..], "10.0.0.1 http://own.example.com"),
        (&[("for", "unknown")], "10.0.0.1 http://own.example.com"),
        (&[("for", "photos.example.com")], "10.0.0.1 http://own.example.com"),
        (&[("for", "203.0.113.7:99999")], "10.0.0.1 http://own.example.com"),
        (&[("for", "203.0.113.é")], "10.0.0.1 http://own.example.com"),
        (&[("for", "\"203.0.113.7")], "10.0.0.1 http://own.example.com"),
        (&[("for", "\", 203.0.113.7")], "203.0.113.7 http://own.example.com"),
        // Before something that cannot be read, anything may stand.
        (&[("for", "192.0.2.1, unknown")], "10.0.0.1 http://own.example.com"),
        (&[("for", "192.0.2.1, unknown, 10.0.0.2")], "10.0.0.2 http://own.example.com"),
        (&[("for", "192.0.2.1"), ("for", "é")], "10.0.0.1 http://own.example.com"),
        (&[("for", "é, 203.0.113.7")], "203.0.113.7 http://own.example.com"),
        (&[("for", "nonsense, 203.0.113.7")], "203.0.113.7 http://own.example.com"),
        // Empty places are none.
        (&[("for", " , 203.0.113.7 ,, ")], "203.0.113.7 http://own.example.com"),
        (&[("proto", "wss")], "10.0.0.1 http://own.example.com"),
        (&[("proto", "https://")], "10.0.0.1 http://own.example.com"),
        (&[("host", "photos.example.com/path")], "10.0.0.1 http://own.example.com"),
        (&[("host", "user@photos.example.com")], "10.0.0.1 http://own.example.com"),
        (&[("host", "photos example com")], "10.0.0.1 http://own.example.com"),
        (&[("host", "\"")], "10.0.0.1 http://own.example.com"),
    ] {
        assert_eq!(believed(NEAR, given), expected, "{given:?}");
    }
}

#[test]
fn forwarded_says_the_same_in_one_header() {
    for (value, expected) in [
        ("for=203.0.113.7;proto=https;host=photos.example.com", "203.0.113.7 https://photos.example.com"),
        ("For=203.0.113.7; PROTO=HTTPS", "203.0.113.7 https://own.example.com"),
        ("for=\"[2001:db8::7]:4711\";host=\"photos.example.com:8443\"", "2001:db8::7 http://photos.example.com:8443"),
        ("for=192.0.2.1;proto=https, for=203.0.113.7", "203.0.113.7 http://own.example.com"),
        ("for=203.0.113.7;proto=https;by=_edge, for=10.0.0.2;proto=http", "203.0.113.7 https://own.example.com"),
        ("for=_hidden;proto=https", "10.0.0.1 https://own.example.com"),
        ("for=unknown", "10.0.0.1 http://own.example.com"),
        ("nonsense", "10.0.0.1 http://own.example.com"),
        ("host=\"photos.example.com/\\\"\"", "10.0.0.1 http://own.example.com"),
        // A quote that a client leaves open must not make the proxy's words a part of its own.
        ("for=192.0.2.1;x=\", for=203.0.113.7;proto=https", "203.0.113.7 https://own.example.com"),
        ("for=192.0.2.1;x=\", for=\"[2001:db8::7]\"", "2001:db8::7 http://own.example.com"),
        ("for=192.0.2.1;x=\"a,b;for=c\", for=203.0.113.7", "203.0.113.7 http://own.example.com"),
    ] {
        assert_eq!(believed(NEAR, &[("forwarded", value)]), expected, "{value}");
    }
    // A proxy that writes X-Forwarded-… lets a client's Forwarded through.
    let both = [("forwarded", "for=192.0.2.1;proto=https;host=evil.example.com"), ("for", PHONE)];
    assert_eq!(believed(NEAR, &both), "203.0.113.7 http://own.example.com");
}

proptest! {
    #[test]
    fn nothing_breaks_out_of_a_link(name in "(for|proto|host|forwarded)", value in "[ -~]{0,60}", other in "[ -~]{0,60}") {
        let said = believed(NEAR, &[(&name, &value), ("forwarded", &other)]);
        let (_, base) = said.split_once(' ').unwrap();
        prop_assert!(base.starts_with("http://") || base.starts_with("https://"));
        prop_assert!(!base.contains(['"', ' ', '?', '#', '@', ',']) && base.matches('/').count() == 2, "{base}");
    }
}
