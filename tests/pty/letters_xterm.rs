//! In xterm.
