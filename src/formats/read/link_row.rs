//! Makes a link of the cells of a row.

use std::borrow::Cow;

use super::address;
use super::layout::Layout;
use crate::domain::columns::Value;
use crate::domain::domain_name::normalize;
use crate::domain::link_set::SegmentBuilder;
use crate::domain::{Field, Link};
use crate::formats::formulas::unguarded_delimited;

/// Whether cells may have the `'` that protects a spreadsheet from formulas.
#[derive(Clone, Copy)]
pub(super) enum Guards {
    None,
    Possible,
}

impl Guards {
    /// The text of a cell, without guards.
    fn text(self, cell: &str) -> Cow<'_, str> {
        match self {
            Guards::None => Cow::Borrowed(cell),
            Guards::Possible => unguarded_delimited(cell),
        }
    }
}

impl Layout {
    /// Returns whether the row is a link: it needs a referring domain, or a referring page to derive it from. Repeated
    /// headers and totals have neither.
    pub(super) fn push<'a>(
        &self,
        cell: &impl Fn(usize) -> &'a str,
        guards: Guards,
        links: &mut SegmentBuilder,
    ) -> bool {
        // A match, since the call of `map_or` would not be inlined, and a large file has millions.
        let of = |field: Field| match self.fields[field.index()] {
            Some(column) => cell(column),
            None => "",
        };
        let source_cell = guards.text(of(Field::SourceUrl));
        let (source, title) = self.source(&source_cell);
        let (mut source_url, domain) = (address::url(source).unwrap_or_default(), of(Field::SourceDomain));
        let mut source_domain = address::domain(domain).unwrap_or_else(|| address::domain_of(&source_url));
        if source_domain.is_empty() {
            let is_odd_link =
                self.is_api && !is_api_header(source, domain) && !(source.is_empty() && domain.is_empty());
            if !is_odd_link {
                return false;
            }
            (source_url, source_domain) = (Cow::Borrowed(source), normalize(domain));
        }
        let target = guards.text(of(Field::TargetUrl));
        // A target that is not a URL, such as a path, is kept as it is.
        let target_url = address::url(&target).unwrap_or(Cow::Borrowed(&target));
        let target_domain = address::domain(of(Field::TargetDomain)).unwrap_or_else(|| address::domain_of(&target_url));
        let anchor = &guards.text(of(Field::Anchor));
        let link = Link {
            anchor,
            source_domain: &source_domain,
            target_domain: &target_domain,
            source_url: &source_url,
            target_url: &target_url,
        };
        if links.push_normal(&link).is_err() {
            return false;
        }
        let mut is_stored = true;
        for (index, (column, form)) in self.sources.iter().enumerate() {
            let text = guards.text(cell(*column));
            let text = form.plain(&text);
            is_stored &= text.is_empty() || links.set_extra(index, Value::Text(&text)).is_ok();
        }
        if let Some(index) = self.title.filter(|_| !title.is_empty()) {
            is_stored &= links.set_extra(index, Value::Text(&title)).is_ok();
        }
        is_stored
    }

    /// The URL in a cell, and the text around it if there is a title, which may be or have an address too.
    fn source<'a>(&self, cell: &'a str) -> (&'a str, String) {
        if self.title.is_none() {
            return (cell, String::new());
        }
        let url = last_address(cell.lines().map(str::trim)).or_else(|| last_address(cell.split_whitespace()));
        let url = url.unwrap_or(cell);
        let title = cell.rsplit_once(url).map(|(before, after)| format!("{before} {after}")).unwrap_or_default();
        (url, title.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

/// The last one with a scheme, if there is one.
fn last_address<'a>(texts: impl DoubleEndedIterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let mut addresses = texts.filter(|text| address::is_certain(text)).rev();
    addresses.clone().find(|text| text.contains("://")).or_else(|| addresses.next())
}

/// Whether a row repeats the header.
fn is_api_header(source: &str, domain: &str) -> bool {
    source == Field::SourceUrl.api_name() || domain == Field::SourceDomain.api_name()
}
