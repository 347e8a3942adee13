//! The normal form of domain names: punycode, lower case, no trailing dot, and no `www.`; of IP addresses, the form that
//! browsers use. Link sets store only this form, so that the same domain is the same text wherever it is written.
//!
//! The API gives the registered domain of a referring page, as a list of URLs does, but other tools may keep the subdomain.
//! Wherever referring domains are counted or compared, it is therefore by [`site`].

use std::borrow::Cow;

use idna::AsciiDenyList;
use url::Host;

use super::public_suffix::registrable;
use super::url_parts::{HostName, host, registered_domain};

/// The normal form of a name, or of the host of a URL. Text that is not a domain name is returned unchanged.
pub fn normalize(name: &str) -> Cow<'_, str> {
    // Most names are normal already. This check is all that a large file pays for each of its names.
    if is_plain(name) && !name.ends_with(is_dot_or_digit) && !name.starts_with(WWW) {
        return Cow::Borrowed(name);
    }
    normalize_any(name)
}

/// Only IPv4 addresses end with a digit; no top-level domain does.
fn is_dot_or_digit(ch: char) -> bool {
    ch == '.' || ch.is_ascii_digit()
}

/// The registered domain of a name in its normal form: what referring domains are counted and compared by. A subdomain of a
/// shared host, such as `me.github.io`, is a registered domain. Text that is not a domain name is returned unchanged.
pub fn site(name: &str) -> &str {
    if is_plain(name) { registered_domain(name) } else { name }
}

#[cold]
fn normalize_any(name: &str) -> Cow<'_, str> {
    let host = host_of(name.trim());
    if let Some(address) = ip_address(host) {
        return if address == name { Cow::Borrowed(name) } else { Cow::Owned(address) };
    }
    match to_ascii(host) {
        Some(Cow::Borrowed(ascii)) => Cow::Borrowed(without_www(ascii)),
        Some(Cow::Owned(ascii)) => Cow::Owned(without_www(&ascii).to_owned()),
        None => Cow::Borrowed(name),
    }
}

/// An IPv6 address in brackets, or an IPv4 address with four numbers, in their normal form.
fn ip_address(host: &str) -> Option<String> {
    let bare = host.trim_end_matches('.');
    // Fewer numbers are an address only for browsers; here they may be the start of one, or a version.
    let is_numbers = bare.split('.').count() == 4 && bare.ends_with(is_dot_or_digit);
    let parsed = match host.contains(':') {
        true => Host::parse(host).or_else(|_| Host::parse(&format!("[{host}]"))),
        false if is_numbers => Host::parse(bare),
        false => return None,
    };
    match parsed.ok()? {
        Host::Domain(_) => None,
        address => Some(address.to_string()),
    }
}

/// A name in punycode and lower case, without trailing dots but with its `www.`; `None` if it is not a domain name.
/// IPv4 addresses are valid names.
pub fn to_ascii(name: &str) -> Option<Cow<'_, str>> {
    let ascii = if is_plain(name) {
        Cow::Borrowed(name)
    } else if name.is_ascii() {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        idna::domain_to_ascii_cow(name.as_bytes(), AsciiDenyList::URL).ok()?
    };
    let ascii = match ascii {
        Cow::Borrowed(ascii) => Cow::Borrowed(ascii.trim_end_matches('.')),
        Cow::Owned(ascii) => Cow::Owned(ascii.trim_end_matches('.').to_owned()),
    };
    (!ascii.is_empty() && is_plain(&ascii)).then_some(ascii)
}

/// The name as people read it: in Unicode, unless it may look like another name or does not convert back.
pub fn readable(name: &str) -> Cow<'_, str> {
    if !name.contains(PUNYCODE) || !is_plain(name) {
        return Cow::Borrowed(name);
    }
    let converts_back = |unicode: &String| idna::domain_to_ascii(unicode).is_ok_and(|ascii| ascii == name);
    match HostName::of(name) {
        HostName { unicode: Some(unicode), warning: None, .. } if converts_back(&unicode) => Cow::Owned(unicode),
        _ => Cow::Borrowed(name),
    }
}

const WWW: &str = "www.";
const PUNYCODE: &str = "xn--";

/// By byte: whether it can be in a host name in lower case.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0;
    while byte < plain.len() {
        plain[byte] = matches!(byte as u8, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_');
        byte += 1;
    }
    plain
};

/// Whether a character can be in the name of a host in its normal form.
pub fn is_plain_char(ch: char) -> bool {
    u8::try_from(ch).is_ok_and(|byte| PLAIN[usize::from(byte)])
}

fn is_plain(name: &str) -> bool {
    // Without branches, this takes a third of the time of `all` with ranges.
    name.bytes().fold(true, |plain, byte| plain & PLAIN[usize::from(byte)])
}

/// The host of a URL or of a host with a port; any other text unchanged.
fn host_of(text: &str) -> &str {
    let host = if text.contains(['/', ':', '?', '#']) { host(text) } else { text };
    // The start of an IPv6 address is not a host.
    if host.contains('.') || host.ends_with(']') { host } else { text }
}

