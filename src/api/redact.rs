//! Redacts the API key from what a server sends. Some servers repeat the request in their error messages, including the
//! header with the key, so every byte from a server and every text of an error passes through here first.
//!
//! Any eight consecutive characters of the key are redacted, in any case: verbatim, percent-encoded (RFC 3986, section
//! 2.1) or as JSON escapes (RFC 8259, section 7). So are eight characters of its base64 (RFC 4648), whatever precedes
//! the key in the encoded text. Each byte becomes a `*`, so that lengths do not change and JSON stays valid.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use secrecy::zeroize::Zeroizing;

/// This many consecutive characters are taken for part of the key. A shorter key can't be told from ordinary words, so
/// it is not redacted.
const RUN: usize = 8;

/// The character runs that give the key away. Wiped from memory when dropped.
pub(super) struct Redactor {
    /// Each run of eight characters, in lower case, packed into a number.
    runs: Zeroizing<Vec<u64>>,
    /// Runs of digits only, which paid data may contain by chance: on their own, they are redacted in messages only.
    numbers: Zeroizing<Vec<u64>>,
    /// The prefixes of the runs: of one character, of two, and so on.
    prefixes: [Zeroizing<Vec<u64>>; RUN - 1],
    /// A bit for each hashed run: rules out most input before the binary search.
    sieve: [u64; 64],
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redactor")
    }
}

impl Redactor {
    pub(super) fn new(key: &str) -> Redactor {
        let mut runs = Zeroizing::new(Vec::new());
        let mut add = |form: &[u8]| runs.extend(form.windows(RUN).map(pack));
        add(key.as_bytes());
        if key.len() >= RUN {
            // The key has three alignments in base64, depending on what precedes it. The characters at its ends also
            // hold bits of their neighbors, so they are left out.
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
        let prefixes = std::array::from_fn(|at| {
            let all = runs.iter().chain(numbers.iter());
            let mut prefixes = Zeroizing::new(all.map(|run| run >> (8 * (RUN - 1 - at))).collect::<Vec<_>>());
            prefixes.sort_unstable();
            prefixes
        });
        let mut sieve = [0; 64];
        for (word, bit) in runs.iter().chain(numbers.iter()).map(|run| sieve_slot(*run)) {
            sieve[word] |= bit;
        }
        Redactor { runs, numbers, prefixes, sieve }
    }

    pub(super) fn redact(&self, text: &str) -> String {
        let mut stream = Stream { with_numbers: true, ..self.stream() };
        let mut bytes = stream.push(text.as_bytes());
        bytes.extend(stream.finish());
        String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    pub(super) fn stream(&self) -> Stream<'_> {
        Stream { redactor: self, with_numbers: false, pending: Vec::new(), masked: 0 }
    }

    fn find(&self, run: u64) -> Option<Match> {
        let (word, bit) = sieve_slot(run);
        if self.sieve[word] & bit == 0 {
            None
        } else if self.runs.binary_search(&run).is_ok() {
            Some(Match::Run)
        } else {
            self.numbers.binary_search(&run).ok().map(|_| Match::Number)
        }
    }

    /// How many of the last characters may be the start of a run. The lowest byte of `last` is the newest character.
    fn partial_run(&self, last: u64, seen: usize) -> usize {
        let begins = |count: &usize| {
            let newest = last & ((1 << (8 * count)) - 1);
            self.prefixes.get(count - 1).is_some_and(|of| of.binary_search(&newest).is_ok())
        };
        (1..RUN).rev().filter(|count| *count <= seen).find(begins).unwrap_or(0)
    }
}

enum Match {
    Run,
    /// A run of digits only.
    Number,
}

/// Redacts a body that arrives in chunks; the key may span several.
pub(super) struct Stream<'r> {
    redactor: &'r Redactor,
    with_numbers: bool,
    /// Received bytes that may be the start of a run or of an escape.
    pending: Vec<u8>,
    /// How many bytes of `pending` are known to belong to the key.
    masked: usize,
}

impl Stream<'_> {
    /// Takes a chunk and returns what can be decided, redacted: usually all of it.
    pub(super) fn push(&mut self, chunk: &[u8]) -> Vec<u8> {
        self.pending.extend_from_slice(chunk);
        self.take(false)
    }

    /// Returns the rest at the end of the body.
    pub(super) fn finish(&mut self) -> Vec<u8> {
        self.take(true)
    }

    fn take(&mut self, is_end: bool) -> Vec<u8> {
        if self.redactor.runs.is_empty() {
            return std::mem::take(&mut self.pending);
        }
        let mut out = self.pending.clone();
        mask(&mut out, 0, self.masked);
        let (mut at, mut last, mut seen, mut starts, mut number) = (0, 0_u64, 0_usize, [0; RUN], None);
        while let Some((character, length)) = next_character(&self.pending, at, is_end) {
            starts[seen % RUN] = at;
            last = last << 8 | u64::from(character.to_ascii_lowercase());
            seen += 1;
            at += length;
            let start = starts[seen % RUN];
            match self.redactor.find(last).filter(|_| seen >= RUN) {
                // Digits next to a certain part of the key belong to it too.
                Some(Match::Number) if !self.with_numbers && self.masked <= start => {
                    number = number.or(Some(start));
                    continue;
                }
                Some(Match::Run | Match::Number) => {
                    mask(&mut out, number.unwrap_or(start), at);
                    self.masked = at;
                }
                None => {}
            }
            number = None;
        }
        let partial_run = match self.redactor.partial_run(last, seen) {
            _ if is_end => out.len(),
            0 => at,
            partial_run => starts[(seen - partial_run) % RUN],
        };
        let pending_from = number.filter(|_| !is_end).map_or(partial_run, |number| number.min(partial_run));
        self.masked = self.masked.saturating_sub(pending_from);
        self.pending.drain(..pending_from);
        out.truncate(pending_from);
        out
    }
}

