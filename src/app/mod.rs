//! The program as a pure function: the state ([`Model`]), what happens ([`Message`]), what to do about it ([`Effect`]),
//! and [`update()`], which takes a message and returns effects.
//!
//! No I/O, clock or environment: the time comes with each message. `app` uses `domain`, `input`, `config`, `layout` and
//! `formats` (for the names of formats and the columns of files), and never `api`, `archive`, `runtime` or `view`.

pub mod account;
pub mod archive;
pub mod archive_list;
pub mod archive_view;
pub mod column_question;
pub mod columns;
pub mod compared;
pub mod completions;
pub mod detail;
pub mod domains;
pub mod effect;
pub mod elapsed;
pub mod export;
pub mod facet_view;
pub mod fetch_list;
pub mod file_name;
pub mod filter_line;
pub mod help;
pub mod key_prompt;
pub mod loading;
pub mod marks;
pub mod message;
pub mod model;
pub mod overlay;
pub mod palette;
pub mod pasted;
pub mod pasted_targets;
pub mod prompt;
pub mod requests;
pub mod saved_state;
pub mod screen;
pub mod selection;
pub mod session;
pub mod source;
pub mod table;
pub mod table_state;
pub mod table_view;
pub mod target_form;
pub mod target_plan;
pub mod task;
pub mod toasts;
pub mod undo;
pub mod update;
pub mod viewport;

pub use effect::Effect;
pub use elapsed::Elapsed;
pub use message::{FetchEvent, Message};
pub use model::Model;
pub use task::Task;
pub use update::update;
