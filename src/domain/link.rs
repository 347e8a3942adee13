//! One backlink and its fields, by the API's own names.

/// One text field of a backlink. The order is the API's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The words of the link; empty for a linked picture.
    Anchor,
    /// The registrable domain that links: `w3.org`.
    SourceDomain,
    /// The domain that is linked to.
    TargetDomain,
    /// The page that links.
    SourceUrl,
    /// The page that is linked to.
    TargetUrl,
}

impl Field {
    /// Every field, in the API's order.
    pub const ALL: [Field; 5] =
        [Field::Anchor, Field::SourceDomain, Field::TargetDomain, Field::SourceUrl, Field::TargetUrl];

    /// The API's name of it, which every file format uses as its header.
    pub const fn api_name(self) -> &'static str {
        match self {
            Field::Anchor => "anchor_text",
            Field::SourceDomain => "domain_source",
            Field::TargetDomain => "domain_target",
            Field::SourceUrl => "url_source",
            Field::TargetUrl => "url_target",
        }
    }

    /// Where it stands in [`Field::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }
}

/// One backlink, borrowed from wherever it is kept. The texts are as they came: written by strangers, not safe to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Link<'a> {
    /// The words of the link.
    pub anchor: &'a str,
    /// The registrable domain that links.
    pub source_domain: &'a str,
    /// The domain that is linked to.
    pub target_domain: &'a str,
    /// The page that links.
    pub source_url: &'a str,
    /// The page that is linked to.
    pub target_url: &'a str,
}

impl<'a> Link<'a> {
    /// The text of one field.
    pub fn get(&self, field: Field) -> &'a str {
        match field {
            Field::Anchor => self.anchor,
            Field::SourceDomain => self.source_domain,
            Field::TargetDomain => self.target_domain,
            Field::SourceUrl => self.source_url,
            Field::TargetUrl => self.target_url,
        }
    }
}
