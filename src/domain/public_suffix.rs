//! The public suffix list: the domains under which anyone can register a name.

use psl::{Info, List, Psl};

// `psl` compiles the list to code that is generic over the iterator of labels. Calling it through a trait object
// instantiates it once instead of once for each iterator type, which saves a fifth of the compiler's work on the
// whole program. The speed is about the same.
struct Suffixes;

impl Psl for Suffixes {
    fn find<'a, T>(&self, mut labels: T) -> Info
    where
        T: Iterator<Item = &'a [u8]>,
    {
        let labels: &mut dyn Iterator<Item = &'a [u8]> = &mut labels;
        List.find(labels)
    }
}

/// The registrable domain of a host: the public suffix and one more label. `None` for a public suffix itself.
pub fn registrable(host: &str) -> Option<&str> {
    let domain = Suffixes.domain(host.as_bytes())?;
    std::str::from_utf8(domain.trim().as_bytes()).ok()
}

/// The public suffix of a host; the last label if the list has no entry.
pub fn suffix(host: &str) -> Option<&str> {
    std::str::from_utf8(Suffixes.suffix(host.as_bytes())?.trim().as_bytes()).ok()
}

/// Whether the public suffix of a host is in the list.
pub fn has_known_suffix(host: &str) -> bool {
    Suffixes.suffix(host.as_bytes()).is_some_and(|suffix| suffix.is_known())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_psl_crate() {
        for host in
            ["www.example.co.uk", "example.com", "com", "a.b.github.io", "x.invalid-tld", "localhost", "", "a.com."]
        {
            assert_eq!(registrable(host), psl::domain_str(host), "{host}");
            assert_eq!(suffix(host), psl::suffix_str(host), "{host}");
        }
        assert!(has_known_suffix("a.co.uk") && !has_known_suffix("a.invalid-tld"));
    }
}
