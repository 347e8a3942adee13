//! The archive screen: which snapshots it shows, in which order, what is folded, and what is being typed there.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::domain::text::fold;
use crate::domain::{Credits, Mode, Request, Scope, Snapshot, SnapshotId};
use crate::input::LineEdit;

use super::archive_list::ArchiveList;

/// What the lines are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ArchiveSort {
    /// The newest first.
    #[default]
    Newest,
    /// By address.
    Target,
    /// The one with the most links first.
    Links,
    /// The dearest first.
    Cost,
}

impl ArchiveSort {
    /// The words for it.
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

/// What is being typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchivePrompt {
    /// What the list is filtered by; it follows each key.
    Filter,
    /// A name for a snapshot.
    Name(SnapshotId),
    /// A note.
    Note(SnapshotId),
    /// A tag.
    Tag(SnapshotId),
}

/// The state of the screen. Its lines are made where something changed what they are, and only read by keys and frames.
#[derive(Clone, Debug)]
pub struct ArchiveView {
    /// What is being typed, and for what.
    pub prompt: Option<(ArchivePrompt, LineEdit)>,
    filter: String,
    sort: ArchiveSort,
    unfolded: BTreeSet<Group>,
    lines: Vec<ArchiveRow>,
    /// The snapshots that can be opened, whatever the filter hides.
    openable: usize,
    /// The targets of these snapshots.
    targets: usize,
    /// The line of the cursor.
    selected: usize,
    /// What the cursor belongs to; a filter may hide it for a while.
    item: Option<Item>,
    /// Whether the lines are of yesterday.
    is_outdated: bool,
}

impl Default for ArchiveView {
    fn default() -> ArchiveView {
        ArchiveView {
            prompt: None,
            filter: String::new(),
            sort: ArchiveSort::default(),
            unfolded: BTreeSet::new(),
            lines: Vec::new(),
            openable: 0,
            targets: 0,
            selected: 0,
            item: None,
            is_outdated: true,
        }
    }
}

/// What belongs to one line while it is folded: everything for one target in one mode.
type Group = (String, Scope, Mode);
/// The same, borrowed.
type GroupKey<'a> = (&'a str, Scope, Mode);

/// What the cursor belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    id: SnapshotId,
    group: Group,
    /// Whether it stands for its whole group.
    is_folded: bool,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveRow {
    /// The snapshot that it stands for, the newest of its group.
    pub id: SnapshotId,
    /// Its place among [`ArchiveList::snapshots`].
    place: usize,
    /// How many snapshots it stands for.
    pub folded: usize,
    /// How many links each of the group had, oldest first, the last [`LONGEST_HISTORY`] of them; empty for a line within a
    /// group.
    pub history: Vec<usize>,
}

/// More snapshots of a group than this no chart shows.
pub const LONGEST_HISTORY: usize = 12;

fn key(request: &Request) -> GroupKey<'_> {
    (request.target.as_str(), request.target.scope(), request.mode)
}

fn borrowed((target, scope, mode): &Group) -> GroupKey<'_> {
    (target, *scope, *mode)
}

fn group(request: &Request) -> Group {
    let (target, scope, mode) = key(request);
    (target.to_owned(), scope, mode)
}

impl ArchiveView {
    /// The lines.
    pub fn lines(&self) -> &[ArchiveRow] {
        &self.lines
    }

    /// The snapshots that can be opened, whatever the filter hides.
    pub fn openable(&self) -> usize {
        self.openable
    }

    /// The targets of the snapshots that can be opened, whatever the filter hides.
    pub fn targets(&self) -> usize {
        self.targets
    }

    /// The line of the cursor.
    pub fn selected(&self) -> usize {
        self.selected
    }

    /// What the list is filtered by.
    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// What the lines are sorted by.
    pub fn sort(&self) -> ArchiveSort {
        self.sort
    }

