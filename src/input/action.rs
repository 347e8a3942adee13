//! Everything that a person can mean, by name. Help, the palette, the key line and the key map are made from this table.

/// One edit of a line of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Edit {
    /// One grapheme to the left.
    Left,
    /// One grapheme to the right.
    Right,
    /// To the start of the word on the left.
    WordLeft,
    /// To the end of the word on the right.
    WordRight,
    /// To the start of the line.
    Start,
    /// To the end of the line.
    End,
    /// Deletes the grapheme on the left.
    Backspace,
    /// Deletes the grapheme on the right.
    Delete,
    /// Deletes the word on the left.
    DeleteWord,
    /// Deletes all that stands on the left.
    DeleteToStart,
    /// Deletes all that stands on the right.
    DeleteToEnd,
}

impl Edit {
    /// Every edit.
    pub const ALL: [Edit; 11] = [
        Edit::Left,
        Edit::Right,
        Edit::WordLeft,
        Edit::WordRight,
        Edit::Start,
        Edit::End,
        Edit::Backspace,
        Edit::Delete,
        Edit::DeleteWord,
        Edit::DeleteToStart,
        Edit::DeleteToEnd,
    ];
}

/// What a person means by a key, a click or a line of the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // `ACTIONS` says what each one does, in the words that the user reads.
pub enum Action {
    EditTarget,
    Down,
    Up,
    HalfPageDown,
    HalfPageUp,
    PageDown,
    PageUp,
    Top,
    Bottom,
    ColumnLeft,
    ColumnRight,
    ColumnCarryLeft,
    ColumnCarryRight,
    ColumnWider,
    ColumnNarrower,
    Columns,
    ColumnReset,
    ScrollLeft,
    ScrollRight,
    Sort,
    SortAdd,
    Refresh,
    Archive,
    Compare,
    Facets,
    Group,
    Ledger,
    Unfold,
    Rename,
    Note,
    Tag,
    Pin,
    Delete,
    Forget,
    Filter,
    FilterTo,
    FilterAway,
    FilterSave,
    FilterClear,
    Mark,
    MarkRange,
    MarkAll,
    MarkInvert,
    MarkNone,
    Undo,
    Redo,
    Copy,
    CopyAs,
    Export,
    OpenSource,
    OpenTarget,
    Detail,
    NextPane,
    Palette,
    Help,
    Demo,
    ApiKey,
    StoreKey,
    VisibleOnly,
    AllMarked,
    Accept,
    Yes,
    OpenOlder,
    Cancel,
    NextField,
    PreviousField,
    Change,
    Older,
    Newer,
    Edit(Edit),
    Redraw,
    Suspend,
    CancelOrQuit,
    Quit,
}

/// Where the keys go: the part of the screen that has them now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// The table of backlinks.
    Table,
    /// The detail pane.
    Detail,
    /// The target box.
    Target,
    /// The filter line.
    Filter,
    /// The archive screen.
    Archive,
    /// The counts of what links have in common.
    Facets,
    /// A line that the archive screen or the facets ask for.
    Prompt,
    /// A list to choose from: the copy menu, the variants of an empty answer.
    Menu,
    /// The command palette: a list with a line of text to search it.
    Palette,
    /// A question that is answered with yes or no.
    Confirm,
    /// A page of text: help, a failure, the first start.
    Page,
    /// Every context in which a line of text is typed: target, filter and palette.
    Line,
    /// Every context.
    Anywhere,
}

/// One action as people see it.
#[derive(Clone, Copy, Debug)]
pub struct ActionInfo {
    /// What the program calls it.
    pub action: Action,
    /// What a key map calls it.
    pub name: &'static str,
    /// What it does, for help and palette.
    pub description: &'static str,
}

const fn info(action: Action, name: &'static str, description: &'static str) -> ActionInfo {
    ActionInfo { action, name, description }
}

