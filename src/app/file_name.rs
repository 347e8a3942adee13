//! File names for exports that are valid on every system: letters, digits and hyphens only.

use crate::app::source::Source;
use crate::domain::domain_name::{normalize, readable};
use crate::domain::url_parts::{host, is_ip_address, registered_domain};

/// Longer names are unwieldy. File systems allow 255 bytes, and a letter has up to 4.
const MAX_LETTERS: usize = 60;

/// A name such as `brightvale-dental-2026-11-28.csv`, from the target's site or the first file. The date keeps it from
/// being a reserved device name on Windows.
pub fn suggested(source: &Source, day: &str) -> String {
    let subject = match source.target() {
        Some(target) => site_name(host(target.as_str())),
        None => stem(source.files().first().map(String::as_str).unwrap_or_default()).to_owned(),
    };
    format!("{}-{day}.csv", safe_name(&subject))
}

/// The host without `www.` and its public suffix.
fn site_name(host: &str) -> String {
    let host = normalize(host);
    let suffix = registered_domain(&host).split_once('.').map_or("", |(_, suffix)| suffix);
    let name = host.strip_suffix(suffix).filter(|_| !is_ip_address(&host)).unwrap_or(&host);
    readable(name.trim_end_matches('.')).into_owned()
}

/// The file name without directories and extension.
fn stem(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn safe_name(text: &str) -> String {
    let mut name = String::new();
    for letter in text.chars().take(MAX_LETTERS) {
        if letter.is_alphanumeric() {
            name.push(letter);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name.trim_end_matches('-');
    if name.is_empty() { "links".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{LinkCount, Mode, Request, Scope, Target};

    fn name_for_target(typed: &str, scope: Scope) -> String {
        let (target, count) = (Target::parse(typed, scope).unwrap(), LinkCount::new(100).unwrap());
        suggested(&Source::Response(Request { target, mode: Mode::OnePerDomain, count }, None), "2026-11-28")
    }

    fn name_for_file(file: &str) -> String {
        suggested(&Source::Files(vec![file.to_owned()]), "2026-11-28")
    }

    #[test]
    fn named_after_the_target_site() {
        for (typed, name) in [
            ("https://www.brightvale-dental.example/prices?a=b", "brightvale-dental-2026-11-28.csv"),
            ("blog.example.co.uk", "blog-example-2026-11-28.csv"),
            ("http://1.2.3.4:80/", "1-2-3-4-2026-11-28.csv"),
            ("https://münchen.de/", "münchen-2026-11-28.csv"),
        ] {
            assert_eq!(name_for_target(typed, Scope::Page), name, "{typed}");
        }
        assert_eq!(name_for_target("www.tidepool.com", Scope::Domain), "tidepool-2026-11-28.csv");
    }

    #[test]
    fn named_after_the_file_with_only_portable_characters() {
        for (file, name) in [
            ("/home/me/ahrefs export (1).csv", "ahrefs-export-1-2026-11-28.csv"),
            (r"C:\Users\me\links.csv", "links-2026-11-28.csv"),
            ("CON", "CON-2026-11-28.csv"),
            ("-", "links-2026-11-28.csv"),
            ("../..", "links-2026-11-28.csv"),
            ("a\u{202e}b:c*?\"<>|.csv", "a-b-c-2026-11-28.csv"),
        ] {
            assert_eq!(name_for_file(file), name, "{file}");
        }
        assert!(name_for_file(&"x".repeat(500)).len() < 80);
    }
}
