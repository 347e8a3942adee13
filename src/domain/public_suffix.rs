//! The public suffix list: below which names anybody can register one.
//!
//! The list is code, made for each type of iterator that it is asked with. Asked through one that is looked up at run time
//! it is a fifth less for the compiler to optimize in the whole program, and as fast to a person.

use psl::{Info, List, Psl};

/// The list, asked through an iterator whose type it does not know.
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

/// The domain that can be registered: one label more than the public suffix. `None` for a suffix itself.
pub fn registrable(host: &str) -> Option<&str> {
    let domain = Suffixes.domain(host.as_bytes())?;
    std::str::from_utf8(domain.trim().as_bytes()).ok()
}

/// The public suffix of a host, known or not: the last label where the list has none.
pub fn suffix(host: &str) -> Option<&str> {
    std::str::from_utf8(Suffixes.suffix(host.as_bytes())?.trim().as_bytes()).ok()
}

/// Whether a host ends with a suffix that is in the list.
pub fn has_known_suffix(host: &str) -> bool {
    Suffixes.suffix(host.as_bytes()).is_some_and(|suffix| suffix.is_known())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_the_list_says() {
        for host in
            ["www.example.co.uk", "example.com", "com", "a.b.github.io", "x.invalid-tld", "localhost", "", "a.com."]
        {
            assert_eq!(registrable(host), psl::domain_str(host), "{host}");
            assert_eq!(suffix(host), psl::suffix_str(host), "{host}");
        }
        assert!(has_known_suffix("a.co.uk") && !has_known_suffix("a.invalid-tld"));
    }
}
