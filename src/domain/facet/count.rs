//! Counts the values of a facet.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::RandomState;
use rayon::prelude::*;

use super::Facet;
use crate::domain::anchor_type::AnchorRules;
use crate::domain::columns::{ExtraId, Kind, Source, StoredText};
use crate::domain::groups::{Group, Groups};
use crate::domain::link::Field;
use crate::domain::link_set::{LinkSet, SEGMENT_ROWS};
use crate::domain::row::{Line, Row};
use crate::domain::row_order::RowOrder;
use crate::domain::text::fold;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FacetCount {
    /// The first row with the value.
    pub row: Row,
    /// The number of counted rows with the value.
    pub rows: u32,
}

/// Counts the values of a facet among some rows, most frequent first; equal counts in the order of their first rows.
pub fn count(links: &LinkSet, facet: Facet, rules: &AnchorRules, among: &RowOrder) -> Vec<FacetCount> {
    let Some(def) = facet.def(links) else { return Vec::new() };
    let mut entries = match (def.counted_part(), def.source) {
        (Some((field, part)), _) => count_texts(&Groups::of(links, field, part), among),
        (None, Source::Extra(id)) => count_extra(links, id, among),
        (None, _) => count_by_key(among, |row| {
            let text = |field| links.text(row, field);
            rules.classify(text(Field::Anchor), text(Field::TargetDomain)) as u8
        }),
    };
    entries.sort_unstable_by_key(|entry| (Reverse(entry.rows), entry.row));
    entries
}

fn count_texts(groups: &Groups, among: &RowOrder) -> Vec<FacetCount> {
    let is_all = among.len() == groups.rows();
    let counts = if is_all { Vec::new() } else { groups.count(among.iter()) };
    let entry = |(i, group): (usize, &Group)| FacetCount {
        row: group.first,
        rows: if is_all { group.rows } else { counts.get(i).copied().unwrap_or(0) },
    };
    groups.groups().iter().enumerate().map(entry).filter(|entry| entry.rows > 0).collect()
}

fn count_extra(links: &LinkSet, id: ExtraId, among: &RowOrder) -> Vec<FacetCount> {
    match links.schema().kind(id) {
        Some(Kind::Text) => count_texts(&Groups::of_stored(links, StoredText::Extra(id), |text| text), among),
        Some(_) => count_by_key(among, |row| links.extra(row, id).number().map(f64::to_bits)),
        // A filter for the text 5 also matches the number 5 of a segment of another kind, so they are counted together.
        None => count_by_key(among, |row| fold(&links.extra(row, id).plain_text()).into_owned()),
    }
}

type Counts<K> = HashMap<K, FacetCount, RandomState>;

/// Counts rows by a key that has few values, so that the rows need not be grouped.
fn count_by_key<K: Hash + Eq + Send>(among: &RowOrder, key: impl Fn(Row) -> K + Sync) -> Vec<FacetCount> {
    fn add<K: Hash + Eq>(counts: &mut Counts<K>, key: K, more: FacetCount) {
        let sum = |count: &mut FacetCount| {
            *count = FacetCount { row: count.row.min(more.row), rows: count.rows + more.rows };
        };
        counts.entry(key).and_modify(sum).or_insert(more);
    }
    let count = |mut counts: Counts<K>, row: Row| {
        add(&mut counts, key(row), FacetCount { row, rows: 1 });
        counts
    };
    let merge = |mut counts: Counts<K>, others: Counts<K>| {
        others.into_iter().for_each(|(key, more)| add(&mut counts, key, more));
        counts
    };
    let lines = (0..among.len()).into_par_iter().with_min_len(SEGMENT_ROWS);
    let rows = lines.filter_map(|line| among.get(Line(line)));
    rows.fold(Counts::default, count).reduce(Counts::default, merge).into_values().collect()
}
