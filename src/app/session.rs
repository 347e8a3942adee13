//! What holds for as long as the program runs: settings, keys, the clock, and what is remembered of the user.

use std::sync::Arc;

use crate::config::Settings;
use crate::domain::UnixTime;
use crate::domain::query::Query;
use crate::input::Keymap;

use super::columns::ChosenColumns;
use super::effect::Effect;
use super::elapsed::Elapsed;
use super::saved_state::SavedState;

/// The state of the session.
#[derive(Clone, Debug)]
pub struct Session {
    pub settings: Arc<Settings>,
    /// What each key means.
    pub keymap: Arc<Keymap>,
    /// The time of the last message.
    pub now: Elapsed,
    /// The wall clock when the program started.
    pub started_at: UnixTime,
    /// How far this place is from Greenwich, in seconds to the east.
    pub utc_offset: i32,
    /// What is remembered of the user from one session to the next.
    pub saved: SavedState,
    /// Of the newest job for a worker.
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

    /// The number of the newest job.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// A number for a job of a worker that no other job of the session has.
    pub fn next_generation(&mut self) -> u64 {
        self.generation += 1;
        self.generation
    }

    /// The wall clock.
    pub fn unix_now(&self) -> UnixTime {
        self.started_at.plus(self.now)
    }

    /// The user's columns: as they were left, or as the settings want them.
    pub fn columns(&self) -> ChosenColumns {
        self.saved.columns.clone().unwrap_or_else(|| self.default_columns())
    }

    /// The columns that the settings want.
    pub fn default_columns(&self) -> ChosenColumns {
        self.settings.columns.iter().map(|column| (column.name().to_owned(), None)).collect()
    }

    /// The filters with names: those that were saved, then those of the settings.
    pub fn saved_filters(&self) -> Vec<(String, Query)> {
        let saved = &self.saved.filters;
        let is_saved = |name: &str| saved.iter().any(|(other, _)| other == name);
        let others = self.settings.filters.iter().filter(|(name, _)| !is_saved(name));
        saved.iter().chain(others).cloned().collect()
    }

    /// Keeps columns and saved filters for the next session.
    pub fn remember(&self) -> Effect {
        Effect::Remember { saved: Box::new(self.saved.clone()) }
    }
}