/// Every action once, in the order in which help lists them.
pub const ACTIONS: &[ActionInfo] = &[
    info(Action::EditTarget, "edit-target", "edit the target: its address, number of links, scope and mode"),
    info(Action::Refresh, "refresh", "ask again and pay; always confirms"),
    info(Action::Archive, "archive", "browse saved snapshots (free)"),
    info(Action::Compare, "compare", "compare with the snapshot before: new, not seen, kept"),
    info(Action::Facets, "facets", "count by domain, TLD, anchor, target and more; Enter filters to one"),
    info(Action::Group, "group", "one line for each referring domain, unfolded with Enter"),
    info(Action::Ledger, "ledger", "what was spent on what"),
    info(Action::Unfold, "unfold", "show or hide the earlier snapshots of the target"),
    info(Action::Rename, "rename", "name the snapshot"),
    info(Action::Note, "note", "write a note on the link, the marked links or the snapshot"),
    info(Action::Tag, "tag", "tag the link, the marked links or the snapshot"),
    info(Action::Pin, "pin", "pin the snapshot above the others, or unpin it"),
    info(Action::Delete, "delete-snapshot", "delete the snapshot's answer; asks first"),
    info(Action::Forget, "forget", "forget the saved filter that is chosen"),
    info(Action::Down, "down", "one line down"),
    info(Action::Up, "up", "one line up"),
    info(Action::HalfPageDown, "half-page-down", "half a page down"),
    info(Action::HalfPageUp, "half-page-up", "half a page up"),
    info(Action::PageDown, "page-down", "a page down"),
    info(Action::PageUp, "page-up", "a page up"),
    info(Action::Top, "top", "to the first line, or with a count to that line"),
    info(Action::Bottom, "bottom", "to the last line, or with a count to that line"),
    info(Action::ColumnLeft, "column-left", "choose the column on the left"),
    info(Action::ColumnRight, "column-right", "choose the column on the right"),
    info(Action::ColumnCarryLeft, "column-carry-left", "take the chosen column to the left"),
    info(Action::ColumnCarryRight, "column-carry-right", "take the chosen column to the right"),
    info(Action::ColumnWider, "column-wider", "make the chosen column wider"),
    info(Action::ColumnNarrower, "column-narrower", "make the chosen column narrower"),
    info(Action::Columns, "columns", "choose which columns are shown"),
    info(Action::ColumnReset, "column-reset", "all columns as the settings have them"),
    info(Action::ScrollLeft, "scroll-left", "scroll the texts of the chosen column back"),
    info(Action::ScrollRight, "scroll-right", "scroll the texts of the chosen column, to see what is cut off"),
    info(Action::Sort, "sort", "sort by the chosen column: ascending, descending, API order"),
    info(Action::SortAdd, "sort-add", "add the chosen column as a further sort key"),
    info(Action::Filter, "filter", "filter the links, live at each key"),
    info(Action::FilterTo, "filter-to", "show only links with the chosen cell's value"),
    info(Action::FilterAway, "filter-away", "hide links with the chosen cell's value"),
    info(Action::FilterSave, "filter-save", "save the filter under a name, for the palette"),
    info(Action::FilterClear, "filter-clear", "clear the filter"),
    info(Action::Mark, "mark", "mark or unmark the link, and step down"),
    info(Action::MarkRange, "mark-range", "mark a range: from here to where the cursor goes next"),
    info(Action::MarkAll, "mark-all", "mark all links shown"),
    info(Action::MarkInvert, "mark-invert", "turn the marks of all links shown over"),
    info(Action::MarkNone, "mark-none", "unmark all links"),
    info(Action::Undo, "undo", "take the last change of filter, order or marks back"),
    info(Action::Redo, "redo", "make that change again"),
    info(Action::Copy, "copy", "copy the source URLs of the marked links, or of the one at the cursor"),
    info(Action::CopyAs, "copy-as", "copy as domains, CSV, JSON, Markdown, disavow lines and more"),
    info(Action::Export, "export", "write the marked links, or all that are shown, into a file"),
    info(Action::OpenSource, "open-source", "open the source URL in the browser"),
    info(Action::OpenTarget, "open-target", "open the target URL in the browser"),
    info(Action::Detail, "detail", "show or hide the detail pane"),
    info(Action::NextPane, "next-pane", "go to the next pane"),
    info(Action::Palette, "palette", "search all commands"),
    info(Action::Help, "help", "show all keys"),
    info(Action::Demo, "demo", "start the demo: no key, no network, no credits"),
    info(Action::ApiKey, "api-key", "enter an API key, for this session or to be stored in the settings file"),
    info(Action::StoreKey, "store-key", "store the API key in the settings file, readable by you only"),
    info(Action::VisibleOnly, "visible-only", "act on the marked links that are visible, not on hidden ones"),
    info(Action::AllMarked, "all-marked", "act on all marked links, hidden ones included"),
    info(Action::Accept, "accept", "take what is typed or chosen"),
    info(Action::Yes, "yes", "yes"),
    info(Action::OpenOlder, "open-older", "open the saved response (free)"),
    info(Action::Cancel, "cancel", "close or leave the innermost thing; never quits"),
    info(Action::NextField, "next-field", "go to the next field"),
    info(Action::PreviousField, "previous-field", "go to the field before"),
    info(Action::Change, "change", "change the chosen field to its other value"),
    info(Action::Older, "older", "an earlier entry of the history"),
    info(Action::Newer, "newer", "a later entry of the history"),
    info(Action::Edit(Edit::Left), "left", "one letter to the left"),
    info(Action::Edit(Edit::Right), "right", "one letter to the right"),
    info(Action::Edit(Edit::WordLeft), "word-left", "one word to the left"),
    info(Action::Edit(Edit::WordRight), "word-right", "one word to the right"),
    info(Action::Edit(Edit::Start), "line-start", "to the start of the line"),
    info(Action::Edit(Edit::End), "line-end", "to the end of the line"),
    info(Action::Edit(Edit::Backspace), "backspace", "delete the letter on the left"),
    info(Action::Edit(Edit::Delete), "delete", "delete the letter on the right"),
    info(Action::Edit(Edit::DeleteWord), "delete-word", "delete the word on the left"),
    info(Action::Edit(Edit::DeleteToStart), "delete-to-start", "delete to the start of the line"),
    info(Action::Edit(Edit::DeleteToEnd), "delete-to-end", "delete to the end of the line"),
    info(Action::Redraw, "redraw", "draw the whole screen anew"),
    info(Action::Suspend, "suspend", "suspend the program; the shell's fg brings it back"),
    info(Action::CancelOrQuit, "cancel-or-quit", "stop what is running, else quit"),
    info(Action::Quit, "quit", "quit; asks while a paid request is running"),
];

