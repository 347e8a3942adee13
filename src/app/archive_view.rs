//! The archive screen: filter, sort order, unfolded groups, selection and prompt.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::domain::text::fold;
use crate::domain::{Credits, Mode, Scope, Snapshot, SnapshotId};
use crate::input::LineEdit;

use super::archive_list::ArchiveList;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ArchiveSort {
    #[default]
    Newest,
    Target,
    Links,
    /// Highest cost first.
    Cost,
}

impl ArchiveSort {
    pub fn name(self) -> &'static str {
        match self {
            ArchiveSort::Newest => "newest first",
            ArchiveSort::Target => "by target",
            ArchiveSort::Links => "by links",
            ArchiveSort::Cost => "by cost",
        }
    }

    fn next(self) -> ArchiveSort {
        match self {
            ArchiveSort::Newest => ArchiveSort::Target,
            ArchiveSort::Target => ArchiveSort::Links,
            ArchiveSort::Links => ArchiveSort::Cost,
            ArchiveSort::Cost => ArchiveSort::Newest,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchivePrompt {
    /// The filter; the list follows each key.
    Filter,
    Name(SnapshotId),
    Note(SnapshotId),
    Tag(SnapshotId),
}

/// The state of the archive screen. Rows are rebuilt only after a change, so keys and frames just read them.
#[derive(Clone, Debug)]
pub struct ArchiveView {
    /// The open prompt and its text.
    pub prompt: Option<(ArchivePrompt, LineEdit)>,
    filter: String,
    sort: ArchiveSort,
    unfolded: BTreeSet<Group>,
    rows: Vec<ArchiveRow>,
    /// Snapshots that can be opened, including those hidden by the filter.
    openable_count: usize,
    /// Distinct targets of those snapshots.
    target_count: usize,
    selected: usize,
    /// What the selection refers to. The filter may hide it for a while.
    tracked: Option<TrackedRow>,
    /// Whether `rows` must be rebuilt.
    is_stale: bool,
}

impl Default for ArchiveView {
    fn default() -> ArchiveView {
        ArchiveView {
            prompt: None,
            filter: String::new(),
            sort: ArchiveSort::default(),
            unfolded: BTreeSet::new(),
            rows: Vec::new(),
            openable_count: 0,
            target_count: 0,
            selected: 0,
            tracked: None,
            is_stale: true,
        }
    }
}

/// All snapshots of one target, and of one mode or tool. A folded group takes one row.
type Group = (String, Scope, Mode, Option<String>);
type GroupKey<'a> = (&'a str, Scope, Mode, Option<&'a str>);

/// What the selection refers to, so that it can be found again after the rows change.
#[derive(Clone, Debug, PartialEq, Eq)]
struct TrackedRow {
    id: SnapshotId,
    group: Group,
    /// Whether the row is a folded group.
    is_folded: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveRow {
    /// The snapshot, or the newest one of a folded group.
    pub id: SnapshotId,
    /// Index in [`ArchiveList::snapshots`].
    index: usize,
    /// The number of snapshots in a folded group, otherwise 1.
    pub folded: usize,
    /// Link counts of the group's snapshots, oldest first, at most [`MAX_HISTORY`]. Empty for a row inside a group.
    pub history: Vec<usize>,
}

/// The number of snapshots shown in a group's chart.
pub const MAX_HISTORY: usize = 12;

fn group_key(Snapshot { request, tool, .. }: &Snapshot) -> GroupKey<'_> {
    (request.target.as_str(), request.target.scope(), request.mode, tool.as_deref())
}

fn borrowed_key((target, scope, mode, tool): &Group) -> GroupKey<'_> {
    (target, *scope, *mode, tool.as_deref())
}

fn owned_group(snapshot: &Snapshot) -> Group {
    let (target, scope, mode, tool) = group_key(snapshot);
    (target.to_owned(), scope, mode, tool.map(str::to_owned))
}

impl ArchiveView {
    pub fn rows(&self) -> &[ArchiveRow] {
        &self.rows
    }

    /// Snapshots that can be opened, including those hidden by the filter.
    pub fn openable_count(&self) -> usize {
        self.openable_count
    }

    /// Distinct targets of those snapshots.
    pub fn target_count(&self) -> usize {
        self.target_count
    }

    pub fn selected(&self) -> usize {
        self.selected
    }

    pub fn filter(&self) -> &str {
        &self.filter
    }

    pub fn sort(&self) -> ArchiveSort {
        self.sort
    }

    /// `None` if the list has changed since the rows were built.
    pub fn snapshot<'a>(&self, row: &ArchiveRow, list: &'a ArchiveList) -> Option<&'a Snapshot> {
        list.snapshots().get(row.index).filter(|snapshot| snapshot.id == row.id)
    }

    pub fn selected_snapshot<'a>(&self, list: &'a ArchiveList) -> Option<&'a Snapshot> {
        self.snapshot(self.rows.get(self.selected)?, list)
    }

    pub fn set_filter(&mut self, filter: &str) {
        filter.clone_into(&mut self.filter);
        self.is_stale = true;
    }

    /// Folds or unfolds the group that a snapshot belongs to.
    pub fn toggle_group(&mut self, snapshot: &Snapshot) {
        let group = owned_group(snapshot);
        if !self.unfolded.remove(&group) {
            self.unfolded.insert(group);
        }
        self.is_stale = true;
    }

    pub fn next_sort(&mut self) {
        self.sort = self.sort.next();
        self.is_stale = true;
    }

    /// Selects a row, or the last one if there are fewer.
    pub fn select(&mut self, row: usize, list: &ArchiveList) {
        self.selected = row.min(self.rows.len().saturating_sub(1));
        self.track_selected(list);
    }

    /// Makes the selection refer to the selected row. An action on a row means that row, even if a filter moved the
    /// selection there.
    pub fn track_selected(&mut self, list: &ArchiveList) {
        self.tracked = self.rows.get(self.selected).and_then(|row| {
            let snapshot = self.snapshot(row, list)?;
            Some(TrackedRow { id: row.id, group: owned_group(snapshot), is_folded: row.folded > 1 })
        });
    }

    pub fn mark_stale(&mut self) {
        self.is_stale = true;
    }

    /// Rebuilds the rows if they are stale. The selection stays on its snapshot.
    pub fn refresh(&mut self, list: &ArchiveList) {
        if std::mem::take(&mut self.is_stale) {
            let openable = || list.snapshots().iter().filter(|snapshot| snapshot.can_open());
            self.openable_count = openable().count();
            self.target_count = openable().map(|s| s.request.target.as_str()).collect::<HashSet<_>>().len();
            self.rows = self.build_rows(list);
            self.restore_selection(list);
        }
    }

    fn build_rows(&self, list: &ArchiveList) -> Vec<ArchiveRow> {
        let snapshots = list.snapshots();
        let mut rows = Vec::new();
        for members in self.groups(snapshots) {
            let mut group_members = members.iter().filter_map(|index| Some((*index, snapshots.get(*index)?)));
            let Some((index, newest)) = group_members.next() else { continue };
            // The newest ones, oldest first.
            let charted_count = if members.len() > 1 { MAX_HISTORY } else { 0 };
            let charted = members.iter().take(charted_count).rev().filter_map(|index| snapshots.get(*index));
            let history = charted.map(|snapshot| snapshot.links).collect();
            let is_unfolded = !self.unfolded.is_empty() && self.unfolded.contains(&owned_group(newest));
            let folded = if is_unfolded { 1 } else { members.len() };
            rows.push(ArchiveRow { id: newest.id, index, folded, history });
            if is_unfolded {
                let row = |(index, older): (usize, &Snapshot)| ArchiveRow {
                    id: older.id,
                    index,
                    folded: 1,
                    history: Vec::new(),
                };
                rows.extend(group_members.map(row));
            }
        }
        rows
    }

    /// Indexes of the snapshots that match the filter, newest first in each group. Groups are in sort order, pinned
    /// ones first.
    fn groups(&self, snapshots: &[Snapshot]) -> Vec<Vec<usize>> {
        let folded = fold(self.filter.trim()).into_owned();
        let words: Vec<&str> = folded.split_whitespace().collect();
        let mut groups: Vec<(GroupKey<'_>, Vec<usize>)> = Vec::new();
        let mut index_of: HashMap<GroupKey<'_>, usize> = HashMap::new();
        for (index, snapshot) in snapshots.iter().enumerate().filter(|(_, s)| s.can_open() && matches_words(s, &words))
        {
            let group = group_key(snapshot);
            let group_index = *index_of.entry(group).or_insert(groups.len());
            match groups.get_mut(group_index) {
                Some((_, members)) => members.push(index),
                None => groups.push((group, vec![index])),
            }
        }
        groups.sort_by_cached_key(|(group, members)| {
            let members = || members.iter().filter_map(|index| snapshots.get(*index));
            let rank = match self.sort {
                // Snapshots are newest first, and the sort is stable.
                ArchiveSort::Newest => (0, ""),
                ArchiveSort::Target => (0, group.0),
                ArchiveSort::Links => (u64::MAX - members().map(|s| s.links as u64).max().unwrap_or(0), ""),
                ArchiveSort::Cost => {
                    (u64::MAX - members().map(|s| s.charge.credits().unwrap_or_default()).sum::<Credits>().0, "")
                }
            };
            (!members().any(|s| s.annotations.pinned), rank)
        });
        groups.into_iter().map(|(_, members)| members).collect()
    }

    fn restore_selection(&mut self, list: &ArchiveList) {
        let Some(tracked) = &self.tracked else { return self.select(self.selected, list) };
        let still_exists = list.snapshots().iter().any(|snapshot| snapshot.id == tracked.id && snapshot.has_response);
        let is_in_group = |row: &ArchiveRow| {
            let snapshot = self.snapshot(row, list);
            snapshot.is_some_and(|snapshot| group_key(snapshot) == borrowed_key(&tracked.group))
        };
        match self.rows.iter().position(|row| row.id == tracked.id) {
            Some(row) => self.select(row, list),
            // Folded or filtered out: keep tracking it.
            None if still_exists => self.selected = self.rows.iter().position(is_in_group).unwrap_or(0),
            // Deleted. If it was a folded group, move to the rest of the group, else to the neighbor.
            None => {
                let same_group = self.rows.iter().position(is_in_group).filter(|_| tracked.is_folded);
                self.select(same_group.unwrap_or(self.selected), list);
            }
        }
    }
}

fn matches_words(snapshot: &Snapshot, words: &[&str]) -> bool {
    if words.is_empty() {
        return true;
    }
    let annotations = &snapshot.annotations;
    let tool = snapshot.tool.as_deref().unwrap_or_default();
    let text =
        format!("{} {} {} {} {tool}", snapshot.request.target, annotations.name, annotations.tag, annotations.note);
    let text = fold(&text);
    words.iter().all(|word| text.contains(word))
}
