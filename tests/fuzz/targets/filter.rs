//! See `checks::filter`.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| kew_tui_fuzz::checks::filter(text));
