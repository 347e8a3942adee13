//! The built-in columns. To add one, add an entry here and a variant to [`ColumnId`].

use super::def::{Align, ColumnDef, ColumnStyle, FacetDef, FilterRule, Match, NaturalWidth, Source, Width};
use super::derived;
use super::id::ColumnId;
use crate::domain::domain_name::site;
use crate::domain::link::Field;

/// The built-in columns in the order of menus and facets: the derived ones are last.
pub static COLUMNS: &[ColumnDef<'static>] = &[
    ColumnDef {
        name: "rank",
        title: "Rank",
        width: Width { natural: NaturalWidth::LastRow, min: 6 },
        align: Align::Right,
        style: ColumnStyle::Dim,
        filter: FilterRule::Of(ColumnId::Field(Field::SourceDomain)),
        can_be_chosen: true,
        ..plain(ColumnId::Rank, "#", Source::Rank)
    },
    ColumnDef {
        name: "status",
        width: Width { natural: NaturalWidth::Fixed(10), min: 8 },
        filter: FilterRule::DiffStatus,
        ..plain(ColumnId::DiffStatus, "Status", Source::DiffStatus)
    },
    ColumnDef {
        name: "file",
        width: Width { natural: NaturalWidth::Fixed(16), min: 10 },
        ..plain(ColumnId::File, "File", Source::File)
    },
    ColumnDef {
        name: "links",
        width: Width { natural: NaturalWidth::Fixed(9), min: 7 },
        align: Align::Right,
        ..plain(ColumnId::Links, "Links", Source::GroupSize)
    },
    ColumnDef {
        name: "source-domain",
        title: "Referring domain",
        width: measured(16),
        style: ColumnStyle::Domain,
        filter: named("domain", Match::Domain),
        facet: Some(FacetDef { title: "Referring domains", bucket: Some(site) }),
        ..field(Field::SourceDomain, "Ref. domain")
    },
    ColumnDef {
        name: "anchor",
        width: measured(13),
        style: ColumnStyle::Anchor,
        filter: named("anchor", Match::Text(&[Field::Anchor])),
        facet: counted("Anchor texts"),
        title: "Anchor text",
        ..field(Field::Anchor, "Anchor")
    },
    ColumnDef {
        name: "source-url",
        width: measured(18),
        style: ColumnStyle::Url,
        filter: named("url", Match::Text(&[Field::SourceUrl])),
        ..field(Field::SourceUrl, "Referring page")
    },
    ColumnDef {
        name: "target-url",
        width: measured(13),
        style: ColumnStyle::Url,
        filter: named("target", Match::Text(&[Field::TargetUrl, Field::TargetDomain])),
        facet: counted("Target pages"),
        ..field(Field::TargetUrl, "Target page")
    },
    ColumnDef {
        name: "target-domain",
        width: measured(16),
        style: ColumnStyle::Domain,
        filter: named("target", Match::Text(&[Field::TargetUrl, Field::TargetDomain])),
        ..field(Field::TargetDomain, "Target domain")
    },
    ColumnDef {
        name: "tld",
        width: measured(6),
        filter: named("tld", Match::Suffix),
        facet: counted("TLDs"),
        can_be_chosen: true,
        ..plain(ColumnId::Tld, "TLD", part_of(Field::SourceDomain, derived::tld))
    },
    ColumnDef {
        name: "anchor-type",
        width: Width { natural: NaturalWidth::Fixed(14), min: 11 },
        filter: FilterRule::Named { name: "type", alias: Some("class"), how: Match::Exactly },
        facet: counted("Anchor types"),
        can_be_chosen: true,
        ..plain(ColumnId::AnchorType, "Anchor type", Source::AnchorType)
    },
    ColumnDef {
        name: "host",
        width: measured(16),
        style: ColumnStyle::Domain,
        filter: named("host", Match::Exactly),
        facet: counted("Hosts"),
        can_be_chosen: true,
        ..plain(ColumnId::Host, "Host", part_of(Field::SourceUrl, derived::host))
    },
    ColumnDef {
        name: "url-depth",
        width: Width { natural: NaturalWidth::Fixed(5), min: 5 },
        align: Align::Right,
        filter: named("depth", Match::Number),
        facet: Some(FacetDef { title: "URL depth", bucket: Some(derived::depth_bucket) }),
        can_be_chosen: true,
        ..plain(ColumnId::UrlDepth, "URL depth", Source::Number { field: Field::SourceUrl, of: derived::depth })
    },
    ColumnDef {
        name: "top-folder",
        width: measured(10),
        filter: named("path", Match::Exactly),
        facet: counted("Top folder"),
        can_be_chosen: true,
        ..plain(ColumnId::TopFolder, "Top folder", part_of(Field::SourceUrl, derived::top_folder))
    },
];

