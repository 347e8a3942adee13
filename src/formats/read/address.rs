//! What counts as an address in a file: a URL, with or without a scheme, or a domain.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::domain::domain_name::{is_usual, normalize};
use crate::domain::public_suffix::has_known_suffix;
use crate::domain::url_parts::{host, host_and_port, registered_domain};

/// A URL as it is stored: unchanged, but with `https://` if it has no scheme. `None` if it is not an address.
pub(super) fn url(cell: &str) -> Option<Cow<'_, str>> {
    // Most are plain, and a large file has millions.
    if is_plain_url(cell) {
        return Some(Cow::Borrowed(cell));
    }
    let text = cell.trim();
    if after_scheme(text).is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/')) {
        return Some(Cow::Borrowed(cell));
    }
    let bare = text.strip_prefix("//").unwrap_or(text);
    let host = bare.split(['/', '?', '#']).next().unwrap_or_default();
    (is_host(host) && !bare.contains(char::is_whitespace)).then(|| Cow::Owned(format!("https://{bare}")))
}

fn is_plain_url(cell: &str) -> bool {
    // Patterns, since a call to compare eight bytes would take longer.
    let first = match cell.as_bytes() {
        [b'h', b't', b't', b'p', b's', b':', b'/', b'/', first, ..] => first,
        [b'h', b't', b't', b'p', b':', b'/', b'/', first, ..] => first,
        _ => return false,
    };
    first.is_ascii_alphanumeric()
}

/// A domain in its normal form. `None` if it does not look like one, as `Total` does not.
pub(super) fn domain(cell: &str) -> Option<Cow<'_, str>> {
    if is_usual(cell) {
        return Some(Cow::Borrowed(cell));
    }
    name(cell).map(normalize)
}

/// The domain as it is written in a cell that is a domain or a URL.
pub(super) fn name(cell: &str) -> Option<&str> {
    let text = cell.trim();
    if is_host(text) { Some(text) } else { after_scheme(text).map(|_| host(text)).filter(|host| is_host(host)) }
}

/// The normal form of the registered domain of an http or https URL, else empty.
pub(super) fn domain_of(url: &str) -> Cow<'_, str> {
    let is_web = |scheme: &str| scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    match url.trim_start().split_once("://") {
        Some((scheme, _)) if is_web(scheme) => normalize(registered_domain(host(url))),
        _ => Cow::Borrowed(""),
    }
}

/// Whether a cell can only be an address, and no header: a URL with a scheme, or one whose host has a known suffix.
pub(super) fn is_certain(cell: &str) -> bool {
    let cell = cell.trim();
    if cell.is_empty() || cell.contains(char::is_whitespace) {
        return false;
    }
    let host_of = |text: &'_ str| text.split(['/', '?', '#']).next().unwrap_or_default().len();
    match after_scheme(cell) {
        Some(rest) => {
            let host = rest.get(..host_of(rest)).unwrap_or_default();
            let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
            is_host(host) && !has_second_url(rest)
        }
        None => {
            let host = cell.get(..host_of(cell)).unwrap_or_default();
            is_host(host) && !host.contains('_') && (host.starts_with("www.") || has_real_suffix(host))
        }
    }
}

/// Whether a text begins with an address, whatever follows, as a row may and a header does not.
pub(super) fn begins(text: &str) -> bool {
    let text = text.trim_start_matches(['"', ' ']);
    let text = text.strip_prefix("domain:").unwrap_or(text);
    is_certain(text.split(|c: char| c.is_whitespace() || ",;|".contains(c)).next().unwrap_or_default())
}

/// The domain that a cell is or belongs to, to count the sites of a column.
pub(super) fn site(cell: &str) -> Option<String> {
    let url = url(cell)?;
    Some(domain_of(&url).into_owned()).filter(|site| !site.is_empty())
}

/// What follows `scheme://`.
fn after_scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    is_scheme.then_some(rest)
}

/// Whether several cells were taken for one, since the delimiter is another one.
fn has_second_url(rest: &str) -> bool {
    let mut rest = rest;
    while let Some(at) = memchr::memchr3(b',', b';', b'|', rest.as_bytes()) {
        rest = rest.get(at + 1..).unwrap_or_default();
        let start = rest.trim_start_matches('"');
        if start.starts_with("http://") || start.starts_with("https://") {
            return true;
        }
    }
    false
}

/// A public suffix, or a name that RFC 2606 reserves for examples and tests.
fn has_real_suffix(host: &str) -> bool {
    let host = host.split(':').next().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    let (_, last) = host.rsplit_once('.').unwrap_or(("", &host));
    matches!(last, "example" | "test" | "invalid" | "localhost") || has_known_suffix(&host)
}

/// A host with a dot, and a port if there is one; or an IP address.
fn is_host(text: &str) -> bool {
    let (name, port) = host_and_port(text);
    if !port.trim_start_matches(':').bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    if let Some(address) = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<Ipv6Addr>().is_ok();
    }
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_label = |label: &str| {
        let is_name =
            |c: char| if c.is_ascii() { c.is_ascii_alphanumeric() || "-_".contains(c) } else { !c.is_control() };
        !label.is_empty() && label.chars().all(is_name)
    };
    // A version or a decimal number is not a domain.
    let ends_with_number = name.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    name.contains('.') && name.split('.').all(is_label) && (!ends_with_number || name.parse::<Ipv4Addr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_without_a_scheme_are_https() {
        for (cell, stored) in [
            ("https://a.example/x y", Some("https://a.example/x y")),
            (" HTTP://a.example ", Some(" HTTP://a.example ")),
            ("www.a.example/x", Some("https://www.a.example/x")),
            ("//a.example/x", Some("https://a.example/x")),
            ("a.example:8080?q", Some("https://a.example:8080?q")),
            ("[2001:db8::1]/x", Some("https://[2001:db8::1]/x")),
            ("münchen.example", Some("https://münchen.example")),
            ("android-app://com.app", Some("android-app://com.app")),
            ("https:///x", None),
            ("Total", None),
            ("red shoes", None),
            ("/path/only", None),
            ("1.5", None),
            ("3.1.2026", None),
            ("", None),
        ] {
            assert_eq!(url(cell).as_deref(), stored, "{cell}");
        }
    }

    #[test]
    fn a_domain_looks_like_one() {
        for (cell, stored) in [
            (" www.a.example ", Some("a.example")),
            ("a.example.", Some("a.example")),
            ("1.2.3.4", Some("1.2.3.4")),
            ("https://a.example/x", Some("a.example")),
            ("Total", None),
            ("Referring domains: 5", None),
            ("12.5", None),
        ] {
            assert_eq!(domain(cell).as_deref(), stored, "{cell}");
        }
    }

    #[test]
    fn a_header_is_not_an_address() {
        for cell in ["https://a.example/x,y", "www.shop/x", "a.co.uk", "https://a.com/?u=https://b.com/", "a.com/x,y"] {
            assert!(is_certain(cell), "{cell}");
        }
        for cell in
            ["source.url", "Anchor", "first.seen", "https://a.com/,https://b.com/", "Report for a.com", "", "url_from"]
        {
            assert!(!is_certain(cell), "{cell}");
        }
    }
}
