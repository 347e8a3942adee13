//! The target: the page or domain whose backlinks are requested.

use crate::domain::signs::{CLOSE, OPEN};
use std::fmt;

use url::{Host, Url};

use super::domain_name::is_plain_char;
use super::text::is_invisible;
use super::url_parts::{host, registered_domain};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Links to exactly this page.
    #[default]
    Page,
    /// Links to any page of this host.
    Domain,
}

impl Scope {
    pub const BOTH: [Scope; 2] = [Scope::Page, Scope::Domain];

    /// The name on the screen, in the settings and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Scope::Page => "page",
            Scope::Domain => "domain",
        }
    }

    pub fn toggled(self) -> Scope {
        match self {
            Scope::Page => Scope::Domain,
            Scope::Domain => Scope::Page,
        }
    }
}

/// A valid target for the API: an absolute http(s) URL for a page, a host name for a domain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    scope: Scope,
    text: String,
}

/// Why a text is not a valid target. The messages are for the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    #[error("type a URL or domain, such as https://example.com/")]
    Empty,
    #[error("more than one word: {0}")]
    MoreThanOneWord(String),
    /// A control character, or one that is not visible. The URL standard would drop some of them and encode others, so
    /// that it is another page.
    #[error("it contains an invisible character, U+{:04X}", u32::from(*.0))]
    Invisible(char),
    /// Several addresses, or a row of a table.
    #[error("only one address per line: {0}")]
    Separated(String),
    #[error("not a valid URL: {0}")]
    NotUrl(String),
    /// A scheme other than http or https.
    #[error("only http and https URLs have backlinks, not {0}:")]
    NotHttp(String),
    /// A character that is allowed in a URL, but not in the host name of any website. It is part of a list or of its notation.
    #[error("{OPEN}{0}{CLOSE} can't be part of a host name")]
    NotInHost(char),
    #[error("the host name has an empty part")]
    EmptyLabel,
    /// A host without a dot, which has no public links, or a number, which browsers take for an IP address.
    #[error("{OPEN}{0}{CLOSE} is not a public host name, such as example.com")]
    NotPublic(String),
    /// An IP address as a domain.
    #[error("{OPEN}{0}{CLOSE} is an IP address, not a domain: use scope page")]
    IpAddress(String),
    /// A user name or password, which must not be sent to the API.
    #[error("the URL contains a user name or password: remove it, up to the @")]
    Credentials,
}

impl TargetError {
    /// Whether the message contains the text it is about.
    pub fn quotes_text(&self) -> bool {
        matches!(self, TargetError::MoreThanOneWord(_) | TargetError::Separated(_))
    }
}

impl Target {
    /// Parses what the user typed, without white space around it. A URL without a scheme is taken as https. For a
    /// domain, only the host is used.
    ///
    /// # Errors
    /// The text is not a valid target.
    pub fn parse(text: &str, scope: Scope) -> Result<Target, TargetError> {
        let url = parse_url(text.trim())?;
        check_host(text.trim(), &url)?;
        Target::of_url(&url, scope)
    }

    /// Parses a target that was saved. An earlier version may have fetched a host that is refused now.
    ///
    /// # Errors
    /// The text is not a valid target.
    pub fn parse_saved(text: &str, scope: Scope) -> Result<Target, TargetError> {
        Target::of_url(&parse_url(text.trim())?, scope)
    }

    fn of_url(url: &Url, scope: Scope) -> Result<Target, TargetError> {
        let host = match (url.host(), scope) {
            (Some(Host::Domain(name)), _) if name.trim_end_matches('.').contains('.') => name,
            (Some(Host::Domain(name)), _) => return Err(TargetError::NotPublic(name.to_owned())),
            (Some(number), Scope::Domain) => return Err(TargetError::IpAddress(number.to_string())),
            (Some(_), Scope::Page) => url.host_str().unwrap_or_default(),
            (None, _) => return Err(TargetError::NotUrl("no host name".to_owned())),
        };
        let text = match scope {
            Scope::Page => url.as_str().split('#').next().unwrap_or_default().to_owned(),
            Scope::Domain => host.trim_end_matches('.').to_owned(),
        };
        Ok(Target { scope, text })
    }

    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// The text sent to the API: the URL of a page, or the host name of a domain, in punycode if it is not ASCII.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The registrable domain of the host; the host itself if there is none, such as for an IP address.
    pub fn site(&self) -> &str {
        registered_domain(host(&self.text))
    }

