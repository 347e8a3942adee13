//! The parts of the screen that can have the keys.

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
