//! What proxies say in headers: `X-Forwarded-For`, `-Proto` and `-Host`, or `Forwarded` (RFC 7239).

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, header::FORWARDED};

use crate::request::as_host;

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// What each proxy on the way has said, the nearest one first; `None` for what cannot be read.
#[derive(Default)]
pub(super) struct Said {
    /// Who has connected to it.
    pub(super) clients: Vec<Option<IpAddr>>,
    /// `http` or `https`.
    pub(super) schemes: Vec<Option<&'static str>>,
    pub(super) hosts: Vec<Option<String>>,
}

impl Said {
    /// A proxy writes one kind and lets the other through as callers have sent it. So `Forwarded` counts only where
    /// there is no `X-Forwarded-…`, which nearly all proxies write.
    pub(super) fn in_headers(headers: &HeaderMap) -> Self {
        if ![FOR, PROTO, HOST].iter().any(|name| headers.contains_key(name)) {
            return Self::in_forwarded(headers);
        }
        Self {
            clients: nearest_first(headers, &FOR, address),
            schemes: nearest_first(headers, &PROTO, scheme),
            hosts: nearest_first(headers, &HOST, host),
        }
    }

    fn in_forwarded(headers: &HeaderMap) -> Self {
        Self {
            clients: nearest_first(headers, &FORWARDED, |hop| value(hop, "for").and_then(address)),
            schemes: nearest_first(headers, &FORWARDED, |hop| value(hop, "proto").and_then(scheme)),
            hosts: nearest_first(headers, &FORWARDED, |hop| value(hop, "host").and_then(host)),
        }
    }
}

/// The values of a list that may go over several headers, from its end: proxies append. What is not ASCII spoils the value
/// that it is in, and not those that were appended to it.
fn nearest_first<T>(headers: &HeaderMap, name: &HeaderName, read: impl Fn(&str) -> Option<T>) -> Vec<Option<T>> {
    let mut values = Vec::new();
    for line in headers.get_all(name) {
        let line = String::from_utf8_lossy(line.as_bytes());
        values.extend(line.split(',').map(str::trim).filter(|value| !value.is_empty()).map(&read));
    }
    values.reverse();
    values
}

/// The value of a name in `for=192.0.2.60;proto=http;host="example.com:8080"`.
///
/// Lists are cut at every comma and semicolon, in quotes or not: nothing that is looked for holds one, and a quote that a
/// client leaves open must not reach into what a proxy appends.
fn value<'a>(hop: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = hop.split(';').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(known, _)| known.trim().eq_ignore_ascii_case(name))?;
    let value = value.trim();
    Some(value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value))
}

/// An address, with or without the port that some proxies add.
fn address(text: &str) -> Option<IpAddr> {
    let alone = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = alone.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|with_port| with_port.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

fn scheme(text: &str) -> Option<&'static str> {
    ["http", "https"].into_iter().find(|known| known.eq_ignore_ascii_case(text))
}

fn host(text: &str) -> Option<String> {
    as_host(text).map(str::to_owned)
}