    /// Other URLs of the same page: with and without `www.`, http and https, with and without a trailing slash. The
    /// API treats each separately, so one may have links where another has none.
    pub fn variants(&self) -> Vec<Target> {
        let mut variants = Vec::new();
        let mut add = |text: String| {
            let target = Target { scope: self.scope, text };
            if target != *self && !variants.contains(&target) {
                variants.push(target);
            }
        };
        let (scheme, rest) = self.text.split_once("://").unwrap_or(("", &self.text));
        let schemed = |scheme: &str, rest: &str| {
            if scheme.is_empty() { rest.to_owned() } else { format!("{scheme}://{rest}") }
        };
        let other_www = rest.strip_prefix("www.").map_or_else(|| format!("www.{rest}"), str::to_owned);
        add(schemed(scheme, &other_www));
        if self.scope == Scope::Page {
            let other_scheme = if scheme == "https" { "http" } else { "https" };
            add(schemed(other_scheme, rest));
            if !rest.contains('?') {
                let other_slash = rest.strip_suffix('/').map_or_else(|| format!("{rest}/"), str::to_owned);
                add(schemed(scheme, &other_slash));
            }
            add(schemed(other_scheme, &other_www));
        }
        variants
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// Parses a text without white space around it as an http or https URL, the latter if it has no scheme.
fn parse_url(text: &str) -> Result<Url, TargetError> {
    if text.is_empty() {
        return Err(TargetError::Empty);
    }
    if text.contains(char::is_whitespace) {
        return Err(TargetError::MoreThanOneWord(text.to_owned()));
    }
    if let Some(invisible) = text.chars().find(|ch| is_invisible(*ch)) {
        return Err(TargetError::Invisible(invisible));
    }
    let with_scheme = match scheme_of(text) {
        Some(scheme) if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") => text.to_owned(),
        Some(scheme) => return Err(TargetError::NotHttp(scheme.to_ascii_lowercase())),
        None => format!("https://{text}"),
    };
    let url = Url::parse(&with_scheme).map_err(|e| TargetError::NotUrl(e.to_string()))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(TargetError::Credentials);
    }
    Ok(url)
}

/// Refuses hosts that are valid in a URL but that no website has, since a request for one can cost credits.
fn check_host(text: &str, url: &Url) -> Result<(), TargetError> {
    match url.host() {
        Some(Host::Domain(name)) => {
            if let Some(other) = name.chars().find(|ch| !is_plain_char(*ch)) {
                return Err(TargetError::NotInHost(other));
            }
            let name = name.strip_suffix('.').unwrap_or(name);
            if name.split('.').any(str::is_empty) { Err(TargetError::EmptyLabel) } else { Ok(()) }
        }
        // Browsers take 12345 for 0.0.48.57.
        Some(Host::Ipv4(address)) => {
            let typed = host(text);
            if typed.strip_suffix('.').unwrap_or(typed) == address.to_string() {
                Ok(())
            } else {
                Err(TargetError::NotPublic(typed.to_owned()))
            }
        }
        Some(Host::Ipv6(_)) | None => Ok(()),
    }
}

/// The scheme of a URL: `ftp` for `ftp://x`, `mailto` for `mailto:x`; `None` for `host:8080`.
fn scheme_of(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once(':')?;
    let well_formed = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-".contains(c));
    let is_port =
        rest.split(['/', '?', '#']).next().is_some_and(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
    (well_formed && !is_port).then_some(scheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(typed: &str) -> Result<String, TargetError> {
        Target::parse(typed, Scope::Page).map(|t| t.as_str().to_owned())
    }

    #[test]
    fn a_url_without_a_scheme_is_taken_as_https() {
        assert_eq!(page("example.com").unwrap(), "https://example.com/");
        assert_eq!(page("  example.com:8080/a ").unwrap(), "https://example.com:8080/a");
        assert_eq!(page("HTTP://Example.COM/A?b=C#frag").unwrap(), "http://example.com/A?b=C");
        assert_eq!(page("https://münchen.de/").unwrap(), "https://xn--mnchen-3ya.de/");
    }

    #[test]
    fn a_domain_target_is_the_host_of_the_url() {
        let target = Target::parse("https://www.example.com/some/page", Scope::Domain).unwrap();
        assert_eq!((target.as_str(), target.site()), ("www.example.com", "example.com"));
        assert!(matches!(Target::parse("127.0.0.1", Scope::Domain), Err(TargetError::IpAddress(_))));
    }

    #[test]
    fn invalid_targets_are_rejected_with_a_reason() {
        assert_eq!(page(" "), Err(TargetError::Empty));
        assert_eq!(page("ftp://example.com"), Err(TargetError::NotHttp("ftp".into())));
        assert_eq!(page("mailto:a@example.com"), Err(TargetError::NotHttp("mailto".into())));
        assert_eq!(page("localhost"), Err(TargetError::NotPublic("localhost".into())));
        assert_eq!(page("https://me:pw@example.com/"), Err(TargetError::Credentials));
        assert!(matches!(page("https://exa|mple.com"), Err(TargetError::NotUrl(_))));
        for scope in Scope::BOTH {
            for (typed, wrong) in [
                ("\"example.com\"", '"'),
                ("'example.com'", '\''),
                ("example.com;foo.example", ';'),
                ("example.com,foo.example", ','),
                ("(example.com)", '('),
                ("example.com)", ')'),
                ("{example.com}", '{'),
                ("*.example.com", '*'),
                ("https://ex%22ample.com/x", '"'),
                ("a.com;https://b.com", ';'),
            ] {
                assert_eq!(Target::parse(typed, scope), Err(TargetError::NotInHost(wrong)), "{typed}");
            }
            for typed in ["example..com", ".example.com", "example.com..", "https://example..com/x"] {
                assert_eq!(Target::parse(typed, scope), Err(TargetError::EmptyLabel), "{typed}");
            }
            for typed in ["12345", "127.1", "0x7f.0.0.1", "1.2.3", "１２３"] {
                assert_eq!(Target::parse(typed, scope), Err(TargetError::NotPublic(typed.into())), "{typed}");
            }
            for typed in ["my_site.a-b.example", "münchen.example", "пример.рф", "i❤.ws", "example.com."] {
                assert!(Target::parse(typed, scope).is_ok(), "{typed}");
            }
        }
        assert_eq!(page("1.2.3.4.").unwrap(), "https://1.2.3.4/");
        assert_eq!(page("[2001:DB8::1]:80/x").unwrap(), "https://[2001:db8::1]:80/x");
        for glued in
            ["https://exa mple.com", "https://a.com/x\ty", "https://a.com/x\nhttps://b.com/", "https://a.com/\u{3000}"]
        {
            let expected = if glued.ends_with('\u{3000}') {
                Ok("https://a.com/".into())
            } else {
                Err(TargetError::MoreThanOneWord(glued.into()))
            };
            assert_eq!(page(glued), expected);
        }
        for ch in ['\0', '\u{1b}', '\u{7f}', '\u{ad}', '\u{200b}', '\u{202e}', '\u{feff}'] {
            assert_eq!(page(&format!("https://a.com/x{ch}y")), Err(TargetError::Invisible(ch)));
        }
        assert_eq!(
            page("https://a.com/\u{200c}\u{200d}").unwrap(),
            "https://a.com/%E2%80%8C%E2%80%8D",
            "joiners of scripts"
        );
    }

    #[test]
    fn what_an_earlier_version_fetched_can_still_be_read() {
        for saved in ["https://\"example.com\"/", "https://example..com/", "https://0.0.48.57/"] {
            assert_eq!(Target::parse_saved(saved, Scope::Page).unwrap().as_str(), saved);
        }
    }

    #[test]
    fn variants_are_the_other_urls_of_the_page() {
        let texts = |t: &Target| t.variants().iter().map(|v| v.as_str().to_owned()).collect::<Vec<_>>();
        let target = Target::parse("https://example.com/", Scope::Page).unwrap();
        assert_eq!(
            texts(&target),
            ["https://www.example.com/", "http://example.com/", "https://example.com", "http://www.example.com/"]
        );
        let domain = Target::parse("www.example.com", Scope::Domain).unwrap();
        assert_eq!(texts(&domain), ["example.com"]);
    }
}
