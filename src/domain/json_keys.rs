//! Finds the API's JSON keys in text that can't be parsed. They show where an entry begins, and that no string is open.

use memchr::memmem;

use super::link::Field;

/// The keys at the top level of a response.
const TOP: [&str; 3] = ["data", "credits_consumed", "time_taken"];

/// Whether one of the API's keys, such as `"anchor_text":`, begins at this quote. Inside a string its quotes would be
/// escaped, so no string is open here, whatever the quotes before it suggest.
pub fn is_key(text: &[u8], at: usize) -> bool {
    Field::ALL.into_iter().map(Field::api_name).chain(TOP).any(|name| value_after_key(text, at, name).is_some())
}

pub fn next_entry(text: &[u8], from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    memchr::memchr_iter(b'{', rest).map(|at| from + at).find(|&at| is_entry(text, at))
}

/// Whether an entry begins at this brace: the key of a link's field follows.
pub fn is_entry(text: &[u8], at: usize) -> bool {
    let name = skip_whitespace(text, at + 1);
    Field::ALL.into_iter().any(|field| value_after_key(text, name, field.api_name()).is_some())
}

/// The position after the opening bracket of the list of links.
pub fn link_list(text: &[u8]) -> Option<usize> {
    values(text, "data").find(|&at| text.get(at) == Some(&b'[')).map(|at| at + 1)
}

/// The positions of all values with this key.
pub fn values<'t>(text: &'t [u8], name: &'static str) -> impl Iterator<Item = usize> + 't {
    memmem::find_iter(text, name).filter_map(move |at| value_after_key(text, at.checked_sub(1)?, name))
}

/// The position of the value if this key is here, with its quotes and its colon.
fn value_after_key(text: &[u8], at: usize, name: &str) -> Option<usize> {
    let rest = text.get(at..)?.strip_prefix(b"\"")?.strip_prefix(name.as_bytes())?.strip_prefix(b"\"")?;
    let colon = skip_whitespace(text, text.len() - rest.len());
    (text.get(colon) == Some(&b':')).then(|| skip_whitespace(text, colon + 1))
}

/// The first position from here that is not JSON whitespace.
pub fn skip_whitespace(text: &[u8], from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let whitespace = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count();
    from + whitespace
}
