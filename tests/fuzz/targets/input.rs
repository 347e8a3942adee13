//! See `checks::input`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kew_tui_fuzz::checks::input(bytes));
