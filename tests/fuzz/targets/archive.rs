//! See `stored::archive`.

#![no_main]

libfuzzer_sys::fuzz_target!(|raw: &[u8]| kew_tui_fuzz::stored::archive(raw));
