//! Splits URLs into their parts, and warns of hosts that may not be what they look like.

use percent_encoding::percent_decode_str;
use unicode_security::{MixedScript, confusable_detection::skeleton};
use url::Url;

use super::public_suffix::registrable;

/// The host, with the port if there is one, and the path of a URL. A fast split for counting and searching: it does
/// not allocate, and does not check whether `url` is valid.
pub fn authority_and_path(url: &str) -> (&str, &str) {
    let colon = memchr::memchr_iter(b':', url.as_bytes()).find_map(|at| url.get(at..)?.strip_prefix("://"));
    let rest = colon.unwrap_or(url);
    let (authority, rest) = cut(rest, memchr::memchr3(b'/', b'?', b'#', rest.as_bytes()));
    let (path, _) = cut(rest, memchr::memchr2(b'?', b'#', rest.as_bytes()));
    (without_user(authority), path)
}

/// Removes `user:password@`.
fn without_user(authority: &str) -> &str {
    authority.rsplit_once('@').map_or(authority, |(_, host)| host)
}

fn cut(text: &str, at: Option<usize>) -> (&str, &str) {
    text.split_at_checked(at.unwrap_or(text.len())).unwrap_or((text, ""))
}

/// The host of a URL, by the same fast split. IPv6 addresses keep their brackets.
pub fn host(url: &str) -> &str {
    host_and_port(authority_and_path(url).0).0
}

/// Splits a host from its port, which begins with the colon and may be empty.
pub fn host_and_port(authority: &str) -> (&str, &str) {
    let bytes = authority.as_bytes();
    // The colons of an IPv6 address are inside its brackets.
    let address_len = if bytes.first() == Some(&b'[') { memchr::memchr(b']', bytes).unwrap_or(0) } else { 0 };
    let colon = memchr::memchr(b':', bytes.get(address_len..).unwrap_or_default());
    cut(authority, colon.map(|at| address_len + at))
}

/// The registrable domain of a host, without a trailing dot; the host itself if there is none, such as for an IP address.
pub fn registered_domain(host: &str) -> &str {
    // Most domains are their own registered domain, and need not be looked up.
    if memchr::memchr_iter(b'.', host.as_bytes()).nth(1).is_none() {
        return host.trim_end_matches('.');
    }
    if is_ip_address(host) {
        return host;
    }
    let host = host.trim_end_matches('.');
    if !host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return registrable(host).unwrap_or(host);
    }
    // The list of suffixes is in lower case.
    let lower = host.to_ascii_lowercase();
    let start = registrable(&lower).and_then(|domain| host.len().checked_sub(domain.len()));
    start.and_then(|start| host.get(start..)).unwrap_or(host)
}

/// Whether a host is an IPv4 address, or an IPv6 address in brackets.
pub fn is_ip_address(host: &str) -> bool {
    let (_, last) = host.trim_end_matches('.').rsplit_once('.').unwrap_or(("", host));
    host.starts_with('[') || (!last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The parts of a URL. All texts are unsanitized.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlParts {
    /// Without the colon.
    pub scheme: String,
    /// The user name and password before the host, percent-encoded. They may look like a host.
    pub user: Option<String>,
    pub host: HostName,
    pub port: Option<u16>,
    /// Percent-decoded if the result is valid UTF-8.
    pub path: String,
    /// Names and values, decoded.
    pub query: Vec<(String, String)>,
    /// Percent-decoded if the result is valid UTF-8.
    pub fragment: Option<String>,
}

/// A host name in ASCII and in Unicode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostName {
    /// The form that is sent: punycode (RFC 3492) if the name is international.
    pub ascii: String,
    /// As people read it, if that differs.
    pub unicode: Option<String>,
    /// Set if the name may not be what it looks like.
    pub warning: Option<HostWarning>,
}

/// Why a host name may not be what it looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostWarning {
    /// A label mixes scripts that no language combines (Unicode Technical Standard 39, section 5.1).
    MixedScripts,
    /// A label that is not ASCII looks like this ASCII label (Unicode Technical Standard 39, section 4).
    LooksLike(String),
}

/// Longer URLs are not parsed, since that would slow down every frame.
const MAX_PARSED_LEN: usize = 8 * 1024;

impl UrlParts {
    /// `None` if `url` is not a URL with a host, or if it is longer than 8 KiB, which servers do not accept.
    pub fn of(url: &str) -> Option<UrlParts> {
        let url = Url::parse(Some(url).filter(|url| url.len() <= MAX_PARSED_LEN)?).ok()?;
        Some(UrlParts {
            scheme: url.scheme().to_owned(),
            user: user(&url),
            host: HostName::of(url.host_str()?),
            port: url.port(),
            path: decoded(url.path()),
            query: url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect(),
            fragment: url.fragment().map(decoded),
        })
    }
}

impl HostName {
    /// Accepts either form.
    pub fn of(host: &str) -> HostName {
        let ascii = idna::domain_to_ascii(host).unwrap_or_else(|_| host.to_owned());
        let (unicode, _) = idna::domain_to_unicode(host);
        let warning = unicode.split('.').filter(|label| !label.is_ascii()).find_map(warning);
        let unicode = (unicode != ascii).then_some(unicode);
        HostName { ascii, unicode, warning }
    }
}

/// Whether a host name may not be what it looks like. Cheap for plain ASCII names, which most are.
pub fn is_confusable(host: &str) -> bool {
    let is_plain = host.is_ascii() && !host.contains("xn--");
    !is_plain && HostName::of(host).warning.is_some()
}

/// The user name and password before the host, as browsers parse them: `google.com` in `https://google.com@evil.test/`.
pub fn user(url: &Url) -> Option<String> {
    let name = Some(url.username()).filter(|name| !name.is_empty());
    match (name, url.password()) {
        (name, Some(password)) => Some(format!("{}:{password}", name.unwrap_or_default())),
        (name, None) => name.map(str::to_owned),
    }
}

