//! Every spelling of a forbidden address that we know of is refused. A table apart from the client, so that a guard
//! that is broken one day fails here without dialling into the network of whoever runs the tests.

use crate::resolver::{GuardedResolver, Refusal};
use crate::target::Target;
use crate::{AddressGuard, FetchError, Lookup, NameResolver};
use reqwest::dns::Resolve;
use std::net::IpAddr;
use std::sync::Arc;
use url::Host;

/// The spelling turns into a forbidden address, by itself or by DNS.
const FORBIDDEN: &[&str] = &[
    // Loopback in the notations of inet_aton: dotted, short, decimal, hexadecimal, octal and mixed.
    "http://127.0.0.1/",
    "https://127.0.0.1/",
    "http://127.0.0.1:8080/photo.jpg?sig=1",
    "http://127.1/",
    "http://127.0.1/",
    "http://127.255.255.254/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0X7F000001/",
    "http://0x7f.1/",
    "http://0x7f.0x0.0x0.0x1/",
    "http://0x7f.0.0.0x1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0177.1/",
    "http://0177.0x0.0.1/",
    "http://0000000177.0.0.01/",
    "http://127.0x000001/",
    "http://127.0.0.0x/",
    "http://127.0.0.1./",
    "http://127.1./",
    "http://2130706433./",
    // The same, written so that a filter on text does not see it.
    "HTTP://127.0.0.1/",
    "hTtPs://127.0.0.1/",
    "http:127.0.0.1/",
    "http:/127.0.0.1/",
    "http:///127.0.0.1/",
    "http:\\\\127.0.0.1\\",
    "  http://127.0.0.1/  ",
    "ht\ntp://127.0.\t0.1/",
    "http://%31%32%37.0.0.1/",
    "http://127%2e0%2e0%2e1/",
    "http://%30x7f.1/",
    "http://１２７.０.０.１/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://127．0．0．1/",
    "http://127｡0｡0｡1/",
    "http://０ｘ７ｆ.1/",
    "http://127.0.0.1\u{ad}/",
    "http://example.com@127.0.0.1/",
    "http://example.com:80@127.0.0.1/",
    "http://example.com%40127.0.0.1@127.0.0.1/",
    "http://example.com%23@127.1/",
    "http://user:pass@2130706433/",
    "http://127.0.0.1#@example.com/",
    "http://127.0.0.1?@example.com/",
    "http://127.0.0.1\\@example.com/",
    // Unspecified and "this network", which reach the machine itself.
    "http://0/",
    "http://0.0.0.0/",
    "http://0x0/",
    "http://00000/",
    "http://0.1/",
    // Private, shared, link-local and the metadata services of clouds.
    "http://10.0.0.1/",
    "http://012.0.0.1/",
    "http://0xa.1/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://192.168.257/",
    "http://3232235777/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/latest/meta-data/",
    "http://0xa9fea9fe/",
    "http://0251.0376.0251.0376/",
    "http://169.254.43518/",
    "http://169.16689662/",
    "http://100.100.100.200/latest/meta-data/",
    "http://192.0.0.192/opc/v2/",
    "http://168.63.129.16/",
    // What else is not the public internet.
    "http://192.0.2.1/",
    "http://192.88.99.1/",
    "http://198.18.0.1/",
    "http://198.51.100.1/",
    "http://203.0.113.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://4294967295/",
    // IPv6, plain and with IPv4 inside.
    "http://[::]/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[0000:0000:0000:0000:0000:0000:0000:0001]:8080/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::FFFF:7F00:0001]/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:8.8.8.8]/",
    "http://[::127.0.0.1]/",
    "http://[::7f00:1]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[64:ff9b:1::10.0.0.1]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:c0a8:101::1]/",
    "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "http://[2001:db8::1]/",
    "http://[3fff::1]/",
    "http://[100::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://[fe80::1]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://user@[::1]/",
    // Names; what they stand for comes from `names` below.
    "http://localhost/",
    "http://LOCALHOST./",
    "http://LocalHost:8080/",
    "http://ｌｏｃａｌｈｏｓｔ/",
    "http://loc%61lhost/",
    "http://local\u{ad}host/",
    "http://ip6-localhost/",
    "http://app.localhost/",
    "http://localhost.localdomain/",
    "http://127.0.0.1.nip.io/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://METADATA.google.internal./computeMetadata/v1/",
    "http://metadata/",
    "http://half.example.com/",
    "http://half6.example.com/",
    "http://mapped.example.com/",
    "http://faß.example.com/",
];

