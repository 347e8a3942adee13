//! URLs that are safe to paste: into a shell, an email or a spreadsheet.
//!
//! Strangers write these URLs, and not every shell supports bracketed paste, so pasted text may be executed at once.
//! A URL must therefore be harmless in a shell, with and without quotes around it.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::text::{Kind, kind};

/// Makes a URL safe to paste. Percent-encodes (RFC 3986, section 2.1) what is not allowed in a URL, except for
/// letters of other scripts, and what is allowed but special to a shell: `$ ' ( ) ; !`, and a `&` that is not
/// followed by `name=`. A server treats the encoded form like the original.
pub fn paste_safe_url(url: &str) -> Cow<'_, str> {
    let url = url.trim();
    let parts = Parts::of(url);
    let is_harmless = |(at, ch): (usize, char)| match ch {
        '&' => parts.separates(url, at),
        '[' | ']' => at < parts.path,
        _ => is_harmless(ch),
    };
    if url.char_indices().all(is_harmless) {
        return Cow::Borrowed(url);
    }
    let mut out = String::with_capacity(url.len() + 16);
    for (at, ch) in url.char_indices() {
        if is_harmless((at, ch)) {
            out.push(ch);
        } else {
            for byte in ch.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(out, "%{byte:02X}"); // Writing to a string can't fail.
            }
        }
    }
    Cow::Owned(out)
}

fn is_harmless(ch: char) -> bool {
    if ch.is_ascii() {
        return ch.is_ascii_alphanumeric() || "-._~:/?#@*+,=%".contains(ch);
    }
    !ch.is_whitespace() && matches!(kind(ch), Kind::Plain | Kind::Mark | Kind::SoundMark)
}

/// The byte offsets at which the parts of a URL start.
struct Parts {
    /// The end of the host.
    path: usize,
    query: usize,
    fragment: usize,
}

impl Parts {
    fn of(url: &str) -> Parts {
        let find = |from: usize, what: &[char]| {
            url.get(from..).and_then(|rest| rest.find(what)).map_or(url.len(), |at| from + at)
        };
        let host = url.find("://").map_or(0, |at| at + 3);
        let path = find(host, &['/', '?', '#']);
        let fragment = find(path, &['#']);
        Parts { path, query: find(path, &['?']).min(fragment), fragment }
    }

    /// Whether the `&` at `at` separates query parameters and is harmless in a shell, because `name=` follows: a
    /// shell takes that for an assignment or an unknown command.
    fn separates(&self, url: &str, at: usize) -> bool {
        let rest = url.get(at + 1..self.fragment).filter(|_| (self.query..self.fragment).contains(&at));
        let parameter = rest.and_then(|rest| rest.split('&').next()).unwrap_or_default();
        parameter.find('=').is_some_and(|at| at > 0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::text::is_unsafe_char;
    use super::*;

    #[test]
    fn urls_are_harmless_in_a_shell() {
        for (url, expected) in [
            (" https://a.com/b \n", "https://a.com/b"),
            ("https://a.com/\nrm -rf ~", "https://a.com/%0Arm%20-rf%20~"),
            ("https://a.com/\u{202e}x\u{9b}", "https://a.com/%E2%80%AEx%C2%9B"),
            ("https://ja.com/カレーﾃﾞ", "https://ja.com/カレーﾃﾞ"),
            ("https://a.com/$(touch${IFS}x)", "https://a.com/%24%28touch%24%7BIFS%7Dx%29"),
            ("https://a.com/`id`;id|id", "https://a.com/%60id%60%3Bid%7Cid"),
            ("https://a.com/'\"!!<>^\\", "https://a.com/%27%22%21%21%3C%3E%5E%5C"),
            ("https://a.com/&id?x&id&a=1&id#&a=1", "https://a.com/%26id?x%26id&a=1%26id#%26a=1"),
            ("http://[::1]:80/a[1]?b[]=%5B&c.d=2", "http://[::1]:80/a%5B1%5D?b%5B%5D=%5B&c.d=2"),
            ("https://a.com/~me/a,b*c+d=e:f@g?h=/?#i%zz", "https://a.com/~me/a,b*c+d=e:f@g?h=/?#i%zz"),
            ("id;id&id=", "id%3Bid%26id="),
        ] {
            assert_eq!(paste_safe_url(url), expected);
        }
    }

    proptest! {
        #[test]
        fn output_has_no_special_characters_and_is_idempotent(text in any::<String>()) {
            let once = paste_safe_url(&text);
            for ch in once.chars() {
                prop_assert!(!ch.is_control() && !ch.is_whitespace() && !is_unsafe_char(ch), "{:?}", ch);
                prop_assert!(!"$'();!`\"\\<>|{}^".contains(ch), "{:?}", ch);
            }
            prop_assert_eq!(paste_safe_url(&once), once.as_ref());
        }
    }
}
