//! What a user says of links: a note and a tag. They belong to a link, which is a page that links to a page, whatever answer
//! or file it came in.

use std::collections::{BTreeMap, HashMap};

use super::link_set::LinkSet;

/// What a user says of a link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// In many words.
    pub text: String,
    /// In one, by which links are found again.
    pub tag: String,
}

impl Note {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.tag.is_empty()
    }
}

/// Which link is meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId {
    /// The page that links.
    pub source_url: String,
    /// The page that is linked to.
    pub target_url: String,
}

impl LinkId {
    /// The link of a row.
    pub fn of(links: &LinkSet, row: u32) -> LinkId {
        let link = links.link(row);
        LinkId { source_url: link.source_url.to_owned(), target_url: link.target_url.to_owned() }
    }
}

/// The notes on the rows of a set.
pub type RowNotes = BTreeMap<u32, Note>;

/// Everything that a user has said of links.
#[derive(Clone, Debug, Default)]
pub struct Notebook {
    /// By the source URL, since few pages link to more than one target.
    notes: HashMap<String, Vec<(String, Note)>>,
}

impl Notebook {
    /// Takes over what is said of a link now; an empty note takes away what was said.
    pub fn set(&mut self, link: &LinkId, note: Note) {
        let of_source = self.notes.entry(link.source_url.clone()).or_default();
        of_source.retain(|(target, _)| *target != link.target_url);
        if !note.is_empty() {
            of_source.push((link.target_url.clone(), note));
        }
    }

    /// What is said of the rows of a set.
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
        (0..links.len() as u32).filter_map(note).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::link::Link;
    use super::*;

    #[test]
    fn notes_find_their_links_in_another_set() {
        let link = |source_url, target_url| Link { source_url, target_url, ..Link::default() };
        let links = LinkSet::from_links([link("a", "x"), link("a", "y"), link("b", "x")]).unwrap();
        let note = |text: &str| Note { text: text.to_owned(), ..Note::default() };
        let mut notebook = Notebook::default();
        notebook.set(&LinkId::of(&links, 1), note("first"));
        notebook.set(&LinkId::of(&links, 1), note("second"));
        notebook.set(&LinkId::of(&links, 2), note("gone"));
        notebook.set(&LinkId::of(&links, 2), Note::default());
        let other = LinkSet::from_links([link("b", "x"), link("a", "y")]).unwrap();
        assert_eq!(notebook.rows(&other), RowNotes::from([(1, note("second"))]));
    }
}
