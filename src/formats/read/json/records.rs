//! Finds the records of a file, one after the other. Damage costs the record that has it: the next one begins where an object
//! can only be a record.

use std::ops::Range;

use super::brackets::{Bracket, before, first_key, for_each_bracket, is_member, opener};

/// The first keys of the records, which show where one begins.
#[derive(Debug, Default)]
pub(super) struct Starts(pub(super) Vec<Vec<u8>>);

impl Starts {
    fn is_start(&self, bytes: &[u8], brace: usize) -> bool {
        first_key(bytes, brace).is_some_and(|key| self.0.iter().any(|start| start == key))
    }

    /// The first position from here where a record begins.
    pub(super) fn next(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let rest = bytes.get(from..)?;
        memchr::memchr_iter(b'{', rest).map(|at| from + at).find(|at| self.is_start(bytes, *at))
    }
}

/// Calls `found` with the range of each record, intact or not, given that the first one is at the start. Returns whether the
/// last one is incomplete.
pub(super) fn for_each_record(bytes: &[u8], starts: &Starts, found: impl FnMut(Range<usize>)) -> bool {
    let mut records = Records { bytes, starts, level: 0, start: 0, open: Vec::new(), is_damaged: false, found };
    for_each_bracket(bytes, |bracket| records.take(bracket));
    !records.open.is_empty()
}

struct Records<'t, F> {
    bytes: &'t [u8],
    starts: &'t Starts,
    /// How many more objects are open than around the records. Between two lists of records it is negative.
    level: i64,
    /// Where the current record begins.
    start: usize,
    /// What is open in the current record; empty between records.
    open: Vec<u8>,
    is_damaged: bool,
    found: F,
}

impl<F: FnMut(Range<usize>)> Records<'_, F> {
    fn take(&mut self, bracket: &Bracket) {
        let at = bracket.at;
        self.is_damaged |= bracket.is_in_broken_string;
        match (bracket.byte, self.open.last()) {
            (b'{', None) => self.open_between(at),
            (b'}', None) => self.level -= 1,
            (_, None) => {}
            (b'{', Some(&inside)) if self.is_next_record(at, inside) => {
                (self.found)(self.start..at);
                self.begin(at);
            }
            // Only damage puts a list where a key has to be.
            (b'[', Some(b'{')) if !is_member(self.bytes, at) => self.is_damaged = true,
            (opening @ (b'{' | b'['), Some(_)) => self.open.push(opening),
            (closing, Some(_)) => self.close(at, opener(closing)),
        }
    }

    fn open_between(&mut self, at: usize) {
        let is_record = !is_member(self.bytes, at) && (self.level == 0 || self.starts.is_start(self.bytes, at));
        if is_record { self.begin(at) } else { self.level += 1 }
    }

    fn begin(&mut self, at: usize) {
        (self.start, self.level, self.is_damaged) = (at, 0, false);
        self.open.clear();
        self.open.push(b'{');
    }

    /// Whether an object in a record can't belong to it.
    fn is_next_record(&self, at: usize, inside: u8) -> bool {
        match before(self.bytes, at) {
            _ if is_member(self.bytes, at) => false,
            _ if inside == b'{' => true,
            Some(b'[' | b',') => self.is_damaged && self.starts.is_start(self.bytes, at),
            _ => true,
        }
    }

    fn close(&mut self, at: usize, opener: u8) {
        self.is_damaged |= self.open.last() != Some(&opener);
        match self.open.iter().rposition(|open| *open == opener) {
            Some(index) => {
                self.open.truncate(index);
                if index == 0 {
                    (self.found)(self.start..at + 1);
                }
            }
            // It closes the list around the records.
            None => {
                self.open.clear();
                (self.found)(self.start..at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> (Vec<&str>, bool) {
        let mut found = Vec::new();
        let starts = Starts(vec![b"a".to_vec()]);
        let is_cut = for_each_record(text.as_bytes(), &starts, |range| found.push(&text[range]));
        (found, is_cut)
    }

    #[test]
    fn damage_costs_one_record() {
        let (good, next) = (r#"{"a":"1","t":[{"t":2}]}"#, r#"{"a":"3"}"#);
        for damaged in [
            r#"{"a":"x}"#,
            r#"{"a":x"}"#,
            r#"{"a:"x"}"#,
            r#"{"a":"x\"}"#,
            r#"{"a":"x","t":["y,"z"]}"#,
            r#"{"a":"x","t":["y","z"}"#,
            r#"{"a":"x","t":"y","z"]}"#,
            r#"{"a":"x""#,
            r#"{"a":"x","t":[{"t":1}]"#,
            r#"{"a":"x","s":{"t":1"#,
            r#"{"a":"x","s"{"t":1}}"#,
            r#"{"a":"x"}}"#,
            r#"{{"a":"x"}"#,
            r#""a":"x"}"#,
            r#"{"a":"x","s":"{"b":1}"}"#,
            "not \"JSON",
        ] {
            for (separator, before, after) in [("\n", "", ""), (",", "[", "]"), (",\n  ", "{\"d\":[", "],\"n\":1}")] {
                let text = [before, good, separator, damaged, separator, next, separator, good, after].concat();
                let (found, _) = records(text.strip_prefix(before).unwrap());
                let count = |record| found.iter().filter(|found| **found == record).count();
                assert_eq!((count(good), count(next)), (2, 1), "{text}: {found:?}");
            }
        }
    }

    #[test]
    fn records_at_other_levels_are_found_by_their_first_key() {
        let text = r#"{"a":"1"}],"n":{"a":"no"},"m":{"p":{"l":[{"b":1},{"a":"2"}]}}},{"a":"3"}"#;
        assert_eq!(records(text), (vec![r#"{"a":"1"}"#, r#"{"a":"2"}"#, r#"{"a":"3"}"#], false));
        assert_eq!(records(r#"{"a":"1"}]}]},{"r":[{"i":[{"b":"2"}"#).0, [r#"{"a":"1"}"#, r#"{"b":"2"}"#]);
        assert_eq!(records(r#"{"a":"1"},{"a":"#), (vec![r#"{"a":"1"}"#], true));
    }
}
