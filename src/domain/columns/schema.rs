//! The extra columns of a link set.

use std::collections::HashMap;
use std::sync::Arc;

use super::def::{Align, ColumnDef, ColumnStyle, FacetDef, FilterRule, Match, NaturalWidth, Source, Width};
use super::id::{ColumnId, ExtraId};
use super::name::ExtraName;
use super::stored::ExtraColumn;
use super::table::{COLUMNS, by_name};
use super::value::Kind;
use crate::domain::text::fold;

/// The extra columns of all segments of a link set. It only grows, so that an [`ExtraId`] stays valid.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    columns: Vec<Extra>,
    /// By their names in the filter language.
    by_key: HashMap<String, ExtraId>,
}

#[derive(Clone, Debug)]
struct Extra {
    name: Arc<ExtraName>,
    /// `None` if segments disagree.
    kind: Option<Kind>,
}

impl Schema {
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    pub fn ids(&self) -> impl Iterator<Item = ExtraId> {
        (0..self.columns.len() as u16).map(ExtraId)
    }

    /// Whether merging these columns would change nothing.
    pub(in crate::domain) fn includes(&self, extras: &[ExtraColumn]) -> bool {
        let is_known = |extra: &ExtraColumn| {
            let existing = self.by_key.get(extra.name().key()).and_then(|id| self.get(*id));
            existing.is_some_and(|existing| existing.kind.is_none_or(|kind| kind == extra.values().kind()))
        };
        extras.iter().all(is_known)
    }

    /// Adds the columns of a segment. Columns beyond 65,535 are ignored.
    pub(in crate::domain) fn merge(&mut self, extras: &[ExtraColumn]) {
        for extra in extras {
            let kind = extra.values().kind();
            let next = u16::try_from(self.columns.len()).ok().filter(|next| *next < u16::MAX);
            let known = self.by_key.get(extra.name().key()).copied();
            match (known.and_then(|id| self.columns.get_mut(id.index())), next) {
                (Some(existing), _) => existing.kind = existing.kind.filter(|other| *other == kind),
                (None, Some(next)) => {
                    self.by_key.insert(extra.name().key().to_owned(), ExtraId(next));
                    self.columns.push(Extra { name: Arc::clone(extra.name()), kind: Some(kind) });
                }
                (None, None) => {}
            }
        }
    }

    fn get(&self, id: ExtraId) -> Option<&Extra> {
        self.columns.get(id.index())
    }

    pub(in crate::domain) fn name(&self, id: ExtraId) -> Option<&Arc<ExtraName>> {
        self.get(id).map(|extra| &extra.name)
    }

    /// `None` if segments disagree, or if there is no such column.
    pub fn kind(&self, id: ExtraId) -> Option<Kind> {
        self.get(id)?.kind
    }

    /// `None` for an extra column of another set.
    pub fn def(&self, column: ColumnId) -> Option<ColumnDef<'_>> {
        match column {
            ColumnId::Extra(id) => self.get(id).map(|extra| extra_def(id, extra)),
            built_in => built_in.known().copied(),
        }
    }

    /// The column with this name in the settings and after `--sort`, if the user can choose it.
    pub fn by_name(&self, name: &str) -> Option<ColumnId> {
        let extra = || self.by_key(ExtraName::new(name).key()).map(ColumnId::Extra);
        by_name(name).map(|def| def.column).or_else(extra)
    }

    /// The extra column with this name in the filter language.
    pub fn by_key(&self, name: &str) -> Option<ExtraId> {
        self.by_key.get(fold(name).as_ref()).copied()
    }

    pub fn names(&self) -> impl Iterator<Item = &Arc<ExtraName>> {
        self.columns.iter().map(|extra| &extra.name)
    }

    /// The names of the extra columns in the filter language.
    pub fn keys(&self) -> impl Iterator<Item = &str> + Clone {
        self.columns.iter().map(|extra| extra.name.key())
    }

    /// The columns that the user can choose, in the order of menus.
    pub fn choosable(&self) -> Vec<ColumnId> {
        let built_in = COLUMNS.iter().filter(|def| def.can_be_chosen).map(|def| def.column);
        built_in.chain(self.ids().map(ColumnId::Extra)).collect()
    }
}

fn extra_def(id: ExtraId, extra: &Extra) -> ColumnDef<'_> {
    let (align, width) = match extra.kind {
        Some(Kind::Number) => (Align::Right, Width { natural: NaturalWidth::Measured, min: 5 }),
        Some(Kind::Date) => (Align::Left, Width { natural: NaturalWidth::Fixed(10), min: 10 }),
        Some(Kind::Flag) => (Align::Left, Width { natural: NaturalWidth::Fixed(3), min: 3 }),
        Some(Kind::Text) | None => (Align::Left, Width { natural: NaturalWidth::Measured, min: 10 }),
    };
    ColumnDef {
        column: ColumnId::Extra(id),
        name: extra.name.key(),
        title: extra.name.title(),
        header: extra.name.title(),
        source: Source::Extra(id),
        width,
        align,
        style: ColumnStyle::Text,
        filter: FilterRule::Named { name: extra.name.key(), alias: None, how: Match::Extra },
        facet: Some(FacetDef { title: extra.name.title(), bucket: None }),
        export: Some(extra.name.title()),
        can_be_chosen: true,
    }
}
