//! Many backlinks, kept by column: one buffer of text for each field, so that a search is a scan of one piece of memory.
//!
//! A set never changes once it is built and is shared by reference (`Arc`) between the screen and whoever works on it.

use std::collections::HashMap;

use super::link::{Field, Link};
use super::text::fold;

/// One column of texts: all of them in one buffer, and where each ends.
#[derive(Debug, Default)]
pub struct Column {
    text: String,
    ends: Vec<u32>,
}

/// More text in one column than 32-bit offsets reach: 4 GiB.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more than 4 GiB of text in one column")]
pub struct TooMuchText;

impl Column {
    fn push(&mut self, value: &str) -> Result<(), TooMuchText> {
        let end = u32::try_from(self.text.len() + value.len()).map_err(|_| TooMuchText)?;
        self.text.push_str(value);
        self.ends.push(end);
        Ok(())
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text of `row`, empty where there is no such row.
    pub fn get(&self, row: u32) -> &str {
        let row = row as usize;
        let start = row.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0) as usize;
        self.ends.get(row).and_then(|&end| self.text.get(start..end as usize)).unwrap_or("")
    }

    /// All texts one after the other, with nothing between them.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where each text ends in [`Column::text`].
    pub fn ends(&self) -> &[u32] {
        &self.ends
    }

    fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

/// An unchanging list of backlinks. A row's number is its rank, less one, in the order in which the links came.
#[derive(Debug, Default)]
pub struct LinkSet {
    raw: [Column; 5],
    folded: [Column; 5],
    domain_counts: HashMap<Box<str>, u32>,
}

impl LinkSet {
    /// A set of these links, in this order.
    ///
    /// # Errors
    /// More than 4 GiB of text in one column.
    pub fn from_links<'a>(links: impl IntoIterator<Item = Link<'a>>) -> Result<LinkSet, TooMuchText> {
        let mut builder = LinkSetBuilder::default();
        for link in links {
            builder.push(&link)?;
        }
        Ok(builder.finish())
    }

    /// How many links there are.
    pub fn len(&self) -> usize {
        self.raw[0].len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One field of one link, as it came; empty where there is no such row.
    pub fn text(&self, row: u32, field: Field) -> &str {
        self.raw(field).get(row)
    }

    /// The whole link; all fields are empty where there is no such row.
    pub fn link(&self, row: u32) -> Link<'_> {
        Link {
            anchor: self.text(row, Field::Anchor),
            source_domain: self.text(row, Field::SourceDomain),
            target_domain: self.text(row, Field::TargetDomain),
            source_url: self.text(row, Field::SourceUrl),
            target_url: self.text(row, Field::TargetUrl),
        }
    }

    /// A whole column as it came.
    pub fn raw(&self, field: Field) -> &Column {
        &self.raw[field.index()]
    }

    /// The same column with case folded ([`fold`]): what searches and sorts read.
    pub fn folded(&self, field: Field) -> &Column {
        &self.folded[field.index()]
    }

    /// How many links come from this row's source domain.
    pub fn links_from_domain_of(&self, row: u32) -> u32 {
        self.domain_counts.get(self.folded(Field::SourceDomain).get(row)).copied().unwrap_or(0)
    }

    /// How many different source domains there are.
    pub fn domain_count(&self) -> usize {
        self.domain_counts.len()
    }
}

/// Collects links into a [`LinkSet`].
#[derive(Debug, Default)]
pub struct LinkSetBuilder {
    set: LinkSet,
}

impl LinkSetBuilder {
    /// Adds one link behind the others.
    ///
    /// # Errors
    /// More than 4 GiB of text in one column.
    pub fn push(&mut self, link: &Link<'_>) -> Result<(), TooMuchText> {
        for field in Field::ALL {
            let value = link.get(field);
            self.set.raw[field.index()].push(value)?;
            self.set.folded[field.index()].push(&fold(value))?;
        }
        Ok(())
    }

    /// The set of all that was pushed.
    pub fn finish(mut self) -> LinkSet {
        for column in self.set.raw.iter_mut().chain(&mut self.set.folded) {
            column.shrink();
        }
        let mut counts: HashMap<Box<str>, u32> = HashMap::new();
        let domains = self.set.folded(Field::SourceDomain);
        for row in 0..domains.len() as u32 {
            let domain = domains.get(row);
            match counts.get_mut(domain) {
                Some(count) => *count += 1,
                None => {
                    counts.insert(domain.into(), 1);
                }
            }
        }
        self.set.domain_counts = counts;
        self.set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_back_what_came_and_counts_domains() {
        let links = [
            Link { anchor: "École", source_domain: "a.com", source_url: "https://a.com/1", ..Link::default() },
            Link { anchor: "", source_domain: "b.com", source_url: "https://b.com/", ..Link::default() },
            Link { anchor: "x", source_domain: "A.com", source_url: "https://a.com/2", ..Link::default() },
        ];
        let set = LinkSet::from_links(links).unwrap();
        assert_eq!(set.len(), 3);
        assert_eq!(set.link(0), links[0]);
        assert_eq!(set.link(2), links[2]);
        assert_eq!(set.folded(Field::Anchor).get(0), "école");
        assert_eq!(set.links_from_domain_of(0), 2);
        assert_eq!(set.domain_count(), 2);
        assert_eq!(set.link(9), Link::default());
    }
}
