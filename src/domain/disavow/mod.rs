//! Disavow files list the domains and pages whose links Google should ignore. Each line is `domain:x` (which includes
//! subdomains) or the URL of a page; `#` starts a comment.
//!
//! An upload replaces the previous list, so new entries have to be merged into the old file. Files are read leniently
//! and written strictly: LF, no byte order mark, punycode.

mod limits;
mod merge;
mod protect;

use std::collections::HashSet;
use std::fmt;

use url::{Host, Url};

use super::domain_name::to_ascii;
use super::encoding;
use super::link::Link;
use super::text::sanitize_line;
use super::url_parts::{host, is_ip_address};
use crate::domain::public_suffix::registrable;

pub use limits::{MAX_BYTES, MAX_LINES, MAX_URL_LEN, exceeded_limits};
pub use merge::{Merged, Wanted, merge};
pub use protect::Protected;

/// An entry of a disavow file, displayed as a line of the file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DisavowEntry {
    /// A domain and its subdomains, in punycode.
    Domain(String),
    Page(Url),
}

/// Why an entry can't go into a disavow file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Objection {
    /// It is, or covers, one of the user's own sites.
    Own,
    /// It is, or covers, something on the user's whitelist.
    Whitelisted,
    /// Its subdomains belong to many owners, such as those of `co.uk` or `blogspot.com`.
    Shared,
    /// Google's tool takes an IP address only in the URL of a page.
    IpAddress,
    NotDomain,
    /// A domain name without `domain:`.
    NoKeyword,
    /// Not the URL of a page.
    NotPageUrl,
    /// The URL is longer than [`MAX_URL_LEN`].
    TooLong,
}

impl fmt::Display for Objection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Objection::Own => "your own domain",
            Objection::Whitelisted => "whitelisted",
            Objection::Shared => "shared hosting domain",
            Objection::IpAddress => "IP address, which Google accepts only in page URLs",
            Objection::NotDomain => "not a domain name",
            Objection::NoKeyword => "domain name without “domain:”",
            Objection::NotPageUrl => "not a page URL",
            Objection::TooLong => "longer than 2,048 characters",
        })
    }
}

impl fmt::Display for DisavowEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DisavowEntry::Domain(name) => write!(f, "domain:{name}"),
            DisavowEntry::Page(url) => f.write_str(url.as_str()),
        }
    }
}

impl DisavowEntry {
    /// The referring domain of a link. For shared hosting, where anyone can have a subdomain, it is the linking
    /// subdomain.
    ///
    /// # Errors
    /// It can't be disavowed.
    pub fn domain_of(link: &Link<'_>) -> Result<DisavowEntry, Objection> {
        let name = domain_name(link.source_domain)?;
        if !is_shared(&name) {
            return Ok(DisavowEntry::Domain(name));
        }
        let site = domain_name(host(link.source_url)).ok().filter(|site| is_subdomain(site, &name));
        let site = site.as_deref().and_then(registrable).ok_or(Objection::Shared)?;
        Ok(DisavowEntry::Domain(site.to_owned()))
    }

    /// The referring page. The API returns URLs in lower case, so Google may know the page under a different URL.
    ///
    /// # Errors
    /// It can't be disavowed.
    pub fn page_of(link: &Link<'_>) -> Result<DisavowEntry, Objection> {
        page(link.source_url)
    }

    /// Parses a line without its comment, leniently, as real files require: `domain: x`, `Domain:.x`, names in any script.
    fn parse(line: &str) -> Result<DisavowEntry, Objection> {
        match after_keyword(line) {
            Some(name) => domain_name(name).map(DisavowEntry::Domain),
            None => page(line).map_err(|objection| match (objection, domain_name(line)) {
                (Objection::NotPageUrl, Ok(_)) => Objection::NoKeyword,
                (Objection::NotPageUrl, Err(Objection::IpAddress)) => Objection::IpAddress,
                _ => objection,
            }),
        }
    }

    fn host(&self) -> &str {
        match self {
            DisavowEntry::Domain(name) => name,
            DisavowEntry::Page(url) => url.host_str().unwrap_or_default().trim_end_matches('.'),
        }
    }

