//! The value of a cell.

use std::borrow::Cow;

use super::def::{ColumnDef, FilterRule, Source};
use super::value::Value;
use crate::domain::anchor_type::AnchorRules;
use crate::domain::link_set::LinkSet;
use crate::domain::row::Row;

/// The value that the table shows. Absent for columns that the link itself does not determine: group size, file, diff
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
