//! The address ranges that are not the public internet: the IANA special-purpose registries for IPv4 and IPv6
//! (RFC 6890 and its updates), and the one public address that is a cloud's metadata service.

use ipnet::{Ipv4Net, Ipv6Net};
use std::net::{Ipv4Addr, Ipv6Addr};

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(a: u16, b: u16, c: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), prefix)
}

const RESERVED_V4: &[Ipv4Net] = &[
    v4(0, 0, 0, 0, 8),        // "this network"; Linux connects 0.0.0.0 to itself
    v4(10, 0, 0, 0, 8),       // private
    v4(100, 64, 0, 0, 10),    // shared by carriers; one cloud's metadata service is in it
    v4(127, 0, 0, 0, 8),      // loopback
    v4(168, 63, 129, 16, 32), // public by its number, but a cloud's host agent on every machine there
    v4(169, 254, 0, 0, 16),   // link-local, most clouds' metadata service
    v4(172, 16, 0, 0, 12),    // private
    v4(192, 0, 0, 0, 24),     // protocol assignments
    v4(192, 0, 2, 0, 24),     // documentation
    v4(192, 88, 99, 0, 24),   // 6to4 relays, given up
    v4(192, 168, 0, 0, 16),   // private
    v4(198, 18, 0, 0, 15),    // benchmarking
    v4(198, 51, 100, 0, 24),  // documentation
    v4(203, 0, 113, 0, 24),   // documentation
    v4(224, 0, 0, 0, 4),      // multicast
    v4(240, 0, 0, 0, 4),      // reserved, and the broadcast address
];

/// All of IPv6 that is handed out as global unicast. What lies outside is refused unseen: unspecified, loopback,
/// IPv4-mapped, IPv4-compatible and translated forms, discard, segment routing, unique local, link-local, site-local,
/// multicast, and whatever is still unassigned.
const GLOBAL_V6: Ipv6Net = v6(0x2000, 0, 0, 3);

/// The exceptions within [`GLOBAL_V6`].
const RESERVED_V6: &[Ipv6Net] = &[
    v6(0x2001, 0, 0, 23),     // protocol assignments: Teredo, benchmarking, both ORCHIDs
    v6(0x2001, 0xdb8, 0, 32), // documentation
    v6(0x3fff, 0, 0, 20),     // documentation
];

const NAT64: Ipv6Net = v6(0x64, 0xff9b, 0, 96);
const SIX_TO_FOUR: Ipv6Net = v6(0x2002, 0, 0, 16);

pub(crate) fn is_public_v4(ip: Ipv4Addr) -> bool {
    !RESERVED_V4.iter().any(|net| net.contains(&ip))
}

pub(crate) fn is_public_v6(ip: Ipv6Addr) -> bool {
    GLOBAL_V6.contains(&ip) && !RESERVED_V6.iter().any(|net| net.contains(&ip))
}

/// The IPv4 address at which a packet to `ip` really arrives, for the two forms that gateways on the way translate:
/// NAT64 (RFC 6052; the local-use prefix 64:ff9b:1::/48 is refused as a whole) and 6to4 (RFC 3056).
pub(crate) fn translated_v4(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let o = ip.octets();
    if NAT64.contains(&ip) {
        Some(Ipv4Addr::new(o[12], o[13], o[14], o[15]))
    } else if SIX_TO_FOUR.contains(&ip) {
        Some(Ipv4Addr::new(o[2], o[3], o[4], o[5]))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both ends of every range are in it, and the range is written with its first address.
    #[test]
    fn ranges_hold_from_end_to_end() {
        for net in RESERVED_V4 {
            assert_eq!(net.network(), net.addr(), "{net} is not written with its first address");
            assert!(!is_public_v4(net.network()) && !is_public_v4(net.broadcast()), "{net}");
        }
        for net in RESERVED_V6 {
            assert_eq!(net.network(), net.addr(), "{net} is not written with its first address");
            assert!(!is_public_v6(net.network()) && !is_public_v6(net.broadcast()), "{net}");
        }
    }
}
