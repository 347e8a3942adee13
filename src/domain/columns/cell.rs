//! The value of a cell.

use std::borrow::Cow;

use super::def::{ColumnDef, FilterRule, Source};
use super::value::Value;
use crate::domain::anchor_type::AnchorRules;
use crate::domain::link_set::LinkSet;
use crate::domain::row::Row;

/// Absent for columns that the link itself does not determine: group size, file, diff
/// status.
pub fn value<'a>(links: &'a LinkSet, row: Row, def: &ColumnDef<'_>, rules: &AnchorRules) -> Value<'a> {
    match def.source {
        Source::Rank => Value::Number(f64::from(row.rank())),
        Source::Text { field, part } => {
            let text = links.text(row, field);
            Value::Text(part.map_or(text, |part| part(text)))
        }
        Source::Number { field, of } => Value::Number(f64::from(of(links.text(row, field)))),
        Source::AnchorType => {
            let link = links.shown_link(row);
            Value::Text(rules.classify(link.anchor, link.target_domain).title())
        }
        Source::Extra(id) => links.extra(row, id),
        Source::DiffStatus | Source::File | Source::GroupSize => Value::Absent,
    }
}

/// The text that the table shows, unsanitized.
pub fn shown_text<'a>(links: &'a LinkSet, row: Row, def: &ColumnDef<'_>, rules: &AnchorRules) -> Cow<'a, str> {
    match value(links, row, def, rules) {
        Value::Text(text) => def.readable(text),
        other => other.display_text(),
    }
}

/// The value in the form that the filter language uses; `None` for a column without a filter.
pub fn filter_value<'a>(
    links: &'a LinkSet,
    row: Row,
    def: &ColumnDef<'_>,
    rules: &AnchorRules,
) -> Option<Cow<'a, str>> {
    match (def.filter, def.source) {
        (FilterRule::Named { .. }, Source::AnchorType) => {
            let link = links.shown_link(row);
            Some(Cow::Borrowed(rules.classify(link.anchor, link.target_domain).name()))
        }
        (FilterRule::Named { .. }, _) => Some(value(links, row, def, rules).plain_text()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::columns::ColumnId;
    use crate::domain::{Field, Link};

    #[test]
    fn domain_names_are_shown_in_unicode_unless_they_mislead() {
        let link = |name| Link { source_domain: name, anchor: name, ..Link::default() };
        let links = LinkSet::from_links(["xn--mnchen-3ya.de", "xn--pple-43d.com"].map(link)).unwrap();
        let text = |row, field| {
            let def = ColumnId::Field(field).known().unwrap();
            shown_text(&links, Row(row), def, &AnchorRules::default()).into_owned()
        };
        assert_eq!(text(0, Field::SourceDomain), "münchen.de");
        assert_eq!(text(1, Field::SourceDomain), "xn--pple-43d.com");
        assert_eq!(text(0, Field::Anchor), "xn--mnchen-3ya.de");
    }
}
