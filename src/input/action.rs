//! All actions in one table, from which the key map, help, the command palette and undo get their data.

#[derive(Clone, Copy, Debug)]
pub struct ActionInfo {
    pub action: Action,
    pub group: Group,
    /// Name in a key map: `run = "mark-all"`.
    pub name: &'static str,
    /// Shown in the palette.
    pub title: &'static str,
    /// Shown in the list of keys.
    pub help: &'static str,
    /// Whether the palette offers it. An action of a dialog or text field is reached by keys only.
    pub in_palette: bool,
    /// Whether it has no effect without a table of links.
    pub needs_links: bool,
    /// Whether undo restores the filter, order and marks from before this action.
    pub undoable: bool,
}

impl ActionInfo {
    const fn new(action: Action, group: Group, texts: [&'static str; 3]) -> ActionInfo {
        let [name, title, help] = texts;
        ActionInfo { action, group, name, title, help, in_palette: true, needs_links: false, undoable: false }
    }

    // Flags for the rows of the table below.

    const fn keys_only(self) -> ActionInfo {
        ActionInfo { in_palette: false, ..self }
    }

    const fn needs_links(self) -> ActionInfo {
        ActionInfo { needs_links: true, ..self }
    }

    const fn undoable(self) -> ActionInfo {
        ActionInfo { undoable: true, ..self.needs_links() }
    }
}

/// Generates the enums and `ACTIONS` from one table, so that they can't differ.
macro_rules! actions {
    (
        $($group:ident = $heading:literal {
            $($action:ident $name:literal $title:literal $help:literal $($flag:ident)*;)*
        })*
        @edits $edits:ident = $edits_heading:literal {
            $($edit:ident $edit_name:literal $edit_title:literal $edit_help:literal;)*
        }
    ) => {
        /// What a key, a click or a palette command means.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action {
            $($($action,)*)*
            Edit(Edit),
        }

        /// An edit of a line of text.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Edit {
            $($edit,)*
        }

        impl Edit {
            pub const ALL: &[Edit] = &[$(Edit::$edit),*];
        }

        /// A section in the list of keys.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Group {
            $($group,)*
            $edits,
        }

        impl Group {
            /// In the order of help.
            pub const ALL: &[Group] = &[$(Group::$group,)* Group::$edits];

            pub fn heading(self) -> &'static str {
                match self {
                    $(Group::$group => $heading,)*
                    Group::$edits => $edits_heading,
                }
            }
        }

        /// All actions in the order of help.
        pub const ACTIONS: &[ActionInfo] = &[
            $($(Action::$action.info(),)*)*
            $(Action::Edit(Edit::$edit).info(),)*
        ];

        impl Action {
            pub const fn info(self) -> ActionInfo {
                match self {
                    $($(Action::$action => {
                        ActionInfo::new(self, Group::$group, [$name, $title, $help])$(.$flag())*
                    })*)*
                    $(Action::Edit(Edit::$edit) => {
                        ActionInfo::new(self, Group::$edits, [$edit_name, $edit_title, $edit_help]).keys_only()
                    })*
                }
            }
        }
    };
}