    /// The snapshot of a line.
    pub fn snapshot<'a>(&self, line: &ArchiveRow, list: &'a ArchiveList) -> Option<&'a Snapshot> {
        list.snapshots().get(line.place).filter(|snapshot| snapshot.id == line.id)
    }

    /// The chosen snapshot.
    pub fn chosen<'a>(&self, list: &'a ArchiveList) -> Option<&'a Snapshot> {
        self.snapshot(self.lines.get(self.selected)?, list)
    }

    /// Filters the list.
    pub fn set_filter(&mut self, filter: &str) {
        filter.clone_into(&mut self.filter);
        self.is_outdated = true;
    }

    /// Folds the group of a request, or unfolds it.
    pub fn toggle(&mut self, request: &Request) {
        let group = group(request);
        if !self.unfolded.remove(&group) {
            self.unfolded.insert(group);
        }
        self.is_outdated = true;
    }

    /// Sorts by the next thing.
    pub fn sort_on(&mut self) {
        self.sort = self.sort.next();
        self.is_outdated = true;
    }

    /// Puts the cursor on a line, the last one if there are fewer.
    pub fn go_to(&mut self, line: usize, list: &ArchiveList) {
        self.selected = line.min(self.lines.len().saturating_sub(1));
        self.hold(list);
    }

    /// Lets the cursor belong to what stands at it. Whoever acts on a line means that one, though a filter may have brought the
    /// cursor there.
    pub fn hold(&mut self, list: &ArchiveList) {
        self.item = self.lines.get(self.selected).and_then(|line| {
            let snapshot = self.snapshot(line, list)?;
            Some(Item { id: line.id, group: group(&snapshot.request), is_folded: line.folded > 1 })
        });
    }

    /// Notes that the archive has changed.
    pub fn outdate(&mut self) {
        self.is_outdated = true;
    }

    /// Makes the lines anew if something changed what they are. The cursor stays on what it belongs to, wherever that is now.
    pub fn refresh(&mut self, list: &ArchiveList) {
        if std::mem::take(&mut self.is_outdated) {
            let openable = || list.snapshots().iter().filter(|snapshot| snapshot.can_open());
            self.openable = openable().count();
            self.targets = openable().map(|s| s.request.target.as_str()).collect::<HashSet<_>>().len();
            self.lines = self.made(list);
            self.return_to_item(list);
        }
    }

    fn made(&self, list: &ArchiveList) -> Vec<ArchiveRow> {
        let snapshots = list.snapshots();
        let mut lines = Vec::new();
        for members in self.groups(snapshots) {
            let mut of_group = members.iter().filter_map(|place| Some((*place, snapshots.get(*place)?)));
            let Some((place, newest)) = of_group.next() else { continue };
            // The newest ones, the last of them first.
            let charted = if members.len() > 1 { LONGEST_HISTORY } else { 0 };
            let charted = members.iter().take(charted).rev().filter_map(|place| snapshots.get(*place));
            let history = charted.map(|snapshot| snapshot.links).collect();
            let is_unfolded = !self.unfolded.is_empty() && self.unfolded.contains(&group(&newest.request));
            let folded = if is_unfolded { 1 } else { members.len() };
            lines.push(ArchiveRow { id: newest.id, place, folded, history });
            if is_unfolded {
                let line = |(place, older): (usize, &Snapshot)| ArchiveRow {
                    id: older.id,
                    place,
                    folded: 1,
                    history: Vec::new(),
                };
                lines.extend(of_group.map(line));
            }
        }
        lines
    }

    /// The places of the snapshots that fulfil the filter, by group, the newest first, and the groups in their order.
    fn groups(&self, snapshots: &[Snapshot]) -> Vec<Vec<usize>> {
        let wanted = fold(self.filter.trim()).into_owned();
        let words: Vec<&str> = wanted.split_whitespace().collect();
        let mut groups: Vec<(GroupKey<'_>, Vec<usize>)> = Vec::new();
        let mut known: HashMap<GroupKey<'_>, usize> = HashMap::new();
        for (place, snapshot) in snapshots.iter().enumerate().filter(|(_, s)| s.can_open() && fits(s, &words)) {
            let own = key(&snapshot.request);
            let number = *known.entry(own).or_insert(groups.len());
            match groups.get_mut(number) {
                Some((_, members)) => members.push(place),
                None => groups.push((own, vec![place])),
            }
        }
        groups.sort_by_cached_key(|(group, members)| {
            let members = || members.iter().filter_map(|place| snapshots.get(*place));
            let by = match self.sort {
                // They come newest first, and the sort is stable.
                ArchiveSort::Newest => (0, ""),
                ArchiveSort::Target => (0, group.0),
                ArchiveSort::Links => (u64::MAX - members().map(|s| s.links as u64).max().unwrap_or(0), ""),
                ArchiveSort::Cost => {
                    (u64::MAX - members().map(|s| s.charge.credits().unwrap_or_default()).sum::<Credits>().0, "")
                }
            };
            (!members().any(|s| s.annotations.pinned), by)
        });
        groups.into_iter().map(|(_, members)| members).collect()
    }

    fn return_to_item(&mut self, list: &ArchiveList) {
        let Some(item) = &self.item else { return self.go_to(self.selected, list) };
        let exists = list.snapshots().iter().any(|snapshot| snapshot.id == item.id && snapshot.has_response);
        let of_group = |line: &ArchiveRow| {
            let snapshot = self.snapshot(line, list);
            snapshot.is_some_and(|snapshot| key(&snapshot.request) == borrowed(&item.group))
        };
        match self.lines.iter().position(|line| line.id == item.id) {
            Some(line) => self.go_to(line, list),
            // Folded away, or hidden by the filter: it is not given up.
            None if exists => self.selected = self.lines.iter().position(of_group).unwrap_or(0),
            // Deleted. Where it stood for its group, what is left of that stands there now, else its neighbour.
            None => {
                let rest = self.lines.iter().position(of_group).filter(|_| item.is_folded);
                self.go_to(rest.unwrap_or(self.selected), list);
            }
        }
    }
}

fn fits(snapshot: &Snapshot, words: &[&str]) -> bool {
    if words.is_empty() {
        return true;
    }
    let annotations = &snapshot.annotations;
    let text = format!("{} {} {} {}", snapshot.request.target, annotations.name, annotations.tag, annotations.note);
    let text = fold(&text);
    words.iter().all(|word| text.contains(word))
}
