//! kew-tui: explore, filter and export the backlinks of any page or domain, in the terminal.
//!
//! The map of the modules, and who may use whom (`tests/layering` enforces it). A pure core in an imperative shell: [`app`]
//! turns what happened into what to do, [`view`] shows it, [`runtime`] does it. `ARCHITECTURE.md` follows a key, a request
//! and a file through them.
//!
//! | module | what it holds | uses |
//! |---|---|---|
//! | [`domain`] | links, targets, requests, credits, and the rules about them; pure | nobody |
//! | [`layout`] | where everything is on a screen of cells; pure | `domain` |
//! | [`api`] | the Keywords Everywhere API over HTTP | `domain` |
//! | [`files`] | files of the machine: opened without blocking, written completely or not at all | nobody |
//! | [`archive`] | every response that was paid for, and the ledger, over a store | `domain`, `files` |
//! | [`failpoint`] | places where a test makes the program fail | nobody |
//! | [`internal_error`] | panics and canceled tasks as errors | nobody |
//! | [`fetch`] | one paid request from claim to settled charge; the account | `api`, `archive`, `domain`, `failpoint`, `internal_error` |
//! | [`demo`] | the built-in API, over loopback HTTP | `domain` |
//! | [`formats`] | link lists as text, out and in | `domain`, `layout` |
//! | [`input`] | keys to actions; the line editor | `domain` |
//! | [`widgets`] | what is drawn; they know nothing of the model | `domain`, `layout` |
//! | [`config`] | settings, key map, themes, where the API key comes from | `domain`, `files`, `input` |
//! | [`app`] | model, messages, effects, update; pure | `domain`, `layout`, `input`, `config`, `formats` |
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
