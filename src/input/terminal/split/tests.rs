//! The splitter with complete, cut and unfinished input.

use super::*;

/// A short form: characters as they are, Alt as `~`, ESC as `^`, sequences in brackets, pastes in quotes.
fn short(pieces: &[Piece]) -> String {
    let one = |piece: &Piece| match piece {
        Piece::Char { ch: '\x1b', .. } => "^".to_owned(),
        Piece::Char { ch, alt } => format!("{}{}", if *alt { "~" } else { "" }, ch.escape_debug()),
        Piece::Csi { parameters, end } => format!("[{parameters}{end}]"),
        Piece::Function { parameters, end } => format!("[{parameters}{end:?}]"),
        Piece::Mouse(bytes) => format!("[M{}]", bytes.escape_ascii()),
        Piece::Paste(text) => format!("\"{text}\""),
    };
    pieces.iter().map(one).collect()
}

/// The pieces of `parts`, with a time-out after each part.
fn with_timeouts(parts: &[&[u8]]) -> String {
    let mut splitter = Splitter::default();
    let mut pieces = Vec::new();
    for part in parts {
        pieces.extend(splitter.take(part));
        pieces.extend(splitter.give_up());
    }
    short(&pieces)
}

/// Input and the pieces it gives.
const SAMPLES: &[(&str, &str)] = &[
    ("j\u{3}\ré日👍", "j\\u{3}\\ré日👍"),
    ("\x1bf\x1bé\x1b\r", "~f~é~\\r"),
    ("\x1b[A\x1b[1;5C\x1b[3~\x1bOP\x1b[[A", "[A][1;5C][3~][Application('P')][Linux('A')]"),
    ("\x1b[<0;12;3M\x1b[M !\"q", "[<0;12;3M][M !\\\"]q"),
    ("\x1b[200~a\x1b[1;2\r\u{3}\x1b[201~q", "\"a\x1b[1;2\r\u{3}\"q"),
    // Replies: modes, colors, versions, attributes, sizes, cursors, clipboards, and unknown ones.
    ("\x1b[?997;1nq", "[?997;1n]q"),
    ("\x1b[?2026;2$yq", "[?2026;2$y]q"),
    ("\x1b[>41;390;0c\x1b[?1uq", "[>41;390;0c][?1u]q"),
    ("\x1b[8;24;80t\x1b[12;40R\x1b[=1;2#|q", "[8;24;80t][12;40R][=1;2#|]q"),
    ("\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\q", "q"),
    ("\x1b]52;c;eXl5\u{7}q", "q"),
    ("\x1bP>|XTerm(390)\x1b\\\x1b_Gi=1;OK\x1b\\\x1b^a\x1b\\\x1bXb\x1b\\q", "q"),
];

#[test]
fn sequences_end_at_the_final_byte() {
    for (bytes, pieces) in SAMPLES {
        assert_eq!(short(&Splitter::default().take(bytes.as_bytes())), *pieces, "{bytes:?}");
    }
}

#[test]
fn chunks_do_not_matter() {
    for (bytes, pieces) in SAMPLES {
        let bytes = bytes.as_bytes();
        for cut in 0..bytes.len() {
            let mut splitter = Splitter::default();
            let mut received = splitter.take(&bytes[..cut]);
            received.extend(splitter.take(&bytes[cut..]));
            assert_eq!(short(&received), *pieces, "{bytes:?} cut at {cut}");
        }
    }
}

#[test]
fn keys_after_an_unfinished_sequence_are_read() {
    for (bytes, _) in SAMPLES {
        for end in 0..bytes.len() {
            let mut splitter = Splitter::default();
            splitter.take(&bytes.as_bytes()[..end]);
            splitter.give_up();
            assert_eq!(short(&splitter.take(b"\x03q")), "\\u{3}q", "{bytes:?} up to {end}");
        }
    }
}

#[test]
fn ctrl_c_inside_a_sequence_is_read() {
    for begin in ["\x1b", "\x1b[", "\x1b[?997;1", "\x1b[<0;1", "\x1bO", "\x1b[[", "\x1b[M !", "\x1b]11;rgb"] {
        let bytes = format!("{begin}\u{3}q");
        let pieces = short(&Splitter::default().take(bytes.as_bytes()));
        assert!(pieces.ends_with("\\u{3}q"), "{begin:?}: {pieces}");
    }
}

#[test]
fn prefixes_alone_are_keys() {
    for (parts, pieces) in [
        (&[b"\x1b" as &[u8], b"[A"][..], "^[A"),
        (&[b"\x1b\x1b"], "^^"),
        (&[b"\x1b[", b"\x1bO", b"\x1b]", b"\x1bP"], "~[~O~]~P"),
        (&[b"\xe6\x97", b"j"], "j"),
        (&[b"\xe6j\xffk\xc3\xa9"], "jké"),
    ] {
        assert_eq!(with_timeouts(parts), pieces, "{parts:?}");
    }
}

#[test]
fn an_unfinished_paste_never_runs_as_commands() {
    let long = "x".repeat(MAX_TYPED + 1);
    let cut: [&[u8]; 4] = [b"\x1b[200~one\r", b"two\r\x1b[201~q", b"", b"j"];
    assert_eq!(with_timeouts(&cut), "\"one\r\"\"two\r\"qj");
    let no_end: [&[u8]; 3] = [b"\x1b[200~one", long.as_bytes(), b"q"];
    assert_eq!(with_timeouts(&no_end), format!("\"one\"\"{long}\"q"));
}

#[test]
fn pastes_of_every_length_are_complete_in_any_chunks() {
    let typed = "\x1b[A\r日q\x1b]x".repeat(20);
    for end in (0..typed.len()).filter(|end| typed.is_char_boundary(*end)) {
        let text = &typed[..end];
        let bytes = format!("\x1b[200~{text}\x1b[201~j");
        for size in [1, 2, 7, 64, 4096] {
            let mut splitter = Splitter::default();
            let received: Vec<Piece> = bytes.as_bytes().chunks(size).flat_map(|part| splitter.take(part)).collect();
            let key = Piece::Char { ch: 'j', alt: false };
            assert_eq!(received, [Piece::Paste(text.to_owned()), key], "{size} at a time");
        }
    }
}

#[test]
fn a_long_paste_is_complete() {
    let text = "yé".repeat(MAX_PASTE / 2);
    let pieces = Splitter::default().take(format!("\x1b[200~{text}\x1b[201~").as_bytes());
    let pasted = |piece: &Piece| if let Piece::Paste(text) = piece { text.clone() } else { String::new() };
    assert_eq!(pieces.len(), 2);
    assert!(pieces.iter().map(pasted).collect::<String>() == text);
}

#[test]
fn the_length_of_parameters_is_limited() {
    let long = format!("\x1b[{}A", "1;".repeat(1000));
    let mut splitter = Splitter::default();
    assert_eq!(short(&splitter.take(long.as_bytes())), "[A]");
    assert!(splitter.pending.capacity() < 1000);
}
