//! Overlays: help, palette, menus, prompts and dialogs.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{column_question, confirmation, facets, help, ledger, menus, palette, prompt};
use crate::app::Model;
use crate::app::overlay::Overlay;
use crate::config::Theme;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Drawn {
    /// Set if text is being typed.
    pub(super) cursor: Option<Position>,
    /// The first line drawn of a page of text.
    pub(super) scroll: Option<usize>,
}

pub(super) fn draw(overlay: &Overlay, model: &Model, theme: &Theme, screen: Rect, buf: &mut Buffer) -> Drawn {
    let cursor = match overlay {
        Overlay::Help { scroll } => {
            return Drawn { scroll: Some(help::draw(*scroll, model, theme, screen, buf)), ..Drawn::default() };
        }
        Overlay::Ledger { scroll } => {
            return Drawn { scroll: Some(ledger::draw(*scroll, model, theme, screen, buf)), ..Drawn::default() };
        }
        Overlay::Palette(palette) => palette::draw(palette, model, theme, screen, buf),
        Overlay::Facets(view) => facets::draw(view, model, theme, screen, buf),
        Overlay::Export(export) => prompt::draw_export(export, model, theme, screen, buf),
        Overlay::Prompt(prompt) => prompt::draw(prompt, theme, screen, buf),
        Overlay::ColumnMenu { selected } => {
            menus::draw_columns(*selected, model, theme, screen, buf);
            None
        }
        Overlay::ColumnQuestion => {
            column_question::draw(model, theme, screen, buf);
            None
        }
        Overlay::CopyMenu { selected, scope } => {
            menus::draw_copy(*selected, *scope, model, theme, screen, buf);
            None
        }
        Overlay::CompareMenu(menu) => {
            menus::draw_compare(menu, model, theme, screen, buf);
            None
        }
        Overlay::KeyPrompt(prompt) => prompt::draw_key(prompt, theme, screen, buf),
        Overlay::Confirm { confirmation, .. } => {
            confirmation::draw(confirmation, model, theme, screen, buf);
            None
        }
    };
    Drawn { cursor, scroll: None }
}
