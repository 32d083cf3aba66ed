//! Which server, as whom, for which site; and what sizes and times look like on the command line.

use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use url::Url;
use uuid::Uuid;

pub(super) const DEFAULT_SERVER: &str = "http://127.0.0.1:8080";
const MIB: u64 = 1024 * 1024;
/// What the protocol counts in: every chunk but the last is a multiple of it.
const CHUNK_UNIT: u64 = 256 * 1024;

/// What every command takes that talks to a server.
#[derive(Args, Clone, Debug)]
pub(crate) struct ServerOptions {
    /// Address of the server
    #[arg(long, env = "FIELDPROOF_SERVER", value_name = "URL", default_value = DEFAULT_SERVER)]
    pub(super) server: String,
    /// API token; the variable keeps it from other users of this machine
    #[arg(long, env = "FIELDPROOF_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub(super) token: Option<String>,
    /// Id of the site, when it is not the token's own
    #[arg(long, value_name = "ID")]
    pub(super) site: Option<Uuid>,
}

impl ServerOptions {
    /// The server's address without a final slash.
    pub(super) fn url(&self) -> anyhow::Result<Url> {
        let text = self.server.trim_end_matches('/');
        let usable = Url::parse(text).ok().filter(|url| {
            let is_plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
            matches!(url.scheme(), "http" | "https") && url.has_host() && is_plain
        });
        let url = usable
            .with_context(|| format!("--server {text}: use http(s)://host[:port][/path], without a query or a user"))?;
        Ok(url)
    }

    /// Where the batches are.
    pub(super) fn batches(&self) -> anyhow::Result<Url> {
        let site = self.site.map(|site| format!("/sites/{site}")).unwrap_or_default();
        let url = self.url()?;
        let base = url.as_str().trim_end_matches('/');
        Url::parse(&format!("{base}{site}/v0.2/batches")).context("--server")
    }

    /// These options for a command line to copy, with a space before each; the token, being secret, is not among them.
    pub(super) fn repeated(&self) -> String {
        let server = (self.server != DEFAULT_SERVER).then(|| format!(" --server {}", quoted(&self.server)));
        let site = self.site.map(|site| format!(" --site {site}"));
        [server, site].into_iter().flatten().collect()
    }
}

/// An argument as a shell takes it.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:@%+=,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// Reads a chunk's size, such as `8MiB`: a multiple of 256 KiB.
pub(super) fn chunk_size(text: &str) -> Result<u64, String> {
    let (digits, unit) = split(text);
    let unit = match unit.to_ascii_lowercase().trim_end_matches("ib") {
        "" | "b" => 1,
        "k" => 1024,
        "m" => MIB,
        "g" => 1024 * MIB,
        _ => return Err("write a number of bytes, KiB, MiB or GiB, such as 8MiB".to_owned()),
    };
    let bytes = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    match bytes {
        Some(bytes) if bytes > 0 && bytes % CHUNK_UNIT == 0 && bytes <= 1024 * MIB => Ok(bytes),
        Some(_) => Err("it must be a multiple of 256 KiB, 1 GiB at most".to_owned()),
        None => Err("write a number of bytes, KiB, MiB or GiB, such as 8MiB".to_owned()),
    }
}

/// Reads a time, such as `90s`, `10m` or `1h`.
pub(super) fn time(text: &str) -> Result<Duration, String> {
    let (digits, unit) = split(text);
    let unit = match unit {
        "s" | "" => 1,
        "m" | "min" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err("write seconds, minutes, hours or days, such as 90s, 10m, 1h or 2d".to_owned()),
    };
    let seconds = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    let seconds = seconds.filter(|seconds| (1..=365 * 86_400).contains(seconds));
    seconds.map(Duration::from_secs).ok_or_else(|| "write a time from 1s to 365d, such as 10m".to_owned())
}

fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    (digits, unit.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(server: &str, site: Option<Uuid>) -> ServerOptions {
        ServerOptions { server: server.to_owned(), token: Some("fp_secret".to_owned()), site }
    }

    #[test]
    fn the_address_may_have_a_path_and_a_site() {
        let batches = |server, site| options(server, site).batches().map(|url| url.to_string()).ok();
        let site = Uuid::from_u128(7);
        assert_eq!(batches("http://127.0.0.1:8080/", None).as_deref(), Some("http://127.0.0.1:8080/v0.2/batches"));
        assert_eq!(
            batches("https://photos.example.com/engage", Some(site)),
            Some(format!("https://photos.example.com/engage/sites/{site}/v0.2/batches"))
        );
        for wrong in ["", "127.0.0.1:8080", "ftp://example.com", "http://", "http://example.com?a=b", "http://me@x"] {
            assert_eq!(batches(wrong, None), None, "{wrong}");
        }
    }

    #[test]
    fn options_are_repeated_without_the_secret() {
        assert_eq!(options(DEFAULT_SERVER, None).repeated(), "");
        let site = Uuid::from_u128(7);
        let repeated = options("https://example.com/a b", Some(site)).repeated();
        assert_eq!(repeated, format!(" --server 'https://example.com/a b' --site {site}"));
        assert_eq!(quoted("it's.zip"), r"'it'\''s.zip'");
    }

    #[test]
    fn sizes_and_times() {
        assert_eq!(chunk_size("8MiB"), Ok(8 * MIB));
        assert_eq!(chunk_size("512 KiB"), Ok(512 * 1024));
        assert_eq!(chunk_size("262144"), Ok(CHUNK_UNIT));
        assert_eq!(chunk_size("1g"), Ok(1024 * MIB));
        for wrong in ["", "0", "1000", "8MB", "-8MiB", "1.5MiB", "2GiB", "99999999999999999999", "18014398509481984KiB"]
        {
            assert!(chunk_size(wrong).is_err(), "{wrong}");
        }
        assert_eq!(time("90"), Ok(Duration::from_secs(90)));
        assert_eq!(time("10m"), Ok(Duration::from_secs(600)));
        assert_eq!(time("1 h"), Ok(Duration::from_secs(3600)));
        for wrong in ["", "0s", "5y", "-1s", "400d", "99999999999999999999d"] {
            assert!(time(wrong).is_err(), "{wrong}");
        }
    }
}
