//! The archive screen: which snapshots it shows, in which order, what is folded, and what is being typed there.

use std::collections::{BTreeSet, HashMap};

use crate::domain::text::fold;
use crate::domain::{Request, Snapshot, SnapshotId};
use crate::input::LineEdit;

use super::shelf::Shelf;

/// What the lines are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ShelfSort {
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

impl ShelfSort {
    /// The words for it.
    pub fn name(self) -> &'static str {
        match self {
            ShelfSort::Newest => "newest first",
            ShelfSort::Target => "by target",
            ShelfSort::Links => "by links",
            ShelfSort::Cost => "by cost",
        }
    }

    fn next(self) -> ShelfSort {
        match self {
            ShelfSort::Newest => ShelfSort::Target,
            ShelfSort::Target => ShelfSort::Links,
            ShelfSort::Links => ShelfSort::Cost,
            ShelfSort::Cost => ShelfSort::Newest,
        }
    }
}

/// What is being typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// What the list is filtered by; it follows each key.
    Filter,
    /// A name for a snapshot.
    Name(SnapshotId),
    /// A note.
    Note(SnapshotId),
    /// A tag.
    Tag(SnapshotId),
}

/// The state of the screen.
#[derive(Clone, Debug, Default)]
pub struct ArchiveView {
    /// What the list is filtered by.
    pub filter: String,
    /// What is being typed, and for what.
    pub prompt: Option<(Prompt, LineEdit)>,
    /// The chosen line of [`ArchiveView::lines`].
    pub selected: usize,
    /// What the lines are sorted by.
    pub sort: ShelfSort,
    unfolded: BTreeSet<Group>,
}

/// What belongs to one line while it is folded: everything for one target in one mode.
type Group = (String, bool, bool);

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShelfLine<'a> {
    /// The snapshot that it stands for, the newest of its group.
    pub snapshot: &'a Snapshot,
    /// How many snapshots it stands for.
    pub folded: usize,
    /// How many links each of the group had, oldest first; empty for a line within a group.
    pub history: Vec<usize>,
}

fn group(request: &Request) -> Group {
    use crate::domain::{Mode, Scope};
    let target = &request.target;
    (target.as_str().to_owned(), target.scope() == Scope::Domain, request.mode == Mode::AllLinks)
}

impl ArchiveView {
    /// The lines as they are now.
    pub fn lines<'a>(&self, shelf: &'a Shelf) -> Vec<ShelfLine<'a>> {
        let wanted = fold(self.filter.trim()).into_owned();
        let words: Vec<&str> = wanted.split_whitespace().collect();
        let fits = |snapshot: &&Snapshot| {
            let label = &snapshot.label;
            let text = || format!("{} {} {} {}", snapshot.request.target, label.name, label.tag, label.note);
            snapshot.can_open() && (words.is_empty() || words.iter().all(|word| fold(&text()).contains(word)))
        };
        let mut groups: Vec<(Group, Vec<&Snapshot>)> = Vec::new();
        let mut places: HashMap<Group, usize> = HashMap::new();
        for snapshot in shelf.snapshots().iter().filter(fits) {
            let own = group(&snapshot.request);
            let place = *places.entry(own.clone()).or_insert(groups.len());
            match groups.get_mut(place) {
                Some((_, members)) => members.push(snapshot),
                None => groups.push((own, vec![snapshot])),
            }
        }
        groups.sort_by_key(|(group, members)| {
            let pinned = members.iter().any(|s| s.label.pinned);
            let most = |of: fn(&Snapshot) -> u64| u64::MAX - members.iter().map(|s| of(s)).max().unwrap_or(0);
            let cost = u64::MAX - members.iter().map(|s| s.charge.credits().unwrap_or_default().0).sum::<u64>();
            let by = match self.sort {
                // They come newest first, and the sort is stable.
                ShelfSort::Newest => (0, String::new()),
                ShelfSort::Target => (0, group.0.clone()),
                ShelfSort::Links => (most(|s| s.links as u64), String::new()),
                ShelfSort::Cost => (cost, String::new()),
            };
            (!pinned, by)
        });
        let mut lines = Vec::new();
        for (group, members) in groups {
            let unfolded = self.unfolded.contains(&group);
            let history: Vec<usize> = members.iter().rev().map(|s| s.links).collect();
            for (i, snapshot) in members.iter().enumerate() {
                let first = i == 0;
                if first || unfolded {
                    let folded = if first && !unfolded { members.len() } else { 1 };
                    let history = if first && history.len() > 1 { history.clone() } else { Vec::new() };
                    lines.push(ShelfLine { snapshot, folded, history });
                }
            }
        }
        lines
    }

    /// The chosen snapshot.
    pub fn chosen<'a>(&self, shelf: &'a Shelf) -> Option<&'a Snapshot> {
        self.lines(shelf).get(self.selected).map(|line| line.snapshot)
    }

    /// Folds the group of a request, or unfolds it.
    pub fn toggle(&mut self, request: &Request) {
        let group = group(request);
        if !self.unfolded.remove(&group) {
            self.unfolded.insert(group);
        }
    }

    /// Sorts by the next thing.
    pub fn sort_on(&mut self) {
        self.sort = self.sort.next();
        self.selected = 0;
    }

    /// Keeps the chosen line within the list.
    pub fn settle(&mut self, shelf: &Shelf) {
        self.selected = self.selected.min(self.lines(shelf).len().saturating_sub(1));
    }
}
