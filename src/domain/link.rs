//! A backlink and its fields.

/// A field of a backlink. The order is the API's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The anchor text; empty for an image link.
    Anchor,
    /// The referring domain (registrable): `w3.org`.
    SourceDomain,
    /// The domain of the target page.
    TargetDomain,
    /// The referring page.
    SourceUrl,
    /// The target page.
    TargetUrl,
}

impl Field {
    /// In the API's order.
    pub const ALL: [Field; 5] =
        [Field::Anchor, Field::SourceDomain, Field::TargetDomain, Field::SourceUrl, Field::TargetUrl];

    /// The API's name of the field, which every file format uses as its header.
    pub const fn api_name(self) -> &'static str {
        match self {
            Field::Anchor => "anchor_text",
            Field::SourceDomain => "domain_source",
            Field::TargetDomain => "domain_target",
            Field::SourceUrl => "url_source",
            Field::TargetUrl => "url_target",
        }
    }

    /// Whether it is a domain name, which link sets store in its normal form.
    pub const fn is_domain(self) -> bool {
        matches!(self, Field::SourceDomain | Field::TargetDomain)
    }

    /// The index in [`Field::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }
}

/// A borrowed backlink. Its texts are unsanitized.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Link<'a> {
    pub anchor: &'a str,
    /// The referring domain (registrable).
    pub source_domain: &'a str,
    /// The domain of the target page.
    pub target_domain: &'a str,
    /// The referring page.
    pub source_url: &'a str,
    /// The target page.
    pub target_url: &'a str,
}

impl<'a> Link<'a> {
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
