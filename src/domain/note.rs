//! The user's notes and tags on links. They belong to a pair of referring page and target page, so they show up in
//! every response and file with that link.

use std::collections::{BTreeMap, HashMap};

use super::link_set::LinkSet;
use super::row::Row;

/// A note and a tag on a link. Either may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note {
    pub text: String,
    pub tag: String,
}

impl Note {
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.tag.is_empty()
    }
}

/// Identifies a link across responses and files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId {
    /// The referring page.
    pub source_url: String,
    /// The target page.
    pub target_url: String,
}

impl LinkId {
    pub fn of(links: &LinkSet, row: Row) -> LinkId {
        let link = links.link(row);
        LinkId { source_url: link.source_url.to_owned(), target_url: link.target_url.to_owned() }
    }
}

/// Notes by the rows of a link set.
pub type RowNotes = BTreeMap<Row, Note>;

/// All notes of the user.
#[derive(Clone, Debug, Default)]
pub struct Notebook {
    /// By source URL, since few pages link to several targets.
    notes: HashMap<String, Vec<(String, Note)>>,
}

impl Notebook {
    /// Replaces the note on a link; an empty note removes it.
    pub fn set(&mut self, link: &LinkId, note: Note) {
        let of_source = self.notes.entry(link.source_url.clone()).or_default();
        of_source.retain(|(target, _)| *target != link.target_url);
        if !note.is_empty() {
            of_source.push((link.target_url.clone(), note));
        }
    }

    /// The notes on the rows of a link set.
    pub fn rows(&self, links: &LinkSet) -> RowNotes {
        if self.notes.is_empty() {
            return RowNotes::new();
        }
        let note = |row| {
            let link = links.link(row);
            let of_source = self.notes.get(link.source_url)?;
            let (_, note) = of_source.iter().find(|(target, _)| target == link.target_url)?;
            Some((row, note.clone()))
        };
        links.rows().filter_map(note).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::link::Link;
    use super::*;

    #[test]
    fn notes_apply_to_the_same_links_in_another_set() {
        let link = |source_url, target_url| Link { source_url, target_url, ..Link::default() };
        let links = LinkSet::from_links([link("a", "x"), link("a", "y"), link("b", "x")]).unwrap();
        let note = |text: &str| Note { text: text.to_owned(), ..Note::default() };
        let mut notebook = Notebook::default();
        notebook.set(&LinkId::of(&links, Row(1)), note("first"));
        notebook.set(&LinkId::of(&links, Row(1)), note("second"));
        notebook.set(&LinkId::of(&links, Row(2)), note("gone"));
        notebook.set(&LinkId::of(&links, Row(2)), Note::default());
        let other = LinkSet::from_links([link("b", "x"), link("a", "y")]).unwrap();
        assert_eq!(notebook.rows(&other), RowNotes::from([(Row(1), note("second"))]));
    }
}
