//! Where a request has come from: by its connection, and by what proxies say in headers, if they are trusted.
//!
//! Each proxy says who has connected to it, over which scheme and to which host, behind what others have said before.
//! So the words are read from their end: those of the connection's other end count if it is trusted, those before it if
//! they are of a trusted proxy again, and so on. Whoever is named first that is not trusted is the client, and what
//! stands before that may be invented by it. Nothing in these headers is an error: what cannot be read is not there.

mod said;

use std::net::IpAddr;

use axum::{
    extract::Request,
    http::{HeaderMap, header::HOST},
};
use ipnet::IpNet;

use self::said::Said;
use crate::request::{Origin, as_host};

/// The address at the other end of the connection; put into each of its requests by [`super::serve()`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) IpAddr);

/// Puts the origin into a request.
pub(super) fn note_origin(mut request: Request, trusted: &[IpNet]) -> Request {
    let peer = request.extensions().get::<Peer>().map(|peer| peer.0);
    let origin = origin(request.headers(), peer, trusted);
    request.extensions_mut().insert(origin);
    request
}

fn origin(headers: &HeaderMap, peer: Option<IpAddr>, trusted: &[IpNet]) -> Origin {
    // Of a system that takes both kinds of addresses at one port.
    let peer = peer.map(|peer| peer.to_canonical());
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).and_then(as_host).map(str::to_owned);
    let own = Origin { client: peer, scheme: "http", host };
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    if !peer.as_ref().is_some_and(is_trusted) {
        return own;
    }
    let said = Said::in_headers(headers);
    let (mut client, mut trusted_proxies) = (peer, 1);
    for address in said.clients.iter().map_while(|address| *address) {
        client = Some(address);
        if !is_trusted(&address) {
            break;
        }
        trusted_proxies += 1;
    }
    Origin {
        client,
        scheme: of_farthest(said.schemes, trusted_proxies).unwrap_or(own.scheme),
        host: of_farthest(said.hosts, trusted_proxies).or(own.host),
    }
}

/// What the trusted proxy that is nearest to the client has said. One that says less often than others, since it
/// replaces instead of appending, speaks for those before it.
fn of_farthest<T>(said: Vec<Option<T>>, trusted_proxies: usize) -> Option<T> {
    said.into_iter().take(trusted_proxies).flatten().last()
}

#[cfg(test)]
mod tests;