/// Whether a URL may not lead where it seems to, because of a look-alike host name or a user name before the host.
pub fn is_misleading_url(url: &str) -> bool {
    let has_user = || match url.get(..MAX_PARSED_LEN) {
        None => Url::parse(url).is_ok_and(|url| user(&url).is_some()),
        // Too long to be parsed for every frame.
        Some(start) => start.split_once("://").is_some_and(|(_, rest)| {
            rest.split(['/', '?', '#', '\\']).next().is_some_and(|authority| authority.contains('@'))
        }),
    };
    is_confusable(host(url)) || memchr::memchr(b'@', url.as_bytes()).is_some() && has_user()
}

/// Whether this is an http(s) URL that can be passed to a browser, and not a file name or a command-line option.
pub fn is_web(url: &str) -> bool {
    let url = url.trim();
    let is_scheme = |scheme: &str| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    (is_scheme("http://") || is_scheme("https://")) && !host(url).is_empty()
}

fn warning(label: &str) -> Option<HostWarning> {
    if !label.is_single_script() {
        return Some(HostWarning::MixedScripts);
    }
    let skeleton: String = skeleton(label).collect();
    skeleton.is_ascii().then_some(HostWarning::LooksLike(skeleton))
}

/// Percent-decoded if the result is valid UTF-8, otherwise unchanged.
fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_is_decoded() {
        let parts = UrlParts::of("https://a.com:8080/caf%C3%A9?q=red+car&x=%26#top").unwrap();
        assert_eq!((parts.path.as_str(), parts.port), ("/café", Some(8080)));
        assert_eq!(parts.query, [("q".into(), "red car".into()), ("x".into(), "&".into())]);
        assert_eq!(parts.fragment.as_deref(), Some("top"));
        assert_eq!(UrlParts::of("no address"), None);
    }

    #[test]
    fn registered_domains() {
        for (host, domain) in [
            ("www.a.co.uk", "a.co.uk"),
            ("x.github.io", "x.github.io"),
            ("1.2.3.4", "1.2.3.4"),
            ("[2001:db8::1]", "[2001:db8::1]"),
            ("WWW.A.Co.UK", "A.Co.UK"),
            ("www.a.co.uk.", "a.co.uk"),
            ("WWW.MÜNCHEN.Com", "MÜNCHEN.Com"),
            ("www.münchen.рф", "münchen.рф"),
            ("localhost", "localhost"),
            ("", ""),
        ] {
            assert_eq!(registered_domain(host), domain);
        }
    }

    #[test]
    fn hosts_have_no_port_and_ipv6_addresses_keep_their_brackets() {
        for (url, found) in [
            ("http://[2001:db8::1]:8080/x", "[2001:db8::1]"),
            ("http://me@[::1]/x:y", "[::1]"),
            ("https://a.com:8080/x", "a.com"),
            ("a.com/x:y", "a.com"),
            ("http://[2001:db8", "[2001"),
            ("", ""),
        ] {
            assert_eq!(host(url), found, "{url}");
        }
    }

    #[test]
    fn international_names_are_shown_in_unicode_and_punycode() {
        let host = HostName::of("xn--mnchen-3ya.de");
        assert_eq!((host.unicode.as_deref(), host.warning), (Some("münchen.de"), None));
        assert_eq!(HostName::of("example.com").unicode, None);
        assert_eq!(HostName::of("カレー.jp").warning, None, "Japanese mixes its scripts");
    }

    #[test]
    fn a_user_name_before_the_host_is_misleading() {
        for (url, name) in [
            ("https://google.com@evil.test/", Some("google.com")),
            ("https:google.com:80@evil.test", Some("google.com:80")),
            ("https://:secret@evil.test", Some(":secret")),
            ("https:\\\\google.com@evil.test", Some("google.com")),
            ("https://goo\tgle.com@evil.test", Some("google.com")),
            ("https://@evil.test", None),
            ("https://medium.com/@me", None),
            ("https://google.com\\@evil.test", None),
            ("https://a.com/?m=a@b.com", None),
        ] {
            assert_eq!(UrlParts::of(url).unwrap().user.as_deref(), name, "{url}");
            assert_eq!(is_misleading_url(url), name.is_some(), "{url}");
        }
        assert!(is_misleading_url("https://аpple.com/"));
        assert!(is_misleading_url(&format!("https://a.com@b.com/{}", "x".repeat(MAX_PARSED_LEN))));
        assert!(!is_misleading_url(&format!("https://b.com/{}@", "x".repeat(MAX_PARSED_LEN))));
    }

    #[test]
    fn only_http_urls_are_web_urls() {
        for url in ["http://a.com", " HTTPS://a.com/x"] {
            assert!(is_web(url), "{url}");
        }
        for url in
            ["", "https://", "https:///x", "file:///etc/passwd", "javascript:alert(1)", "--flag", "a.com", "httpsé"]
        {
            assert!(!is_web(url), "{url}");
        }
    }

    #[test]
    fn look_alike_names_are_reported() {
        // All Cyrillic: а, р, р, ӏ, е; then only the first letter.
        assert_eq!(HostName::of("аррӏе.com").warning, Some(HostWarning::LooksLike("apple".into())));
        assert_eq!(HostName::of("аpple.com").warning, Some(HostWarning::MixedScripts));
        assert!(is_confusable("аpple.com") && is_confusable("xn--pple-43d.com") && is_confusable("блоg.аpple.com"));
        assert!(!is_confusable("apple.com") && !is_confusable("münchen.de") && !is_confusable("カレー.jp"));
    }
}
