//! GNU screen hands on to its terminal what stands in a device control string, in pieces that its buffer holds.

/// Up to 4.0, screen holds 256 bytes of a string; 4.09 holds 768. What is longer is dropped.
const LONGEST_PIECE: usize = 250;

/// The same sequence for the terminal around screen. It must not hold the end of a control string itself.
pub(super) fn wrap(sequence: &[u8]) -> Vec<u8> {
    let mut wrapped = Vec::with_capacity(sequence.len() + sequence.len() / 60 + 4);
    for piece in sequence.chunks(LONGEST_PIECE) {
        wrapped.extend_from_slice(b"\x1bP");
        wrapped.extend_from_slice(piece);
        wrapped.extend_from_slice(b"\x1b\\");
    }
    wrapped
}

#[cfg(test)]
mod tests {
    #[test]
    fn each_piece_has_an_envelope() {
        let wrapped = super::wrap(&[&b"\x1b]52;c;"[..], &[b'A'; 300], b"\x07"].concat());
        let pieces: Vec<&[u8]> = vec![&[b'A'; 243], &[b'A'; 57]];
        let expected = [b"\x1bP\x1b]52;c;", pieces[0], b"\x1b\\", b"\x1bP", pieces[1], b"\x07\x1b\\"].concat();
        assert_eq!(wrapped, expected);
    }
}