/// What no HTTP client should take for a host; refused as a URL.
const UNREADABLE: &[&str] = &[
    "http://[fe80::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://[::1%250]/",
    "http://[::ffff:127.1]/",
    "http://[::ffff:0x7f.0.0.1]/",
    "http://[127.0.0.1]/",
    "http://::1/",
    "http://127.0.0.1.1/",
    "http://256.0.0.1/",
    "http://4294967296/",
    "http://0x100000000/",
    "http://127.0.0.08/",
    "http://1.2.3.4.0x7f/",
    "http://127.0.0.1%00.example.com/",
    "http://127.0.0.1%0d%0aHost:%20example.com/",
    "http://127.0.0.1 .example.com/",
    "http://127.0.0.1:80:80/",
    "http://127.0.0.1:65536/",
    "http://@/",
    "http://",
    "//127.0.0.1/",
    "127.0.0.1",
];

/// What the names above stand for. No other name is known.
struct Names;

impl NameResolver for Names {
    fn lookup(&self, host: String) -> Lookup {
        let addresses: &[&str] = match host.as_str() {
            "localhost" | "localhost." | "app.localhost" | "localhost.localdomain" => &["127.0.0.1", "::1"],
            "ip6-localhost" => &["::1"],
            "127.0.0.1.nip.io" => &["127.0.0.1"],
            "metadata.google.internal" | "metadata.google.internal." => &["169.254.169.254"],
            "metadata" => &["fd20:ce::254"],
            "half.example.com" => &["93.184.215.14", "10.0.0.1"],
            "half6.example.com" => &["93.184.215.14", "2606:4700:4700::1111", "::1"],
            "mapped.example.com" => &["::ffff:169.254.169.254"],
            "xn--fa-hia.example.com" => &["192.168.0.1"],
            "www.example.com" => &["93.184.215.14", "2606:4700:4700::1111"],
            _ => &[],
        };
        let addresses: Vec<IpAddr> = addresses.iter().map(|ip| ip.parse().unwrap()).collect();
        Box::pin(async move { Ok(addresses) })
    }
}

#[derive(Debug, PartialEq)]
enum Verdict {
    Dialled,
    Forbidden,
    Unreadable,
    Other,
}

/// What the client does before it opens a connection.
async fn judge(url: &str) -> Verdict {
    let guard = AddressGuard::default();
    let target = match Target::read(url, &guard) {
        Ok(target) => target,
        Err(FetchError::Forbidden { .. }) => return Verdict::Forbidden,
        Err(FetchError::BadUrl { .. }) => return Verdict::Unreadable,
        Err(_) => return Verdict::Other,
    };
    let Some(Host::Domain(name)) = target.url.host() else { return Verdict::Dialled };
    let resolver = GuardedResolver { guard, names: Arc::new(Names) };
    match resolver.resolve(name.parse().unwrap()).await {
        Ok(_) => Verdict::Dialled,
        Err(error) if error.downcast_ref() == Some(&Refusal::Forbidden) => Verdict::Forbidden,
        Err(_) => Verdict::Other,
    }
}

#[tokio::test]
async fn every_spelling_is_refused() {
    const { assert!(FORBIDDEN.len() >= 60) };
    let mut wrong = Vec::new();
    for (urls, expected) in [(FORBIDDEN, Verdict::Forbidden), (UNREADABLE, Verdict::Unreadable)] {
        for url in urls {
            let verdict = judge(url).await;
            if verdict != expected {
                wrong.push(format!("{url:?}: {verdict:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn public_addresses_and_names_pass() {
    for url in [
        "https://www.example.com/photo.jpg?sig=1",
        "http://93.184.215.14:8080/",
        "http://1572395790/",
        "https://[2606:4700:4700::1111]/",
        "http://[64:ff9b::93.184.215.14]/",
    ] {
        assert_eq!(judge(url).await, Verdict::Dialled, "{url}");
    }
}