impl Action {
    /// The action that a key map calls `name`.
    pub fn from_name(name: &str) -> Option<Action> {
        ACTIONS.iter().find(|info| info.name == name).map(|info| info.action)
    }

    /// Its name and description; `None` only for an action that `ACTIONS` forgot, which a test excludes.
    pub fn info(self) -> Option<&'static ActionInfo> {
        ACTIONS.iter().find(|info| info.action == self)
    }
}

impl Context {
    /// Every context with its name in a key map.
    pub const NAMES: [(Context, &'static str); 13] = [
        (Context::Table, "table"),
        (Context::Detail, "detail"),
        (Context::Target, "target"),
        (Context::Filter, "filter"),
        (Context::Archive, "archive"),
        (Context::Facets, "facets"),
        (Context::Prompt, "prompt"),
        (Context::Menu, "menu"),
        (Context::Palette, "palette"),
        (Context::Confirm, "confirm"),
        (Context::Page, "page"),
        (Context::Line, "line"),
        (Context::Anywhere, "anywhere"),
    ];

    /// Its name in a key map.
    pub fn name(self) -> &'static str {
        Context::NAMES.iter().find(|(context, _)| *context == self).map_or("anywhere", |(_, name)| name)
    }

    /// The contexts in which a key is looked up, innermost first.
    pub fn chain(self) -> impl Iterator<Item = Context> {
        let line = matches!(self, Context::Target | Context::Filter | Context::Palette | Context::Prompt)
            .then_some(Context::Line);
        [Some(self), line, Some(Context::Anywhere)].into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_and_each_action_stands_in_the_table_once() {
        for info in ACTIONS {
            assert_eq!(Action::from_name(info.name), Some(info.action), "{}", info.name);
            assert_eq!(info.action.info().map(|i| i.name), Some(info.name));
        }
        // An action that the table forgets breaks here: the last one's position counts all before it.
        let edits = ACTIONS.iter().filter(|i| matches!(i.action, Action::Edit(_))).count();
        assert_eq!(edits, Edit::DeleteToEnd as usize + 1);
        assert!(Edit::ALL.iter().zip(0..).all(|(edit, place)| *edit as usize == place));
    }
}