/// The defaults: a column that can't be chosen, filtered, counted or exported.
const fn plain(column: ColumnId, header: &'static str, source: Source) -> ColumnDef<'static> {
    ColumnDef {
        column,
        name: "",
        title: header,
        header,
        source,
        width: measured(8),
        align: Align::Left,
        style: ColumnStyle::Text,
        filter: FilterRule::None,
        facet: None,
        export: None,
        can_be_chosen: false,
    }
}

/// A column that shows a field of the API.
const fn field(field: Field, header: &'static str) -> ColumnDef<'static> {
    let source = Source::Text { field, part: None };
    ColumnDef { export: Some(field.api_name()), can_be_chosen: true, ..plain(ColumnId::Field(field), header, source) }
}

const fn part_of(field: Field, part: super::def::Part) -> Source {
    Source::Text { field, part: Some(part) }
}

const fn measured(min: u16) -> Width {
    Width { natural: NaturalWidth::Measured, min }
}

const fn named(name: &'static str, how: Match) -> FilterRule<'static> {
    FilterRule::Named { name, alias: None, how }
}

const fn counted(title: &'static str) -> Option<FacetDef<'static>> {
    Some(FacetDef { title, bucket: None })
}

/// The column with this name in the settings and on the command line, if the user can choose it.
pub fn by_name(name: &str) -> Option<&'static ColumnDef<'static>> {
    COLUMNS.iter().find(|def| def.can_be_chosen && def.name == name)
}

/// The built-in columns that the user can choose, with their names.
pub fn choosable_names() -> Vec<(ColumnId, &'static str)> {
    COLUMNS.iter().filter(|def| def.can_be_chosen).map(|def| (def.column, def.name)).collect()
}

impl ColumnId {
    /// Whether the user can show and hide it.
    pub fn can_be_chosen(self) -> bool {
        self.known().is_none_or(|def| def.can_be_chosen)
    }

    /// The name in the settings and on the command line; empty for an extra column.
    pub fn name(self) -> &'static str {
        self.known().map_or("", |def| def.name)
    }

    /// The definition of a built-in column; `None` for an extra column, which is defined by the schema of its set.
    pub fn known(self) -> Option<&'static ColumnDef<'static>> {
        COLUMNS.iter().find(|def| def.column == self)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_column_is_listed_once_under_a_unique_name() {
        let columns: BTreeSet<ColumnId> = COLUMNS.iter().map(|def| def.column).collect();
        let names: BTreeSet<&str> = COLUMNS.iter().map(|def| def.name).filter(|name| !name.is_empty()).collect();
        assert_eq!((columns.len(), names.len()), (COLUMNS.len(), COLUMNS.len()));
        for column in Field::ALL.map(ColumnId::Field) {
            assert!(column.known().is_some_and(|def| def.can_be_chosen && def.export.is_some()), "{column:?}");
        }
        for def in COLUMNS {
            assert!(def.facet.is_none() || def.filter_name().is_some(), "a counted column needs a filter: {def:?}");
        }
    }
}
