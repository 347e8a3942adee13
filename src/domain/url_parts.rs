//! An address taken apart for a person to read, with a warning where its host may not be what it looks like.

use percent_encoding::percent_decode_str;
use unicode_security::{MixedScript, confusable_detection::skeleton};
use url::Url;

use super::public_suffix::registrable;

/// Who an address belongs to, with the port if it names one, and its path: as far as counting and searching need it, without
/// a copy and without asking whether it is an address.
pub fn authority_and_path(url: &str) -> (&str, &str) {
    let colon = memchr::memchr_iter(b':', url.as_bytes()).find_map(|at| url.get(at..)?.strip_prefix("://"));
    let rest = colon.unwrap_or(url);
    let (authority, rest) = cut(rest, memchr::memchr3(b'/', b'?', b'#', rest.as_bytes()));
    let (path, _) = cut(rest, memchr::memchr2(b'?', b'#', rest.as_bytes()));
    (without_user(authority), path)
}

/// A host with its port, without who is said to log in there.
fn without_user(authority: &str) -> &str {
    authority.rsplit_once('@').map_or(authority, |(_, host)| host)
}

fn cut(text: &str, at: Option<usize>) -> (&str, &str) {
    text.split_at_checked(at.unwrap_or(text.len())).unwrap_or((text, ""))
}

/// The host of an address, in the same way: without scheme, user, port and path.
pub fn host(url: &str) -> &str {
    authority_and_path(url).0.split(':').next().unwrap_or_default()
}

/// The domain under which a host is registered; the host itself where there is none, such as for an IP address.
pub fn registered_domain(host: &str) -> &str {
    let (_, last) = host.rsplit_once('.').unwrap_or(("", host));
    if last.bytes().all(|byte| byte.is_ascii_digit()) { host } else { registrable(host).unwrap_or(host) }
}

/// The parts of a web address. All texts are as they came: not safe to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlParts {
    /// The scheme, without its colon.
    pub scheme: String,
    /// What stands before the host as a user's name and password, percent-encoded: it may look like a host.
    pub user: Option<String>,
    /// The host.
    pub host: HostName,
    /// The port, where the address names one.
    pub port: Option<u16>,
    /// The path, percent-decoded where that gives text.
    pub path: String,
    /// The query's names and values, decoded.
    pub query: Vec<(String, String)>,
    /// The fragment, decoded.
    pub fragment: Option<String>,
}

/// A host name, as it is sent and as it is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostName {
    /// As it is sent: ASCII, punycode (RFC 3492) where the name is international.
    pub ascii: String,
    /// As people write it, where that differs.
    pub unicode: Option<String>,
    /// Why it may not be what it looks like.
    pub warning: Option<HostWarning>,
}

/// Why a host name may not be what it looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostWarning {
    /// A label mixes scripts that no language mixes (Unicode Technical Standard 39, section 5.1).
    MixedScripts,
    /// A label of other letters looks like this one in ASCII (Unicode Technical Standard 39, section 4).
    LooksLike(String),
}

/// A longer address than this is not taken apart: each frame would pay for it.
const LONGEST: usize = 8 * 1024;

impl UrlParts {
    /// Takes an address apart; `None` if it is none, or longer than 8 KiB, which no server takes.
    pub fn of(url: &str) -> Option<UrlParts> {
        let url = Url::parse(Some(url).filter(|url| url.len() <= LONGEST)?).ok()?;
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
    /// A host name in either form.
    pub fn of(host: &str) -> HostName {
        let ascii = idna::domain_to_ascii(host).unwrap_or_else(|_| host.to_owned());
        let (unicode, _) = idna::domain_to_unicode(host);
        let warning = unicode.split('.').filter(|label| !label.is_ascii()).find_map(warning);
        let unicode = (unicode != ascii).then_some(unicode);
        HostName { ascii, unicode, warning }
    }
}

/// Whether a host name may not be what it looks like. Most names are plain, and cost no more than a look at their letters.
pub fn is_confusable(host: &str) -> bool {
    let is_plain = host.is_ascii() && !host.contains("xn--");
    !is_plain && HostName::of(host).warning.is_some()
}

/// What an address has before its host as a user's name and password, as browsers read it: `google.com` in
/// `https://google.com@evil.test/`.
pub fn user(url: &Url) -> Option<String> {
    let name = Some(url.username()).filter(|name| !name.is_empty());
    match (name, url.password()) {
        (name, Some(password)) => Some(format!("{}:{password}", name.unwrap_or_default())),
        (name, None) => name.map(str::to_owned),
    }
}

/// Whether an address may not lead where it seems to: by its host's name, or by what stands before it.
pub fn address_pretends(url: &str) -> bool {
    let has_user = || match url.get(..LONGEST) {
        None => Url::parse(url).is_ok_and(|url| user(&url).is_some()),
        // Too long to be taken apart for each frame.
        Some(start) => start.split_once("://").is_some_and(|(_, rest)| {
            rest.split(['/', '?', '#', '\\']).next().is_some_and(|authority| authority.contains('@'))
        }),
    };
    is_confusable(host(url)) || memchr::memchr(b'@', url.as_bytes()).is_some() && has_user()
}

/// Whether it is an address of the web, which a browser takes, and no program's name or option.
pub fn is_web(url: &str) -> bool {
    let url = url.trim();
    let is_scheme = |scheme: &str| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    (is_scheme("http://") || is_scheme("https://")) && !host(url).is_empty()
}

fn warning(label: &str) -> Option<HostWarning> {
    if !label.is_single_script() {
        return Some(HostWarning::MixedScripts);
    }
    let looks: String = skeleton(label).collect();
    looks.is_ascii().then_some(HostWarning::LooksLike(looks))
}

/// Percent-decoded where that gives valid text, else as it is.
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
    fn who_a_host_belongs_to() {
        for (host, domain) in [
            ("www.a.co.uk", "a.co.uk"),
            ("x.github.io", "x.github.io"),
            ("1.2.3.4", "1.2.3.4"),
            ("localhost", "localhost"),
            ("", ""),
        ] {
            assert_eq!(registered_domain(host), domain);
        }
    }

    #[test]
    fn international_names_stand_beside_their_punycode() {
        let host = HostName::of("xn--mnchen-3ya.de");
        assert_eq!((host.unicode.as_deref(), host.warning), (Some("münchen.de"), None));
        assert_eq!(HostName::of("example.com").unicode, None);
        assert_eq!(HostName::of("カレー.jp").warning, None, "Japanese mixes its scripts");
    }

    #[test]
    fn a_user_before_the_host_is_no_host() {
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
            assert_eq!(address_pretends(url), name.is_some(), "{url}");
        }
        assert!(address_pretends("https://аpple.com/"));
        assert!(address_pretends(&format!("https://a.com@b.com/{}", "x".repeat(LONGEST))));
        assert!(!address_pretends(&format!("https://b.com/{}@", "x".repeat(LONGEST))));
    }

    #[test]
    fn addresses_of_the_web() {
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
    fn names_that_pretend_are_marked() {
        // Cyrillic а, р, р, ӏ, е and one with only the first letter exchanged.
        assert_eq!(HostName::of("аррӏе.com").warning, Some(HostWarning::LooksLike("apple".into())));
        assert_eq!(HostName::of("аpple.com").warning, Some(HostWarning::MixedScripts));
        assert!(is_confusable("аpple.com") && is_confusable("xn--pple-43d.com") && is_confusable("блоg.аpple.com"));
        assert!(!is_confusable("apple.com") && !is_confusable("münchen.de") && !is_confusable("カレー.jp"));
    }
}
