//! kew-tui: read, filter and take away the backlinks of a page, in the terminal.
//!
//! The map of the modules, and who may use whom (`tests/layering` enforces it). A pure core stands in an imperative
//! shell: [`app`] takes what happened to what shall be done, [`view`] shows it, [`runtime`] does it.
//!
//! | module | what lives there | uses |
//! |---|---|---|
//! | [`domain`] | what a link, a target, a request and a credit are, and what follows from them; pure | nobody |
//! | [`geometry`] | where things stand on a screen of cells; pure | `domain` |
//! | [`api`] | the Keywords Everywhere API over HTTP | `domain` |
//! | [`files`] | files of the machine, opened so that none holds the program up, and written whole or not at all | nobody |
//! | [`archive`] | every answer that was paid for, and the ledger, over a store | `domain`, `files` |
//! | [`failpoint`] | places where a test makes the program fail | nobody |
//! | [`internal_error`] | panics and canceled tasks as errors | nobody |
//! | [`fetch`] | one paid request from the claim to the settled charge; the account | `api`, `archive`, `domain`, `failpoint`, `internal_error` |
//! | [`demo`] | the embedded API, over loopback HTTP | `domain` |
//! | [`formats`] | link lists as text, out and in | `domain`, `geometry` |
//! | [`input`] | from keys to actions; the line editor | `domain` |
//! | [`widgets`] | what is drawn | `domain`, `geometry` |
//! | [`config`] | settings, key map, theme, key sources | `domain`, `files`, `input` |
//! | [`app`] | model, messages, effects, update; pure | `domain`, `geometry`, `input`, `config`, `formats` |
//! | [`view`] | the model laid out with the widgets | `app`, `widgets` and what they use |
//! | [`runtime`] | event loop, effects, terminal, clipboard, browser | all of the above |
//! | [`cli`] | the command line | all of the above |

pub mod api;
pub mod app;
pub mod archive;
pub mod cli;
pub mod config;
pub mod demo;
pub mod domain;
pub mod failpoint;
pub mod fetch;
pub mod files;
pub mod formats;
pub mod input;
pub mod internal_error;
pub mod layout;
pub mod runtime;
pub mod view;
pub mod widgets;
