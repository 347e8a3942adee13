//! The key in what a server sends back. Some servers repeat the request in their error messages, and with it the header that
//! holds the key: every byte that they send, and every text of a failure, goes through here before anything else sees it.
//!
//! Any eight characters in a row of the key count, in whatever case, as they are, percent-encoded (RFC 3986, section 2.1) or
//! as JSON escapes (RFC 8259, section 7); so do eight of its base64 (RFC 4648), whatever stands before it. Each byte of them
//! becomes a `*`, so that lengths stay, and what was JSON still is.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use secrecy::zeroize::Zeroizing;

/// So many characters in a row are taken for a part of the key. A shorter key can't be told from words, and is not looked for.
const RUN: usize = 8;

/// What of a key would give it away. It is wiped from memory when dropped.
pub(super) struct Redactor {
    /// Each eight characters in a row, in lower case, as one number.
    runs: Zeroizing<Vec<u64>>,
    /// Those of digits only, which paid data may hold by chance: they are looked for in messages alone.
    numbers: Zeroizing<Vec<u64>>,
    /// How the runs begin: by one character, by two, and so on.
    beginnings: [Zeroizing<Vec<u64>>; RUN - 1],
    /// A bit for each run, at a place that is quickly found.
    sieve: [u64; 64],
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redactor")
    }
}

impl Redactor {
    /// What would give away this key.
    pub(super) fn of(key: &str) -> Redactor {
        let mut runs = Zeroizing::new(Vec::new());
        let mut add = |form: &[u8]| runs.extend(form.windows(RUN).map(packed));
        add(key.as_bytes());
        if key.len() >= RUN {
            // Three ways to stand in base64, by what stands before; the letters at its ends hold bits of its neighbors too.
            for before in 0..3 {
                let bytes = Zeroizing::new([&[0; 2][..before.min(2)], key.as_bytes()].concat());
                for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
                    let text = Zeroizing::new(engine.encode(bytes.as_slice()));
                    let whole = (before * 8).div_ceil(6)..bytes.len() * 8 / 6;
                    add(text.as_bytes().get(whole).unwrap_or_default());
                }
            }
        }
        runs.sort_unstable();
        runs.dedup();
        let is_number = |run: &u64| run.to_be_bytes().iter().all(u8::is_ascii_digit);
        let all_digits = key.bytes().all(|byte| byte.is_ascii_digit());
        let (numbers, runs) = runs.iter().partition(|run| is_number(run) && !all_digits);
        Redactor::with(Zeroizing::new(runs), Zeroizing::new(numbers))
    }

    fn with(runs: Zeroizing<Vec<u64>>, numbers: Zeroizing<Vec<u64>>) -> Redactor {
        let beginnings = std::array::from_fn(|at| {
            let all = runs.iter().chain(numbers.iter());
            let mut beginnings = Zeroizing::new(all.map(|run| run >> (8 * (RUN - 1 - at))).collect::<Vec<_>>());
            beginnings.sort_unstable();
            beginnings
        });
        let mut sieve = [0; 64];
        for (word, bit) in runs.iter().chain(numbers.iter()).map(|run| place(*run)) {
            sieve[word] |= bit;
        }
        Redactor { runs, numbers, beginnings, sieve }
    }

    /// `text` without the key.
    pub(super) fn text(&self, text: &str) -> String {
        let mut stream = Stream { with_numbers: true, ..self.stream() };
        let mut bytes = stream.push(text.as_bytes());
        bytes.extend(stream.finish());
        String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    /// A body that comes piece by piece.
    pub(super) fn stream(&self) -> Stream<'_> {
        Stream { redactor: self, with_numbers: false, held: Vec::new(), hidden: 0 }
    }

    fn find(&self, run: u64) -> Option<Found> {
        let (word, bit) = place(run);
        if self.sieve[word] & bit == 0 {
            None
        } else if self.runs.binary_search(&run).is_ok() {
            Some(Found::Run)
        } else {
            self.numbers.binary_search(&run).ok().map(|_| Found::Number)
        }
    }

    /// How many of the last characters, of which the newest is the lowest byte, may be the beginning of a run.
    fn begun(&self, last: u64, seen: usize) -> usize {
        let begins = |count: &usize| {
            let newest = last & ((1 << (8 * count)) - 1);
            self.beginnings.get(count - 1).is_some_and(|of| of.binary_search(&newest).is_ok())
        };
        (1..RUN).rev().filter(|count| *count <= seen).find(begins).unwrap_or(0)
    }
}

