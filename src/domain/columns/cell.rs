//! The value of a row in a column.

use std::borrow::Cow;

use super::def::{ColumnDef, FilterRule, Source};
use super::value::Value;
use crate::domain::anchor_class::AnchorRules;
use crate::domain::link_set::LinkSet;

/// The value of a row, as the table shows it. Absent for what is not of the link itself: its group, its file, a comparison.
pub fn value<'a>(links: &'a LinkSet, row: u32, def: &ColumnDef<'_>, rules: &AnchorRules) -> Value<'a> {
    match def.source {
        Source::Rank => Value::Number(f64::from(row) + 1.0),
        Source::Text { field, part } => {
            let text = links.text(row, field);
            Value::Text(part.map_or(text, |part| part(text)))
        }
        Source::Number { field, of } => Value::Number(f64::from(of(links.text(row, field)))),
        Source::AnchorType => {
            let link = links.link(row);
            Value::Text(rules.class(link.anchor, link.target_domain).title())
        }
        Source::Extra(id) => links.extra(row, id),
        Source::DiffStatus | Source::File | Source::GroupSize => Value::Absent,
    }
}

/// The same as a filter has it; `None` for a column without a filter.
pub fn filter_value<'a>(
    links: &'a LinkSet,
    row: u32,
    def: &ColumnDef<'_>,
    rules: &AnchorRules,
) -> Option<Cow<'a, str>> {
    match (def.filter, def.source) {
        (FilterRule::Named { .. }, Source::AnchorType) => {
            let link = links.link(row);
            Some(Cow::Borrowed(rules.class(link.anchor, link.target_domain).name()))
        }
        (FilterRule::Named { .. }, _) => Some(value(links, row, def, rules).written()),
        _ => None,
    }
}