/// The decoded character at this position, and how many bytes it takes. `None` at the end, or at an incomplete escape.
fn next_character(bytes: &[u8], at: usize, is_end: bool) -> Option<(u8, usize)> {
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

fn mask(bytes: &mut [u8], from: usize, to: usize) {
    if let Some(bytes) = bytes.get_mut(from..to) {
        bytes.fill(b'*');
    }
}

/// Eight characters as one number, in lower case.
fn pack(run: &[u8]) -> u64 {
    run.iter().fold(0, |packed, byte| packed << 8 | u64::from(byte.to_ascii_lowercase()))
}

/// The word and the bit of the sieve for a run.
fn sieve_slot(run: u64) -> (usize, u64) {
    let hash = run.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 52;
    ((hash >> 6) as usize, 1 << (hash & 63))
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};

    use super::*;

    const KEY: &str = "kW5~c0ffee+9/Secret%";

    fn redacted(text: &str) -> String {
        Redactor::new(KEY).redact(text)
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
            for after in ["", ":", "\r\n"] {
                let text = format!("{before}{KEY}{after}");
                forms.extend([STANDARD.encode(&text), STANDARD_NO_PAD.encode(&text), URL_SAFE.encode(&text)]);
            }
        }
        forms
    }

    /// Whether eight consecutive characters of this are left.
    fn is_left(form: &str, text: &str) -> bool {
        form.as_bytes().windows(RUN).any(|run| text.as_bytes().windows(RUN).any(|of| of == run))
    }

    #[test]
    fn every_form_of_the_key_is_redacted_and_lengths_stay() {
        for form in forms() {
            let text = format!("before “{form}” after");
            let redacted = redacted(&text);
            assert_eq!(redacted.len(), text.len());
            assert!(redacted.starts_with("before “") && redacted.ends_with("” after"), "{redacted}");
            assert!(!is_left(KEY, &redacted), "{form}: {redacted}");
            assert!(!is_left(&STANDARD_NO_PAD.encode(KEY), &redacted), "{form}: {redacted}");
            assert!(redacted.matches('*').count() >= KEY.len() - 1, "{form}: {redacted}");
        }
    }

    #[test]
    fn eight_characters_are_redacted_and_seven_are_not() {
        for from in 0..=KEY.len() - RUN {
            assert_eq!(redacted(&format!("<{}>", &KEY[from..from + RUN])), "<********>");
            let seven = format!("<{}>", &KEY[from..from + RUN - 1]);
            assert_eq!(redacted(&seven), seven);
        }
        assert_eq!(redacted("the key was refused: 100 % \\ \\u00 %4"), "the key was refused: 100 % \\ \\u00 %4");
    }

    #[test]
    fn chunk_sizes_do_not_matter() {
        let redactor = Redactor::new(KEY);
        for form in forms() {
            let text = format!("[{form},{},\"kW5~c0\"%]", &KEY[3..15]);
            let whole = redactor.redact(&text);
            for size in 1..text.len() {
                let mut stream = redactor.stream();
                let mut out: Vec<u8> = text.as_bytes().chunks(size).flat_map(|chunk| stream.push(chunk)).collect();
                out.extend(stream.finish());
                assert_eq!(String::from_utf8(out).unwrap(), whole, "{size}");
            }
        }
    }

    #[test]
    fn only_a_possible_start_of_the_key_is_held_back() {
        let redactor = Redactor::new(KEY);
        let mut stream = redactor.stream();
        assert_eq!(stream.push(b"{\"data\":[],\"credits_consumed\":15}"), b"{\"data\":[],\"credits_consumed\":15}");
        assert_eq!(stream.push(b"x kW"), b"x ");
        assert_eq!(stream.push(b"h"), b"kWh");
    }

    #[test]
    fn short_keys_and_numbers_in_paid_data_are_not_redacted() {
        assert_eq!(Redactor::new("secret").redact("a secret"), "a secret");
        let redactor = Redactor::new("a1234567890b");
        assert_eq!(redactor.stream().push(b"id=12345678&"), b"id=12345678&");
        assert_eq!(redactor.stream().push(b"id=a12345678&"), b"id=*********&");
        let mut stream = redactor.stream();
        let chunks = ["id=123456", "78", "9", "0", "b; 12345678", "90-"].map(|chunk| stream.push(chunk.as_bytes()));
        assert_eq!(chunks.concat(), b"id=***********; 1234567890-");
        assert_eq!(redactor.redact("id=12345678&"), "id=********&");
        assert_eq!(format!("{redactor:?}"), "Redactor");
    }
}
