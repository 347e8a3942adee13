//! The parts of the screen that can have the keyboard focus.

/// Where a key binding applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    Table,
    Detail,
    Target,
    Filter,
    Archive,
    Facets,
    /// A text prompt of the archive or the facets.
    Prompt,
    /// A list to choose from, such as copy formats.
    Menu,
    /// The columns of a file, whose meaning the user chooses.
    Map,
    /// A list with a search line.
    Palette,
    /// A confirmation dialog.
    Confirm,
    /// A page of text: help, an error, the start page.
    Page,
    /// All contexts with a line of text.
    Line,
    /// All contexts.
    Anywhere,
}

impl Context {
    /// All contexts with their names in a key map.
    pub const NAMES: [(Context, &'static str); 14] = [
        (Context::Table, "table"),
        (Context::Detail, "detail"),
        (Context::Target, "target"),
        (Context::Filter, "filter"),
        (Context::Archive, "archive"),
        (Context::Facets, "facets"),
        (Context::Prompt, "prompt"),
        (Context::Menu, "menu"),
        (Context::Map, "map"),
        (Context::Palette, "palette"),
        (Context::Confirm, "confirm"),
        (Context::Page, "page"),
        (Context::Line, "line"),
        (Context::Anywhere, "anywhere"),
    ];

    /// The name in a key map.
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
