//! The lines of the help dialog: keys by group of actions, then keys that work in one context only.

use crate::input::{ACTIONS, Binding, Context, Group, Keymap};
use crate::layout::cells::wrap;

/// Maximum line width in cells; longer lines are harder to read.
const WIDTH: u16 = 84;
/// Cells taken by the dialog's borders and padding.
const FRAME: u16 = 4;

/// Width of the text in cells, on a screen of this width.
pub fn width(screen: u16) -> u16 {
    screen.saturating_sub(FRAME).min(WIDTH)
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelpLine {
    Blank,
    Heading(&'static str),
    /// Keys and their description. Either is empty where the other one takes more lines.
    Keys(String, String),
}

/// Width of the key column in cells, including the gap after it.
pub fn keys_width(width: u16) -> usize {
    if width < 60 { 16 } else { 20 }
}

/// Every line fits `width` cells.
pub fn lines(keymap: &Keymap, width: u16) -> Vec<HelpLine> {
    let column = keys_width(width);
    let mut lines = Vec::new();
    for (heading, bindings) in sections(keymap) {
        if !lines.is_empty() {
            lines.push(HelpLine::Blank);
        }
        lines.push(HelpLine::Heading(heading));
        for binding in bindings {
            let keys: Vec<String> = binding.on.iter().map(ToString::to_string).collect();
            let mut keys = wrap(&keys.join(" "), column - 2).into_iter();
            let mut text = wrap(&binding.desc, usize::from(width).saturating_sub(column)).into_iter();
            loop {
                match (keys.next(), text.next()) {
                    (None, None) => break,
                    (keys, text) => lines.push(HelpLine::Keys(keys.unwrap_or_default(), text.unwrap_or_default())),
                }
            }
        }
    }
    lines
}

/// The bindings under their headings. A binding that repeats an earlier one is left out.
fn sections(keymap: &Keymap) -> Vec<(&'static str, Vec<&Binding>)> {
    let mut sections: Vec<(&str, Vec<&Binding>)> = Vec::new();
    let mut shared: Vec<&Binding> = keymap.bindings().iter().filter(|b| is_shared(b)).collect();
    // Within a group, actions are in the order of `ACTIONS`.
    shared.sort_by_key(|b| ACTIONS.iter().position(|info| Some(info.action) == b.run));
    for group in Group::ALL {
        let in_group = shared.iter().copied().filter(|b| b.run.is_some_and(|action| action.info().group == *group));
        sections.push((group.heading(), in_group.collect()));
    }
    for (context, _) in Context::NAMES {
        let in_context = keymap.bindings().iter().filter(|b| !is_shared(b) && b.contexts.contains(&context));
        sections.push((heading(context), in_context.collect()));
    }
    let mut listed: Vec<&Binding> = Vec::new();
    for (_, bindings) in &mut sections {
        bindings.retain(|b| {
            let is_new = !listed.iter().any(|above| is_repeated(b, above));
            if is_new && is_shared(b) {
                listed.push(b);
            }
            is_new
        });
    }
    sections.retain(|(_, bindings)| !bindings.is_empty());
    sections
}

/// Whether a binding applies to the table or in many contexts, so that it is listed by group.
fn is_shared(binding: &Binding) -> bool {
    let shared = [Context::Table, Context::Line, Context::Anywhere];
    binding.contexts.iter().any(|context| shared.contains(context))
}

fn is_repeated(binding: &Binding, above: &Binding) -> bool {
    (binding.run, &binding.desc) == (above.run, &above.desc) && binding.on.iter().all(|chord| above.on.contains(chord))
}

fn heading(context: Context) -> &'static str {
    match context {
        Context::Table => "Table",
        Context::Detail => "Detail pane",
        Context::Target => "Target box",
        Context::Filter => "Filter line",
        Context::Archive => "Archive screen",
        Context::Facets => "Facets",
        Context::Prompt => "Text prompts",
        Context::Menu => "Lists",
        Context::Map => "Columns of a file",
        Context::Palette => "Command palette",
        Context::Confirm => "Confirm dialogs",
        Context::Page => "Text pages",
        Context::Line => "Text fields",
        Context::Anywhere => "Everywhere",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::config::{ColorSupport, Config};
    use crate::layout::cells;

    fn keymap() -> Arc<Keymap> {
        Config::read(None, ColorSupport::Many).unwrap().keymap
    }

    #[test]
    fn every_line_fits_and_every_binding_is_listed() {
        let keymap = keymap();
        for screen in [40, 80, 200] {
            let width = width(screen);
            let lines = lines(&keymap, width);
            for line in &lines {
                let HelpLine::Keys(keys, text) = line else { continue };
                assert!(cells::width(keys) + 2 <= keys_width(width), "{keys}");
                assert!(cells::width(text) + keys_width(width) <= usize::from(width), "{text}");
            }
            let page = format!("{lines:?}");
            for binding in keymap.bindings() {
                let first = binding.desc.split(' ').next().unwrap();
                let key = binding.on.first().unwrap().to_string();
                assert!(page.contains(&key) && page.contains(first), "{key}: {}", binding.desc);
            }
        }
    }

    #[test]
    fn table_keys_are_listed_by_group_and_other_keys_by_context() {
        let lines = lines(&keymap(), 76);
        let under = |heading: &str| -> Vec<String> {
            let all = lines.iter().skip_while(|line| !matches!(line, HelpLine::Heading(h) if *h == heading)).skip(1);
            let keys = |line: &HelpLine| match line {
                HelpLine::Keys(keys, _) => Some(keys.clone()),
                _ => None,
            };
            all.map_while(keys).collect()
        };
        assert_eq!(under("Marks, notes and tags"), ["Space", "v", "a", "i", "U", "n", "t"]);
        assert_eq!(under("Archive and compare"), ["H", "D"]);
        assert!(under("Archive screen").contains(&"d".to_owned()));
        assert!(under("Table").is_empty() && under("Everywhere").is_empty());
    }
}
