//! The count of a facet as a job for a worker.

use std::sync::Arc;

use super::{Facet, FacetCount, count};
use crate::domain::anchor_type::{AnchorRules, AnchorType};
use crate::domain::columns::{self, ColumnId, Source, Value};
use crate::domain::link::Field;
use crate::domain::link_set::LinkSet;
use crate::domain::row_order::RowOrder;
use crate::domain::text::fold;

/// The count of a facet, as a job for a worker.
#[derive(Clone, Debug)]
pub struct FacetJob {
    pub links: Arc<LinkSet>,
    pub facet: Facet,
    pub rules: Arc<AnchorRules>,
    pub among: RowOrder,
    /// The previous counts, if only the search or the order has changed.
    pub counted: Option<Arc<[FacetCount]>>,
    /// Keeps only values that contain this text, which is folded.
    pub search: String,
    /// Sorts by value instead of by count.
    pub by_value: bool,
}

/// The result of a [`FacetJob`].
#[derive(Clone, Debug)]
pub struct FacetCounts {
    pub all: Arc<[FacetCount]>,
    /// The values that match the search, in order.
    pub found: Arc<[FacetCount]>,
    /// The sum over all values.
    pub rows: u64,
    /// The highest count among `found`.
    pub most: u32,
    /// Set if the counts look unnatural.
    pub warning: Option<String>,
}

impl FacetJob {
    pub fn run(&self) -> FacetCounts {
        let (links, rules) = (&self.links, &self.rules);
        let all = match &self.counted {
            Some(counted) => Arc::clone(counted),
            None => count(links, self.facet, rules, &self.among).into(),
        };
        let text = |entry: &FacetCount| self.facet.shown_value(links, entry.row, rules);
        let mut found: Vec<FacetCount> = match self.search.as_str() {
            "" => all.to_vec(),
            search => all.iter().filter(|entry| fold(&text(entry)).contains(search)).copied().collect(),
        };
        if self.by_value {
            self.sort_by_value(&mut found);
        }
        let warning = warning(links, self.facet, rules, &all);
        let rows = all.iter().map(|entry| u64::from(entry.rows)).sum();
        let most = found.iter().map(|entry| entry.rows).max().unwrap_or(0);
        FacetCounts { all, found: found.into(), rows, most, warning }
    }

    /// Like the table: numbers as numbers, dates as dates, absent values of extra columns last.
    fn sort_by_value(&self, entries: &mut [FacetCount]) {
        let Some(def) = self.facet.def(&self.links) else { return };
        let value = |entry: &FacetCount| match def.source {
            Source::Text { .. } => self.facet.value(&self.links, entry.row, &self.rules),
            _ => columns::value(&self.links, entry.row, &def, &self.rules),
        };
        let mut sorted: Vec<(Value<'_>, FacetCount)> = entries.iter().map(|entry| (value(entry), *entry)).collect();
        sorted.sort_by(|(a, _), (b, _)| a.compare(*b).unwrap_or_else(|| a.is_absent().cmp(&b.is_absent())));
        entries.iter_mut().zip(sorted).for_each(|(slot, (_, entry))| *slot = entry);
    }
}

/// The share of links from which a single anchor text looks unnatural.
const DOMINANT_ANCHOR: f64 = 0.10;
/// The share of links from which keyword anchors look unnatural.
const DOMINANT_KEYWORDS: f64 = 0.30;
/// The share of links from which anchors that sell look like link spam.
const DOMINANT_MONEY: f64 = 0.30;

/// A warning if the counts look unnatural by a rule of thumb of link audits: a single anchor text, other than a
/// brand, a URL or a generic phrase, on 10% of the links, or money words or keywords on 30%.
pub fn warning(links: &LinkSet, facet: Facet, rules: &AnchorRules, entries: &[FacetCount]) -> Option<String> {
    let all: f64 = entries.iter().map(|entry| f64::from(entry.rows)).sum();
    let anchor_type = |entry: &FacetCount| {
        let link = links.shown_link(entry.row);
        rules.classify(link.anchor, link.target_domain)
    };
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    match facet.column() {
        ColumnId::Field(Field::Anchor) => {
            let is_suspicious = |anchor_type| {
                use AnchorType::{Exact, Money, Other, Partial};
                matches!(anchor_type, Exact | Partial | Money | Other)
            };
            let top = entries.iter().take(20).find(|entry| is_suspicious(anchor_type(entry)))?;
            let share = f64::from(top.rows) / all;
            (share >= DOMINANT_ANCHOR)
                .then(|| format!("{} of the links share one anchor text: looks unnatural", percent(share)))
        }
        ColumnId::AnchorType => {
            let share = |types: &[AnchorType]| {
                let rows = entries.iter().filter(|entry| types.contains(&anchor_type(entry))).map(|entry| entry.rows);
                rows.map(f64::from).sum::<f64>() / all
            };
            let money = share(&[AnchorType::Money]);
            let keywords = share(&[AnchorType::Exact, AnchorType::Partial]);
            if money >= DOMINANT_MONEY {
                Some(format!("{} of the links have money anchors: looks like link spam", percent(money)))
            } else {
                (keywords >= DOMINANT_KEYWORDS).then(|| {
                    format!("{} of the links have keywords as anchor text: looks unnatural", percent(keywords))
                })
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::link::Link;

    #[test]
    fn depths_are_sorted_as_numbers() {
        let urls = ["https://a.com/1/2/3/4/5/6/7/8/9/10/11", "https://a.com/1/2", "https://a.com/1"];
        let set = LinkSet::from_links(urls.map(|source_url| Link { source_url, ..Link::default() })).unwrap();
        let (links, rules) = (Arc::new(set), Arc::<AnchorRules>::default());
        let facet = Facet::of(&links, ColumnId::UrlDepth).unwrap();
        let (among, counted, search) = (RowOrder::All(3), None, String::new());
        let job = FacetJob { links, facet, rules, among, counted, search, by_value: true };
        let found = job.run().found;
        let depths = found.iter().map(|entry| facet.value(&job.links, entry.row, &job.rules).display_text());
        assert_eq!(depths.collect::<Vec<_>>(), ["1", "2", "10+"]);
    }
}
