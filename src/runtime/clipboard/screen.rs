//! GNU screen passes the content of a device control string (DCS) to its terminal, if it fits screen's buffer.

/// Bytes per DCS. The buffer holds 256 bytes up to screen 4.0 and 768 in 4.09; a longer string is dropped.
const MAX_PIECE: usize = 250;

/// Wraps a sequence for the terminal around screen. It must not contain ST (`ESC \`) itself.
pub(super) fn wrap(sequence: &[u8]) -> Vec<u8> {
    let mut wrapped = Vec::with_capacity(sequence.len() + sequence.len() / 60 + 4);
    for piece in sequence.chunks(MAX_PIECE) {
        wrapped.extend_from_slice(b"\x1bP");
        wrapped.extend_from_slice(piece);
        wrapped.extend_from_slice(b"\x1b\\");
    }
    wrapped
}

#[cfg(test)]
mod tests {
    #[test]
    fn each_piece_is_wrapped() {
        let wrapped = super::wrap(&[&b"\x1b]52;c;"[..], &[b'A'; 300], b"\x07"].concat());
        let pieces: Vec<&[u8]> = vec![&[b'A'; 243], &[b'A'; 57]];
        let expected = [b"\x1bP\x1b]52;c;", pieces[0], b"\x1b\\", b"\x1bP", pieces[1], b"\x07\x1b\\"].concat();
        assert_eq!(wrapped, expected);
    }
}
