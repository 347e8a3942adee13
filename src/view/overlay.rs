//! Overlays: help, palette, menus, prompts and dialogs.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{confirmation, facets, help, ledger, menus, palette, prompt};
use crate::app::Model;
use crate::app::overlay::Overlay;
use crate::config::Theme;

/// Returns the cursor position if text is being typed.
pub(super) fn draw(
    overlay: &Overlay,
    model: &Model,
    theme: &Theme,
    screen: Rect,
    buf: &mut Buffer,
) -> Option<Position> {
    match overlay {
        Overlay::Help { scroll } => help::draw(*scroll, model, theme, screen, buf),
        Overlay::Ledger { scroll } => ledger::draw(*scroll, model, theme, screen, buf),
        Overlay::Palette(palette) => return palette::draw(palette, model, theme, screen, buf),
        Overlay::Facets(view) => return facets::draw(view, model, theme, screen, buf),
        Overlay::Export(export) => return prompt::draw_export(export, model, theme, screen, buf),
        Overlay::Prompt(prompt) => return prompt::draw(prompt, theme, screen, buf),
        Overlay::ColumnMenu { selected } => menus::draw_columns(*selected, model, theme, screen, buf),
        Overlay::CopyMenu { selected, scope } => menus::draw_copy(*selected, *scope, model, theme, screen, buf),
        Overlay::CompareMenu { later, selected } => menus::draw_compare(later, *selected, model, theme, screen, buf),
        Overlay::KeyPrompt(prompt) => return prompt::draw_key(prompt, theme, screen, buf),
        Overlay::Confirm { confirmation, .. } => confirmation::draw(confirmation, model, theme, screen, buf),
    }
    None
}
