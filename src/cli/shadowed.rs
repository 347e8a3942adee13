//! Notes on columns of a file that a name does not mean, since it is built in: `note` is the user's note, and the column
//! `Note` of a file is called `note (file)`.

use crate::domain::columns::{ExtraName, by_name};
use crate::domain::query::Query;

/// `extras` are the names of the extra columns.
pub(super) fn in_filter(query: Option<&Query>, extras: &[&str]) -> Vec<String> {
    let names = query.into_iter().flat_map(Query::field_names);
    notes(names, extras, |name, key| {
        format!("{name}: is a built-in field; for the column of the file, write \"{key}\":")
    })
}

/// `names` are those of `--sort`.
pub(super) fn in_order<'n>(names: impl Iterator<Item = &'n str>, extras: &[&str]) -> Vec<String> {
    let built_in = names.filter(|name| by_name(name).is_some());
    notes(built_in, extras, |name, key| {
        format!("--sort {name} is a built-in column; for the column of the file, write \"{key}\"")
    })
}

/// One note for each name, however often it is used.
fn notes<'n>(
    names: impl Iterator<Item = &'n str>,
    extras: &[&str],
    note: impl Fn(&str, &str) -> String,
) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    for name in names {
        let key = ExtraName::key_of_shadowed(name);
        let note = extras.contains(&key.as_str()).then(|| note(name, &key));
        notes.extend(note.filter(|note| !notes.contains(note)));
    }
    notes
}
