//! Which addresses may be dialled.

use crate::reserved::{is_public_v4, is_public_v6, translated_v4};
use ipnet::IpNet;
use std::net::IpAddr;

/// Lets public addresses through, and those the operator has opened (`--allow-address`).
#[derive(Debug, Clone, Default)]
pub struct AddressGuard {
    allowed: Vec<IpNet>,
}

impl AddressGuard {
    /// A guard that opens `allowed` besides the public internet. An opened IPv4 range is open in its IPv4-mapped form
    /// (`::ffff:a.b.c.d`) too.
    pub fn new(allowed: Vec<IpNet>) -> Self {
        Self { allowed }
    }

    /// Whether `ip` may be dialled. Addresses that carry an IPv4 address for a gateway (NAT64, 6to4) are judged by it.
    pub fn permits(&self, ip: IpAddr) -> bool {
        self.is_opened(ip)
            || match ip {
                IpAddr::V4(v4) => is_public_v4(v4),
                IpAddr::V6(v6) => translated_v4(v6).map_or_else(|| is_public_v6(v6), |v4| self.permits(IpAddr::V4(v4))),
            }
    }

    fn is_opened(&self, ip: IpAddr) -> bool {
        let unmapped = ip.to_canonical();
        self.allowed.iter().any(|net| net.contains(&ip) || net.contains(&unmapped))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(allowed: &[&str]) -> AddressGuard {
        AddressGuard::new(allowed.iter().map(|net| net.parse().unwrap()).collect())
    }

    fn check(guard: &AddressGuard, permitted: bool, addresses: &str) {
        for address in addresses.split_whitespace() {
            assert_eq!(guard.permits(address.parse().unwrap()), permitted, "{address} with {guard:?}");
        }
    }

    #[test]
    fn public_addresses_pass() {
        check(
            &guard(&[]),
            true,
            "1.0.0.0 1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 93.184.215.14 100.63.255.255 100.128.0.0 126.255.255.255 \
             128.0.0.0 168.63.129.15 168.63.129.17 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255 \
             192.0.1.0 192.0.3.0 192.88.98.255 192.88.100.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 \
             198.51.99.255 198.51.101.0 203.0.112.255 203.0.114.0 223.255.255.255 \
             2000:: 2001:200:: 2001:4860:4860::8888 2001:db7:ffff::1 2001:db9:: 2606:4700:4700::1111 2a00:1450:4001::1 \
             3ffe:ffff:: 3fff:1000:: 64:ff9b::808:808 2002:808:808::1",
        );
    }

    #[test]
    fn reserved_addresses_do_not() {
        check(
            &guard(&[]),
            false,
            "0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.100.100.200 100.127.255.255 127.0.0.1 \
             127.255.255.255 168.63.129.16 169.254.0.0 169.254.169.254 169.254.255.255 172.16.0.0 172.31.255.255 \
             192.0.0.0 192.0.0.192 192.0.0.255 192.0.2.1 192.88.99.1 192.168.0.0 192.168.255.255 198.18.0.0 \
             198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.0 255.255.255.254 255.255.255.255 \
             :: ::1 ::2 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1 ::ffff:0:8.8.8.8 \
             64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b:1::1 64:ff9b:1::8.8.8.8 64:ff9b:0:1::808:808 \
             100::1 100:0:0:1::1 1fff:ffff::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1 2001:20::1 \
             2001:1ff:ffff::1 2001:db8::1 2002:7f00:1:: 2002:a00:1:: 2002:a9fe:a9fe:: 2002:c0a8:101::1 \
             3fff::1 3fff:fff:ffff::1 4000:: 5f00::1 fc00::1 fd00:ec2::254 fd20:ce::254 fdff:ffff::1 \
             fe80::1 febf::1 fec0::1 feff::1 ff00:: ff02::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        );
    }

    #[test]
    fn opened_ranges_pass_in_every_form_and_open_nothing_else() {
        let opened = guard(&["127.0.0.1/32", "10.1.0.0/16", "fd12:3456::/32"]);
        check(
            &opened,
            true,
            "127.0.0.1 ::ffff:127.0.0.1 10.1.0.0 10.1.255.255 ::ffff:10.1.2.3 64:ff9b::10.1.2.3 fd12:3456::1 8.8.8.8",
        );
        check(
            &opened,
            false,
            "127.0.0.2 ::1 ::127.0.0.1 10.0.255.255 10.2.0.0 ::ffff:10.2.0.0 64:ff9b::10.2.0.0 fd12:3457:: 169.254.169.254",
        );
    }

    /// The same number in every IPv6 clothing is refused, for each address of a sweep over all IPv4 /16 networks.
    #[test]
    fn no_reserved_ipv4_slips_through_in_ipv6_clothing() {
        let closed = guard(&[]);
        let mut reserved = 0;
        for high in 0..=u16::MAX {
            let v4 = std::net::Ipv4Addr::from_bits(u32::from(high) << 16 | 0x0101);
            let [a, b, c, d] = v4.octets();
            let low = u16::from_be_bytes([c, d]);
            let mapped = v4.to_ipv6_mapped();
            assert!(!closed.permits(IpAddr::V6(mapped)), "{mapped}");
            if !closed.permits(IpAddr::V4(v4)) {
                reserved += 1;
                let high = u16::from_be_bytes([a, b]);
                for v6 in [[0x64, 0xff9b, 0, 0, 0, 0, high, low], [0x2002, high, low, 0, 0, 0, 0, 1]] {
                    let v6 = std::net::Ipv6Addr::from(v6);
                    assert!(!closed.permits(IpAddr::V6(v6)), "{v6} holds {v4}");
                }
            }
        }
        // 0, 10, 127 and 224-255 are whole /8 networks; 100.64/10, 172.16/12, 169.254/16, 192.168/16 and 198.18/15.
        assert_eq!(reserved, (3 + 32) * 256 + 64 + 16 + 1 + 1 + 2);
    }
}