// Each row: variant, name in a key map, title in the palette, text in help, flags. Edits are a separate enum, because a line of
// text accepts nothing else.
actions! {
    Fetch = "Fetch" {
        EditTarget "edit-target" "Edit the target" "edit the target, number of links, scope and mode";
        Refresh "refresh" "Re-fetch the links" "re-fetch (charged, asks first)";
        Ledger "ledger" "Show spending" "spending by day and target";
        ApiKey "api-key" "Enter an API key" "enter an API key, for this session or to store";
        Demo "demo" "Start the demo" "start the demo: no key, no network, no credits";
    }
    Navigate = "Navigate" {
        Down "down" "Move down" "down";
        Up "up" "Move up" "up";
        HalfPageDown "half-page-down" "Move half a page down" "half a page down";
        HalfPageUp "half-page-up" "Move half a page up" "half a page up";
        PageDown "page-down" "Move a page down" "a page down";
        PageUp "page-up" "Move a page up" "a page up";
        Top "top" "Go to the first line" "first line; with a count, that line";
        Bottom "bottom" "Go to the last line" "last line; with a count, that line";
        Detail "detail" "Show or hide the detail pane" "show or hide the detail pane" needs_links;
        NextPane "next-pane" "Go to the next pane" "next pane" needs_links;
    }
    Columns = "Columns" {
        ColumnLeft "column-left" "Choose the column to the left" "choose the column to the left" needs_links;
        ColumnRight "column-right" "Choose the column to the right" "choose the column to the right" needs_links;
        ColumnCarryLeft "column-carry-left" "Move the column left" "move column left" needs_links;
        ColumnCarryRight "column-carry-right" "Move the column right" "move column right" needs_links;
        ColumnWider "column-wider" "Widen the column" "widen column" needs_links;
        ColumnNarrower "column-narrower" "Narrow the column" "narrow column" needs_links;
        ScrollLeft "scroll-left" "Scroll the column back" "scroll the text in the column back" needs_links;
        ScrollRight "scroll-right" "Scroll the column" "scroll the text in the column to see the rest" needs_links;
        Columns "columns" "Show or hide columns" "show or hide columns" needs_links;
        ColumnReset "column-reset" "Reset columns" "reset columns" needs_links;
    }
    Filter = "Filter and sort" {
        Filter "filter" "Filter links" "filter as you type" needs_links;
        FilterTo "filter-to" "Filter by this value" "filter by the value of the cell" undoable;
        FilterAway "filter-away" "Exclude this value" "exclude the value of the cell" undoable;
        FilterClear "filter-clear" "Clear the filter" "clear the filter" undoable;
        FilterSave "filter-save" "Save the filter" "save the filter for the palette" needs_links;
        Forget "forget" "Delete the saved filter" "delete the chosen saved filter" keys_only;
        Sort "sort" "Sort by the column" "sort: ascending, descending, API order" undoable;
        SortAdd "sort-add" "Add the column as a sort key" "add the column as a sort key" undoable;
        Facets "facets" "Show facets" "facets: counts by domain, TLD, anchor text and more" needs_links;
        Group "group" "Group by referring domain" "group by referring domain; Enter unfolds" needs_links;
    }
    Marks = "Marks, notes and tags" {
        Mark "mark" "Mark or unmark the link" "mark or unmark, then move down" undoable;
        MarkRange "mark-range" "Mark a range" "mark a range from here to the cursor" undoable;
        MarkAll "mark-all" "Mark all links" "mark all links shown" undoable;
        MarkInvert "mark-invert" "Invert marks" "invert marks" undoable;
        MarkNone "mark-none" "Unmark all links" "unmark all links" undoable;
        Note "note" "Write a note" "add a note to the marked links or the snapshot" needs_links;
        Tag "tag" "Edit tags" "tag the marked links or the snapshot" needs_links;
    }
    CopyExport = "Copy and export" {
        Copy "copy" "Copy referring pages" "copy the referring page URLs of the marked links" needs_links;
        CopyAs "copy-as" "Copy in another format" "copy as domains, CSV, JSON, Markdown and more" needs_links;
        Export "export" "Export to a file" "export the marked links, or all links shown" needs_links;
        OpenSource "open-source" "Open the referring page" "open the referring page in the browser" needs_links;
        OpenTarget "open-target" "Open the target page" "open the target page in the browser" needs_links;
    }
    Archive = "Archive and compare" {
        Archive "archive" "Open the archive" "browse saved snapshots";
        Compare "compare" "Compare snapshots or files" "compare with an earlier snapshot or file" needs_links;
        Unfold "unfold" "Show or hide earlier snapshots" "show or hide earlier snapshots" keys_only;
        Rename "rename" "Name the snapshot" "name the snapshot" keys_only;
        Pin "pin" "Pin or unpin the snapshot" "pin or unpin the snapshot" keys_only;
        Delete "delete-snapshot" "Delete the snapshot" "delete the snapshot's response (asks first)" keys_only;
    }
    Program = "Program" {
        Palette "palette" "Search commands" "search commands" keys_only;
        Help "help" "Show all keys" "show all keys";
        Undo "undo" "Undo" "undo a change of filter, order or marks" needs_links;
        Redo "redo" "Redo" "redo" needs_links;
        Redraw "redraw" "Redraw the screen" "redraw the screen";
        Suspend "suspend" "Suspend kew-tui" "suspend; the shell's fg resumes";
        Cancel "cancel" "Close" "close the current dialog or pane" keys_only;
        CancelOrQuit "cancel-or-quit" "Cancel or quit" "cancel, else quit" keys_only;
        Quit "quit" "Quit" "quit (asks while a paid request is running)";
    }
    Dialogs = "Dialogs" {
        Accept "accept" "Accept" "accept" keys_only;
        Yes "yes" "Yes" "yes" keys_only;
        VisibleOnly "visible-only" "Visible links only" "only the marked links that are visible" keys_only;
        AllMarked "all-marked" "All marked links" "all marked links, hidden ones too" keys_only;
        OpenOlder "open-older" "Open the saved snapshot" "open the saved snapshot (free)" keys_only;
        StoreKey "store-key" "Store the API key" "store the API key in the settings file" keys_only;
        NextField "next-field" "Next field" "next field" keys_only;
        PreviousField "previous-field" "Previous field" "previous field" keys_only;
        Change "change" "Change the field" "switch to the other value" keys_only;
        Older "older" "Previous entry" "previous entry in the history" keys_only;
        Newer "newer" "Next entry" "next entry in the history" keys_only;
    }
    @edits TextEditing = "Text editing" {
        Left "left" "Move left" "move one character left";
        Right "right" "Move right" "move one character right";
        WordLeft "word-left" "Move a word left" "move one word left";
        WordRight "word-right" "Move a word right" "move one word right";
        Start "line-start" "Go to the start" "go to the start of the line";
        End "line-end" "Go to the end" "go to the end of the line";
        Backspace "backspace" "Delete left" "delete the character to the left";
        Delete "delete" "Delete right" "delete the character to the right";
        DeleteWord "delete-word" "Delete a word" "delete the word to the left";
        DeleteToStart "delete-to-start" "Delete to the start" "delete to the start of the line";
        DeleteToEnd "delete-to-end" "Delete to the end" "delete to the end of the line";
    }
}

impl Action {
    /// Finds an action by its name in a key map.
    pub fn from_name(name: &str) -> Option<Action> {
        ACTIONS.iter().find(|info| info.name == name).map(|info| info.action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_titles_are_unique_and_consistent() {
        for info in ACTIONS {
            assert_eq!(Action::from_name(info.name), Some(info.action), "{} is the name of two actions", info.name);
            let same_title = |other: &&ActionInfo| other.in_palette && other.title == info.title;
            assert!(!info.in_palette || ACTIONS.iter().filter(same_title).count() == 1, "{}", info.title);
            assert!(info.title.starts_with(char::is_uppercase), "{}: sentence case", info.title);
            assert!(!info.help.starts_with(char::is_uppercase), "{}: lower case", info.help);
            assert!(!info.title.ends_with('.') && !info.help.ends_with('.'), "{}: no full stop", info.name);
        }
    }
}
