//! See `stored::manifest`.

#![no_main]

libfuzzer_sys::fuzz_target!(|raw: &[u8]| kew_tui_fuzz::stored::manifest(raw));
