//! See `checks::table`.

#![no_main]

libfuzzer_sys::fuzz_target!(|raw: &[u8]| kew_tui_fuzz::checks::table(raw));
