//! State that lasts for the whole session: settings, keys, the time, and what is saved for the next one.

use std::sync::Arc;

use crate::config::Settings;
use crate::domain::UnixTime;
use crate::domain::query::Query;
use crate::input::Keymap;

use super::columns::ChosenColumns;
use super::effect::Effect;
use super::elapsed::Elapsed;
use super::saved_state::SavedState;

#[derive(Clone, Debug)]
pub struct Session {
    pub settings: Arc<Settings>,
    pub keymap: Arc<Keymap>,
    /// The time of the last message.
    pub now: Elapsed,
    /// The wall clock at the start of the program.
    pub started_at: UnixTime,
    /// In seconds east of UTC.
    pub utc_offset: i32,
    pub saved: SavedState,
    /// The newest background job.
    generation: u64,
}

impl Session {
    pub fn new(settings: Arc<Settings>, keymap: Arc<Keymap>) -> Session {
        Session {
            settings,
            keymap,
            now: Elapsed::ZERO,
            started_at: UnixTime::default(),
            utc_offset: 0,
            saved: SavedState::default(),
            generation: 0,
        }
    }

    /// The newest background job.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// A new generation number for a background job.
    pub fn next_generation(&mut self) -> u64 {
        self.generation += 1;
        self.generation
    }

    pub fn unix_now(&self) -> UnixTime {
        self.started_at.plus(self.now)
    }

    /// The user's columns, or those of the settings.
    pub fn columns(&self) -> ChosenColumns {
        self.saved.columns.clone().unwrap_or_else(|| self.default_columns())
    }

    /// The columns of the settings.
    pub fn default_columns(&self) -> ChosenColumns {
        self.settings.columns.iter().map(|column| (column.name().to_owned(), None)).collect()
    }

    /// Named filters: saved ones, then those of the settings that no saved one overrides.
    pub fn saved_filters(&self) -> Vec<(String, Query)> {
        let saved = &self.saved.filters;
        let is_saved = |name: &str| saved.iter().any(|(other, _)| other == name);
        let others = self.settings.filters.iter().filter(|(name, _)| !is_saved(name));
        saved.iter().chain(others).cloned().collect()
    }

    /// Saves columns and filters for the next session.
    pub fn save_state(&self) -> Effect {
        Effect::SaveState { saved: Box::new(self.saved.clone()) }
    }
}