/// Without `www.`, unless it is part of the registrable domain, as in `www.com` and `www.co.uk`.
fn without_www(mut name: &str) -> &str {
    while let Some(rest) = name.strip_prefix(WWW)
        && registrable(name).is_some_and(|domain| domain.len() <= rest.len())
    {
        name = rest;
    }
    name
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_way_to_write_a_domain_has_one_normal_form() {
        for (name, normal) in [
            ("münchen.example", "xn--mnchen-3ya.example"),
            ("MÜNCHEN.Example", "xn--mnchen-3ya.example"),
            ("mu\u{308}nchen.example", "xn--mnchen-3ya.example"),
            ("XN--MNCHEN-3YA.example.", "xn--mnchen-3ya.example"),
            ("www.münchen.example", "xn--mnchen-3ya.example"),
            ("ｗｗｗ．Zwei．example。", "zwei.example"),
            ("Zwei.Example", "zwei.example"),
            (" www.zwei.example. ", "zwei.example"),
            ("https://www.Zwei.example:8080/a?b#c", "zwei.example"),
            ("zwei.example/a", "zwei.example"),
            ("zwei.example:80", "zwei.example"),
            ("www.www.zwei.example", "zwei.example"),
            ("1.2.3.4:80", "1.2.3.4"),
            ("1.2.3.4.", "1.2.3.4"),
            ("127.000.0.01", "127.0.0.1"),
            ("0x7f.0.0.1", "127.0.0.1"),
            ("[2001:DB8::1]", "[2001:db8::1]"),
            ("[2001:db8:0::1]", "[2001:db8::1]"),
            ("http://[2001:db8:0:0:0:0:0:1]:8080/x", "[2001:db8::1]"),
            ("2001:DB8::1", "[2001:db8::1]"),
            ("[::ffff:1.2.3.4]", "[::ffff:102:304]"),
            ("_dmarc.a-b.example", "_dmarc.a-b.example"),
        ] {
            assert_eq!(normalize(name), normal, "{name}");
        }
    }

    #[test]
    fn a_registrable_domain_keeps_its_www() {
        for name in ["www.com", "www.co.uk", "www.example", "www.github.io", "www", "www.", "wwwa.com", "www2.a.com"] {
            assert_eq!(normalize(name), name.trim_end_matches('.'), "{name}");
        }
        assert_eq!(normalize("www.www.com"), "www.com");
    }

    #[test]
    fn other_texts_are_unchanged() {
        for text in [
            "",
            ".",
            "a b.com",
            "a.com\ndomain:b.com",
            "[2001:db8::1]",
            "[2001:db8::g]",
            "[",
            "]",
            "1.5",
            "192.168.1",
            "1.2.3.256",
            "12345",
            "a.b.c.2",
            "*.a.com",
            "x@a.com",
            "Ü b.com",
        ] {
            assert_eq!(normalize(text), text, "{text}");
        }
    }

    #[test]
    fn referring_domains_are_compared_by_registered_domain() {
        for (name, expected) in [
            ("blog.news-site.com", "news-site.com"),
            ("news-site.com", "news-site.com"),
            ("a.b.co.uk", "b.co.uk"),
            ("co.uk", "co.uk"),
            ("a.me.github.io", "me.github.io"),
            ("blogspot.com", "blogspot.com"),
            ("www.com", "www.com"),
            ("1.2.3.4", "1.2.3.4"),
            ("[2001:db8::1]", "[2001:db8::1]"),
            ("localhost", "localhost"),
            ("no domain. at all. here", "no domain. at all. here"),
            ("", ""),
        ] {
            assert_eq!(site(name), expected, "{name}");
        }
    }

    #[test]
    fn names_are_readable_unless_they_mislead() {
        for (name, shown) in [
            ("xn--mnchen-3ya.example", "münchen.example"),
            ("www.xn--mnchen-3ya.example", "www.münchen.example"),
            ("zwei.example", "zwei.example"),
            ("xn--pple-43d.com", "xn--pple-43d.com"),
            ("xn--80ak6aa92e.com", "xn--80ak6aa92e.com"),
            ("xn--a.com", "xn--a.com"),
            ("xn--mnchen-3ya.example:80", "xn--mnchen-3ya.example:80"),
        ] {
            assert_eq!(readable(name), shown, "{name}");
        }
    }

    proptest! {
        #[test]
        fn normalizing_twice_changes_nothing(name in "(www\\.)?([a-zA-ZäÖß語。\\.:/@ _-]|\\PC){0,16}(\\.com|\\.co\\.uk)?[./]?") {
            let once = normalize(&name).into_owned();
            prop_assert_eq!(normalize(&once), once.as_str());
            prop_assert!(once == name || is_plain(&once) || once.starts_with('['), "{}", once);
            let shown = readable(&once);
            prop_assert_eq!(normalize(&shown), once.as_str());
        }

        #[test]
        fn a_normal_name_is_not_copied(name in "([a-v][a-z0-9_-]{0,8}\\.){1,3}[a-z]{2,6}") {
            prop_assert!(matches!(normalize(&name), Cow::Borrowed(same) if same == name));
        }
    }
}
