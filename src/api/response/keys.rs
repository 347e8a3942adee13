//! The names of the API in a text that can't be parsed: what shows where an entry begins and where a string can't be.

use memchr::memmem;

use crate::domain::Field;

/// Names at the top of a response.
const TOP: [&str; 3] = ["data", "credits_consumed", "time_taken"];

/// Whether a key of the API begins at this quote: `"anchor_text":`. Within a string its quotes would be escaped, so wherever
/// one is found, no string is open, whatever the quotes before it say.
pub(super) fn is_key(text: &[u8], at: usize) -> bool {
    Field::ALL.into_iter().map(Field::api_name).chain(TOP).any(|name| behind_key(text, at, name).is_some())
}

/// Where the next entry begins.
pub(super) fn next_entry(text: &[u8], from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    memchr::memchr_iter(b'{', rest).map(|at| from + at).find(|&at| is_entry(text, at))
}

/// Whether an entry begins at this brace: the name of a link's field is behind it.
pub(super) fn is_entry(text: &[u8], at: usize) -> bool {
    let name = skip_blanks(text, at + 1);
    Field::ALL.into_iter().any(|field| behind_key(text, name, field.api_name()).is_some())
}

/// Where the list of links begins, behind its bracket.
pub(super) fn list_of_links(text: &[u8]) -> Option<usize> {
    values(text, "data").find(|&at| text.get(at) == Some(&b'[')).map(|at| at + 1)
}

/// Where each value of this name begins.
pub(super) fn values<'t>(text: &'t [u8], name: &'static str) -> impl Iterator<Item = usize> + 't {
    memmem::find_iter(text, name).filter_map(move |at| behind_key(text, at.checked_sub(1)?, name))
}

/// Where the value of this key begins, if the key is here with its quotes and its colon.
fn behind_key(text: &[u8], at: usize, name: &str) -> Option<usize> {
    let rest = text.get(at..)?.strip_prefix(b"\"")?.strip_prefix(name.as_bytes())?.strip_prefix(b"\"")?;
    let colon = skip_blanks(text, text.len() - rest.len());
    (text.get(colon) == Some(&b':')).then(|| skip_blanks(text, colon + 1))
}

/// The first place from here on that is not a blank of JSON.
pub(super) fn skip_blanks(text: &[u8], from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count();
    from + blanks
}
