//! The column headers of the exports of known tools, from `assets/exports.toml`.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::domain::Field;
use crate::domain::columns::Kind;
use crate::domain::text::fold;

/// What a header means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Field(Field),
    /// Too general a word: counts only if the values or the other columns agree.
    WeakField(Field),
    /// Cells with a title and the URL of the referring page.
    TitledSource,
    /// A further column, by its index in [`Known::columns`].
    Column(usize),
}

impl Meaning {
    pub(super) fn is_source(self) -> bool {
        matches!(self, Meaning::TitledSource | Meaning::Field(Field::SourceUrl | Field::SourceDomain))
    }

    pub(super) fn is_target(self) -> bool {
        let target = [Field::TargetUrl, Field::TargetDomain];
        matches!(self, Meaning::Field(field) | Meaning::WeakField(field) if target.contains(&field))
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Known {
    fields: HashMap<String, Vec<String>>,
    #[serde(rename = "column")]
    pub(super) columns: Vec<KnownColumn>,
    #[serde(rename = "report")]
    pub(super) reports: Vec<Report>,
    /// By normalized header, with its position in the list of headers that mean the same. The first one wins.
    #[serde(skip)]
    meanings: HashMap<String, (Meaning, usize)>,
}

/// One name for the same column in all tools.
#[derive(Debug, Deserialize)]
pub(super) struct KnownColumn {
    pub(super) name: String,
    kind: String,
    headers: Vec<String>,
}

/// An export of a tool.
#[derive(Debug, Deserialize)]
pub struct Report {
    pub tool: String,
    pub name: String,
    pub holds: Holds,
    /// Complete headers, one for each variant and language.
    pub headers: Vec<Vec<String>>,
    /// `headers`, normalized.
    #[serde(skip)]
    normalized: Vec<Vec<String>>,
    /// The header of a field where it differs from other tools.
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    target: Option<String>,
    #[serde(default)]
    anchor: Option<String>,
    #[serde(default, rename = "source-domain")]
    source_domain: Option<String>,
    #[serde(default, rename = "target-domain")]
    target_domain: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Holds {
    #[serde(rename = "links")]
    Links,
    /// Referring domains only.
    #[serde(rename = "domains")]
    Domains,
    #[serde(rename = "own pages")]
    OwnPages,
    #[serde(rename = "own anchors")]
    OwnAnchors,
    #[serde(rename = "queries")]
    Queries,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    // A test parses the file. If it could not be read, every header would be unknown, and the user would be asked.
    parse(include_str!("../../../assets/exports.toml")).unwrap_or_else(|_| Known {
        fields: HashMap::new(),
        columns: Vec::new(),
        reports: Vec::new(),
        meanings: HashMap::new(),
    })
});

fn parse(text: &str) -> Result<Known, toml::de::Error> {
    let mut known: Known = toml::from_str(text)?;
    let mut meanings = HashMap::new();
    for (key, headers) in &known.fields {
        for (rank, header) in headers.iter().enumerate() {
            meanings.insert(normalize(header), (meaning(key)?, rank));
        }
    }
    for (index, column) in known.columns.iter().enumerate() {
        for (rank, header) in column.headers.iter().enumerate() {
            meanings.entry(normalize(header)).or_insert((Meaning::Column(index), rank));
        }
    }
    known.meanings = meanings;
    for report in &mut known.reports {
        report.normalized =
            report.headers.iter().map(|header| header.iter().map(|name| normalize(name)).collect()).collect();
    }
    Ok(known)
}

fn meaning(key: &str) -> Result<Meaning, toml::de::Error> {
    Ok(match key {
        "source" => Meaning::Field(Field::SourceUrl),
        "target" => Meaning::Field(Field::TargetUrl),
        "anchor" => Meaning::Field(Field::Anchor),
        "source-domain" => Meaning::Field(Field::SourceDomain),
        "target-domain" => Meaning::Field(Field::TargetDomain),
        "source-with-title" => Meaning::TitledSource,
        "weak-source" => Meaning::WeakField(Field::SourceUrl),
        "weak-source-domain" => Meaning::WeakField(Field::SourceDomain),
        "weak-target" => Meaning::WeakField(Field::TargetUrl),
        other => return Err(serde::de::Error::custom(format!("unknown field {other}"))),
    })
}

pub(super) fn known() -> &'static Known {
    &KNOWN
}

/// The exports that are recognized.
pub fn reports() -> &'static [Report] {
    &KNOWN.reports
}

impl Known {
    /// Takes a normalized header.
    pub(super) fn meaning(&self, header: &str) -> Option<Meaning> {
        self.meanings.get(header).map(|(meaning, _)| *meaning)
    }

