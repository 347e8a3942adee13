//! See `checks::workbook`.

#![no_main]

libfuzzer_sys::fuzz_target!(|raw: &[u8]| kew_tui_fuzz::checks::workbook(raw));
