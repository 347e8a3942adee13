//! The normal form of domain names: punycode, lower case, no trailing dot, and no `www.`; of IP addresses, the form that
//! browsers use. Link sets store only this form, so that the same domain is the same text wherever it is written.
//!
//! The API gives the registered domain of a referring page, as a list of URLs does, but other tools may keep the subdomain.
//! Wherever referring domains are counted or compared, it is therefore by [`site`].

use std::borrow::Cow;
use std::cell::RefCell;

use foldhash::HashMap;
use idna::AsciiDenyList;
use url::Host;

use super::byte_word::{HIGH_BITS, repeat};
use super::public_suffix::registrable;
use super::url_parts::{HostName, host, registered_domain};

/// The normal form of a name, or of the host of a URL. Text that is not a domain name is returned unchanged.
pub fn normalize(name: &str) -> Cow<'_, str> {
    if is_usual(name) { Cow::Borrowed(name) } else { normalize_any(name) }
}

/// Only IPv4 addresses end with a digit; no top-level domain does.
fn is_dot_or_digit(ch: char) -> bool {
    ch == '.' || ch.is_ascii_digit()
}

/// The registered domain of a name in its normal form: what referring domains are counted and compared by. A subdomain of a
/// shared host, such as `me.github.io`, is a registered domain. Text that is not a domain name is returned unchanged.
pub fn site(name: &str) -> &str {
    // Most names have one dot, so there is nothing to look up.
    let dots = name.bytes().filter(|byte| *byte == b'.').count();
    if dots > 1 && is_plain(name) { registered_domain(name) } else { name }
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
        Cow::Owned(converted(name)?)
    };
    let ascii = match ascii {
        Cow::Borrowed(ascii) => Cow::Borrowed(ascii.trim_end_matches('.')),
        Cow::Owned(ascii) => Cow::Owned(ascii.trim_end_matches('.').to_owned()),
    };
    (!ascii.is_empty() && is_plain(&ascii)).then_some(ascii)
}

thread_local! {
    static CONVERTED: RefCell<HashMap<String, Option<String>>> = RefCell::default();
}

/// Names of which the conversion is kept.
const MAX_CONVERTED: usize = 1024;

/// The punycode of a name that is not ASCII. Latest results are kept: a conversion takes as long as reading three rows of a table,
/// and each row may have the same target.
fn converted(name: &str) -> Option<String> {
    CONVERTED.with_borrow_mut(|converted| {
        if let Some(known) = converted.get(name) {
            return known.clone();
        }
        if converted.len() >= MAX_CONVERTED {
            converted.clear();
        }
        let ascii = idna::domain_to_ascii_cow(name.as_bytes(), AsciiDenyList::URL).ok().map(Cow::into_owned);
        converted.insert(name.to_owned(), ascii.clone());
        ascii
    })
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

/// Whether a name is as most are: in lower-case ASCII, with a dot, a letter at the end, and no `www.`. Such a name is a domain
/// in its normal form. Shorter names than eight bytes are not checked.
pub fn is_usual(name: &str) -> bool {
    let bytes = name.as_bytes();
    let ends_well = bytes.last().is_some_and(u8::is_ascii_lowercase);
    let begins_well = !matches!(bytes, [b'.', ..] | [b'w', b'w', b'w', b'.', ..]);
    let Some(last) = bytes.last_chunk().filter(|_| begins_well && ends_well) else { return false };
    // Eight bytes at a time, since every link of a large file is checked. The words overlap by one byte, so that two dots in a
    // row are in one word.
    let (mut others, mut dots) = (0, 0);
    let mut check = |word: &[u8; 8]| {
        let word = u64::from_le_bytes(*word);
        let dot = !add(word ^ repeat(b'.'), 0x7F);
        others |= not_plain(word) | (dot & (dot << 8));
        dots |= dot;
    };
    let mut rest = bytes;
    while let Some(word) = rest.first_chunk() {
        check(word);
        rest = rest.get(7..).unwrap_or_default();
    }
    check(last);
    others & HIGH_BITS == 0 && dots & HIGH_BITS != 0
}

/// Adds `number` to each byte of ASCII text. Sums have no carry, so the highest bit of a byte says whether its sum is at least
/// 0x80.
fn add(word: u64, number: u8) -> u64 {
    word.wrapping_add(repeat(number))
}

/// Sets the highest bit of each byte that is not a lower-case letter, a digit, a hyphen or a dot.
fn not_plain(word: u64) -> u64 {
    let is_letter = add(word, 0x80 - b'a') & !add(word, 0x7F - b'z');
    let is_from_hyphen_to_nine = add(word, 0x80 - b'-') & !add(word, 0x7F - b'9');
    let is_not_slash = add(word ^ repeat(b'/'), 0x7F);
    word | !(is_letter | (is_from_hyphen_to_nine & is_not_slash))
}

const WWW: &str = "www.";
const PUNYCODE: &str = "xn--";

/// Whether a character can be in the name of a host in its normal form.
pub fn is_plain_char(ch: char) -> bool {
    matches!(ch, 'a'..='z' | '0'..='9' | '-' | '.' | '_')
}

fn is_plain(name: &str) -> bool {
    name.bytes().all(|byte| is_plain_char(char::from(byte)))
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
    fn names_keep_their_form_when_many_are_converted() {
        for number in (0..=MAX_CONVERTED).chain([0, 1, MAX_CONVERTED]) {
            let name = format!("münchen{number}.example");
            assert_eq!(normalize(&name), idna::domain_to_ascii(&name).unwrap());
            assert_eq!(normalize("ä b.com"), "ä b.com", "not a name, also the second time");
        }
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
        fn usual_names_are_recognized(name in "([a-c{}0-9.\\-_/@`:A]|www\\.|\\PC){6,20}") {
            let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
            let expected = name.len() >= 8 && name.chars().all(is_plain) && name.contains('.') && !name.contains("..")
                && !name.starts_with('.') && !name.starts_with("www.") && name.ends_with(|c: char| c.is_ascii_lowercase());
            prop_assert_eq!(is_usual(&name), expected);
        }

        #[test]
        fn a_normal_name_is_not_copied(name in "([a-v][a-z0-9_-]{0,8}\\.){1,3}[a-z]{2,6}") {
            prop_assert!(matches!(normalize(&name), Cow::Borrowed(same) if same == name));
        }
    }
}