    /// The columns of a table that mean something, the most specific headers first. Takes normalized headers.
    pub(super) fn meanings(&self, headers: &[String]) -> Vec<(usize, Meaning)> {
        let known = |(column, header): (usize, &String)| {
            self.meanings.get(header).map(|(meaning, rank)| (*rank, column, *meaning))
        };
        let mut found: Vec<(usize, usize, Meaning)> = headers.iter().enumerate().filter_map(known).collect();
        found.sort_by_key(|(rank, column, _)| (*rank, *column));
        found.into_iter().map(|(_, column, meaning)| (column, meaning)).collect()
    }

    /// The report with this header: most of its columns are there, and no other report has more of them.
    pub(super) fn report(&self, header: &[String]) -> Option<&Report> {
        let share = |variant: &Vec<String>| {
            let found = variant.iter().filter(|name| header.contains(name)).count();
            let is_most =
                found * 5 >= variant.len() * 4 && found * 2 >= header.iter().filter(|name| !name.is_empty()).count();
            is_most.then_some((found, found * 1000 / variant.len().max(1)))
        };
        let best = |report: &Report| report.normalized.iter().filter_map(share).max();
        let scored = self.reports.iter().filter_map(|report| Some((best(report)?, report)));
        scored.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, report)| report)
    }
}

impl KnownColumn {
    pub(super) fn kind(&self) -> Kind {
        match self.kind.as_str() {
            "number" => Kind::Number,
            "date" => Kind::Date,
            "flag" => Kind::Flag,
            _ => Kind::Text,
        }
    }
}

impl Report {
    /// The normalized headers that this report uses in its own way.
    pub(super) fn overrides(&self) -> impl Iterator<Item = (Field, String)> {
        [
            (Field::SourceUrl, &self.source),
            (Field::TargetUrl, &self.target),
            (Field::Anchor, &self.anchor),
            (Field::SourceDomain, &self.source_domain),
            (Field::TargetDomain, &self.target_domain),
        ]
        .into_iter()
        .filter_map(|(field, header)| Some((field, normalize(header.as_deref()?))))
    }

    /// Whether a normalized header shows that the report is from its tool: no other tool has all of these columns.
    pub(super) fn is_evident(&self, header: &[String]) -> bool {
        let is_own = |name: &&String| self.normalized.iter().any(|variant| variant.contains(name));
        let own: Vec<&String> = header.iter().filter(is_own).collect();
        let has_all = |variant: &Vec<String>| own.iter().all(|name| variant.contains(name));
        !known().reports.iter().any(|other| other.tool != self.tool && other.normalized.iter().any(has_all))
    }

    /// Why the report is not a list of links; `None` if it is one.
    pub(super) fn refusal(&self) -> Option<String> {
        let what = match self.holds {
            Holds::Links | Holds::Domains => return None,
            Holds::OwnPages => "a list of your own pages",
            Holds::OwnAnchors => "a list of anchor texts",
            Holds::Queries => "a list of search queries",
        };
        Some(format!("{what} ({}, {}), not of links", self.tool, self.name))
    }
}

/// Ignores case, white space and `_-.()/`, and the dot that is left of a Turkish İ.
pub(super) fn normalize(name: &str) -> String {
    const IGNORED: &str = "_-.()/\u{307}\u{feff}";
    // Most are ASCII, and there are more than a thousand.
    if name.is_ascii() {
        let chars = name.bytes().map(char::from);
        return chars.filter(|c| !c.is_whitespace() && !IGNORED.contains(*c)).map(|c| c.to_ascii_lowercase()).collect();
    }
    fold(name).chars().filter(|c| !c.is_whitespace() && !IGNORED.contains(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_headers_is_valid() {
        let known = parse(include_str!("../../../assets/exports.toml")).unwrap();
        assert!(!known.reports.is_empty() && !known.meanings.is_empty());
        for column in &known.columns {
            assert!(["number", "date", "flag", "text"].contains(&column.kind.as_str()), "{}", column.name);
        }
    }

    #[test]
    fn a_report_is_recognized_by_most_of_its_columns() {
        let report = |header: &[&str]| {
            let header: Vec<String> = header.iter().map(|name| normalize(name)).collect();
            known().report(&header).map(|report| (report.tool.as_str(), report.name.as_str()))
        };
        assert_eq!(report(&["URL", "Last crawled", "Status"]), Some(("Search Console", "Page indexing")));
        assert_eq!(report(&["Site", "linking_pages", "Target pages"]), Some(("Search Console", "Top linking sites")));
        assert_eq!(report(&["URL", "Title"]), None);
    }

    #[test]
    fn common_words_do_not_name_a_tool() {
        for (header, is_evident) in [
            (&["Domain", "Backlinks"] as &[&str], false),
            (&["Source Url", "Target Url", "Anchor text"], false),
            (&["Linking page", "Last crawled"], true),
        ] {
            let header: Vec<String> = header.iter().map(|name| normalize(name)).collect();
            assert_eq!(known().report(&header).unwrap().is_evident(&header), is_evident, "{header:?}");
        }
    }
}