    /// Whether one of `domains` covers the entry. A domain does not cover itself.
    fn is_covered(&self, domains: &HashSet<String>) -> bool {
        let skipped = usize::from(matches!(self, DisavowEntry::Domain(_)));
        with_parents(self.host()).skip(skipped).any(|name| domains.contains(name))
    }
}

/// A line that could not be parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// From 1.
    pub number: usize,
    /// Sanitized.
    pub text: String,
    pub why: Objection,
}

impl BadLine {
    fn new(number: usize, line: &str, why: Objection) -> BadLine {
        BadLine { number, text: sanitize_line(line).into_owned(), why }
    }
}

/// The lines of a file, trimmed.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    encoding::lines(text).map(str::trim)
}

/// The text after `domain:`.
fn after_keyword(line: &str) -> Option<&str> {
    let (word, name) = line.split_once(':')?;
    word.trim_end().eq_ignore_ascii_case("domain").then_some(name)
}

/// A domain name in punycode. Accepts `.x`, `*.x` and `x.`. It keeps its `www.`, since a line for `www.x` does not disavow
/// the other subdomains of `x`.
fn domain_name(text: &str) -> Result<String, Objection> {
    let bare = text.trim();
    let bare = bare.strip_prefix('*').unwrap_or(bare).trim_matches('.');
    if is_ip_address(bare) || Host::parse(&format!("[{bare}]")).is_ok() {
        return Err(Objection::IpAddress);
    }
    let name = to_ascii(bare).ok_or(Objection::NotDomain)?;
    let is_valid = name.len() <= 253 && name.split('.').all(|label| (1..=63).contains(&label.len()));
    if is_valid && name.contains('.') { Ok(name.into_owned()) } else { Err(Objection::NotDomain) }
}

fn page(text: &str) -> Result<DisavowEntry, Objection> {
    let mut url = Url::parse(text.trim()).map_err(|_| Objection::NotPageUrl)?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(Objection::NotPageUrl);
    }
    url.set_fragment(None);
    if url.as_str().len() > MAX_URL_LEN { Err(Objection::TooLong) } else { Ok(DisavowEntry::Page(url)) }
}

/// Whether anyone can get a subdomain of this name: it is a public suffix.
fn is_shared(name: &str) -> bool {
    registrable(name).is_none()
}

fn is_subdomain(name: &str, parent: &str) -> bool {
    name.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.'))
}

/// A name and its parent domains: `a.b.com`, `b.com`, `com`.
fn with_parents(name: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(name), |name| name.split_once('.').map(|(_, parent)| parent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_from_links() {
        let link = |source_domain, source_url| Link { source_domain, source_url, ..Link::default() };
        let domain = |d, u| DisavowEntry::domain_of(&link(d, u)).map(|entry| entry.to_string());
        assert_eq!(domain("Spam.COM", "https://www.spam.com/"), Ok("domain:spam.com".into()));
        assert_eq!(domain("blogspot.com", "https://x.y.blogspot.com/"), Ok("domain:y.blogspot.com".into()));
        for (name, url, objection) in [
            ("co.uk", "https://co.uk/", Objection::Shared),
            ("blogspot.com", "https://x.com/", Objection::Shared),
            ("1.2.3.4", "http://1.2.3.4/", Objection::IpAddress),
            ("[2001:db8::1]", "http://[2001:db8::1]/", Objection::IpAddress),
            ("2001:db8::1", "", Objection::IpAddress),
            ("localhost", "", Objection::NotDomain),
            ("a b.com", "", Objection::NotDomain),
            ("a.com\ndomain:b.com", "", Objection::NotDomain),
        ] {
            assert_eq!(domain(name, url), Err(objection), "{name}");
        }
        let page = |url| DisavowEntry::page_of(&link("", url)).map(|entry| entry.to_string());
        assert_eq!(page("https://Bücher.example/a b#c"), Ok("https://xn--bcher-kva.example/a%20b".into()));
        assert_eq!(page("http://[2001:db8::1]/x"), Ok("http://[2001:db8::1]/x".into()));
        assert_eq!(page("mailto:a@b.c"), Err(Objection::NotPageUrl));
        assert_eq!(page(&format!("https://a.com/{}", "x".repeat(2_100))), Err(Objection::TooLong));
    }
}