/// What eight characters in a row are.
enum Found {
    /// Of the key.
    Run,
    /// Of the key, but of digits only.
    Number,
}

/// A body that comes in pieces, on the borders of which the key may stand.
pub(super) struct Stream<'r> {
    redactor: &'r Redactor,
    with_numbers: bool,
    /// What may be the beginning of a run, or of an escape, as it came.
    held: Vec<u8>,
    /// So much of it is known to belong to the key.
    hidden: usize,
}

impl Stream<'_> {
    /// Takes a piece and gives back what is surely whole, without the key: mostly all of it.
    pub(super) fn push(&mut self, piece: &[u8]) -> Vec<u8> {
        self.held.extend_from_slice(piece);
        self.take(false)
    }

    /// Gives back the rest, after which nothing comes.
    pub(super) fn finish(&mut self) -> Vec<u8> {
        self.take(true)
    }

    fn take(&mut self, is_end: bool) -> Vec<u8> {
        if self.redactor.runs.is_empty() {
            return std::mem::take(&mut self.held);
        }
        let mut out = self.held.clone();
        hide(&mut out, 0, self.hidden);
        let (mut at, mut last, mut seen, mut starts, mut number) = (0, 0_u64, 0_usize, [0; RUN], None);
        while let Some((letter, length)) = next(&self.held, at, is_end) {
            starts[seen % RUN] = at;
            last = last << 8 | u64::from(letter.to_ascii_lowercase());
            seen += 1;
            at += length;
            let start = starts[seen % RUN];
            match self.redactor.find(last).filter(|_| seen >= RUN) {
                // A number beside a part that can't be chance is a part too.
                Some(Found::Number) if !self.with_numbers && self.hidden <= start => {
                    number = number.or(Some(start));
                    continue;
                }
                Some(Found::Run | Found::Number) => {
                    hide(&mut out, number.unwrap_or(start), at);
                    self.hidden = at;
                }
                None => {}
            }
            number = None;
        }
        let begun = match self.redactor.begun(last, seen) {
            _ if is_end => out.len(),
            0 => at,
            begun => starts[(seen - begun) % RUN],
        };
        let kept_from = number.filter(|_| !is_end).map_or(begun, |number| number.min(begun));
        self.hidden = self.hidden.saturating_sub(kept_from);
        self.held.drain(..kept_from);
        out.truncate(kept_from);
        out
    }
}

/// The character that stands there, and how many bytes it takes; `None` at the end, or at an escape that is not whole yet.
fn next(bytes: &[u8], at: usize, is_end: bool) -> Option<(u8, usize)> {
    let first = *bytes.get(at)?;
    let prefix: &[u8] = match first {
        b'%' => b"%",
        b'\\' if bytes.get(at + 1) == Some(&b'/') => return Some((b'/', 2)),
        b'\\' => b"\\u00",
        _ => return Some((first, 1)),
    };
    let rest = bytes.get(at..).unwrap_or_default();
    let known = rest.len().min(prefix.len());
    if rest.get(..known) != prefix.get(..known) {
        return Some((first, 1));
    }
    let length = prefix.len() + 2;
    let digits = rest.get(known..rest.len().min(length)).unwrap_or_default();
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return Some((first, 1));
    }
    match digits {
        [high, low] => Some((hex(*high) << 4 | hex(*low), length)),
        _ if is_end => Some((first, 1)),
        _ => None,
    }
}

fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit.to_ascii_lowercase() - b'a') + 10,
    }
}

fn hide(bytes: &mut [u8], from: usize, to: usize) {
    if let Some(bytes) = bytes.get_mut(from..to) {
        bytes.fill(b'*');
    }
}

/// Eight characters as one number, in lower case.
fn packed(run: &[u8]) -> u64 {
    run.iter().fold(0, |packed, byte| packed << 8 | u64::from(byte.to_ascii_lowercase()))
}

/// The word and the bit of the sieve for a run.
fn place(run: u64) -> (usize, u64) {
    let hash = run.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 52;
    ((hash >> 6) as usize, 1 << (hash & 63))
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};

    use super::*;

    const KEY: &str = "kW5~c0ffee+9/Secret%";

    fn redacted(text: &str) -> String {
        Redactor::of(KEY).text(text)
    }

    fn percent(text: &str) -> String {
        text.bytes().map(|byte| format!("%{byte:02x}")).collect()
    }

    fn forms() -> Vec<String> {
        let escaped: String = KEY.bytes().map(|byte| format!("\\u00{byte:02X}")).collect();
        let mixed = KEY.replace('+', "%2B").replace('/', "\\/");
        let mut forms =
            vec![KEY.to_owned(), KEY.to_uppercase(), percent(KEY), percent(KEY).to_uppercase(), escaped, mixed];
        for before in ["", ":", "a:", "user:", "Bearer ", "Authorization: Bearer "] {
            for behind in ["", ":", "\r\n"] {
                let text = format!("{before}{KEY}{behind}");
                forms.extend([STANDARD.encode(&text), STANDARD_NO_PAD.encode(&text), URL_SAFE.encode(&text)]);
            }
        }
        forms
    }

    /// Whether eight characters in a row of this are left.
    fn is_left(form: &str, text: &str) -> bool {
        form.as_bytes().windows(RUN).any(|run| text.as_bytes().windows(RUN).any(|of| of == run))
    }

    #[test]
    fn no_form_of_the_key_is_left_and_lengths_stay() {
        for form in forms() {
            let text = format!("before “{form}” behind");
            let redacted = redacted(&text);
            assert_eq!(redacted.len(), text.len());
            assert!(redacted.starts_with("before “") && redacted.ends_with("” behind"), "{redacted}");
            assert!(!is_left(KEY, &redacted), "{form}: {redacted}");
            assert!(!is_left(&STANDARD_NO_PAD.encode(KEY), &redacted), "{form}: {redacted}");
            assert!(redacted.matches('*').count() >= KEY.len() - 1, "{form}: {redacted}");
        }
    }

    #[test]
    fn eight_characters_of_it_are_enough_and_seven_are_not() {
        for from in 0..=KEY.len() - RUN {
            assert_eq!(redacted(&format!("<{}>", &KEY[from..from + RUN])), "<********>");
            let seven = format!("<{}>", &KEY[from..from + RUN - 1]);
            assert_eq!(redacted(&seven), seven);
        }
        assert_eq!(redacted("the key was refused: 100 % \\ \\u00 %4"), "the key was refused: 100 % \\ \\u00 %4");
    }

    #[test]
    fn in_whatever_pieces_it_comes_the_result_is_the_same() {
        let redactor = Redactor::of(KEY);
        for form in forms() {
            let text = format!("[{form},{},\"kW5~c0\"%]", &KEY[3..15]);
            let whole = redactor.text(&text);
            for size in 1..text.len() {
                let mut stream = redactor.stream();
                let mut out: Vec<u8> = text.as_bytes().chunks(size).flat_map(|piece| stream.push(piece)).collect();
                out.extend(stream.finish());
                assert_eq!(String::from_utf8(out).unwrap(), whole, "{size}");
            }
        }
    }

    #[test]
    fn what_can_not_be_the_key_is_not_held_back() {
        let redactor = Redactor::of(KEY);
        let mut stream = redactor.stream();
        assert_eq!(stream.push(b"{\"data\":[],\"credits_consumed\":15}"), b"{\"data\":[],\"credits_consumed\":15}");
        assert_eq!(stream.push(b"x kW"), b"x ");
        assert_eq!(stream.push(b"h"), b"kWh");
    }

    #[test]
    fn short_keys_and_numbers_of_paid_data_are_left_alone() {
        assert_eq!(Redactor::of("secret").text("a secret"), "a secret");
        let redactor = Redactor::of("a1234567890b");
        assert_eq!(redactor.stream().push(b"id=12345678&"), b"id=12345678&");
        assert_eq!(redactor.stream().push(b"id=a12345678&"), b"id=*********&");
        let mut stream = redactor.stream();
        let pieces = ["id=123456", "78", "9", "0", "b; 12345678", "90-"].map(|piece| stream.push(piece.as_bytes()));
        assert_eq!(pieces.concat(), b"id=***********; 1234567890-");
        assert_eq!(redactor.text("id=12345678&"), "id=********&");
        assert_eq!(format!("{redactor:?}"), "Redactor");
    }
}
