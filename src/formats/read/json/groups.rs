//! Groups the objects at the start of a file by where they are, such as `tasks.result.items`: those of one group are alike.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::brackets::{Bracket, before, for_each_bracket, is_member, key_of, opener};

/// The objects of one group are elements of a list, or not in anything.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// In how many objects and lists they are.
    pub(super) level: usize,
    pub(super) objects: Vec<Range<usize>>,
}

/// In how many objects and lists a record may be. Each level is parsed again.
const MAX_LEVEL: usize = 16;
const MAX_GROUPS: usize = 64;

impl Group {
    pub(super) fn start(&self) -> usize {
        self.objects.first().map_or(0, |object| object.start)
    }

    /// Whether one of its objects has an object of the other one in it.
    pub(super) fn contains(&self, other: &Group) -> bool {
        self.objects.iter().any(|object| other.is_in(object))
    }

    /// Whether one of its objects is in this one.
    pub(super) fn is_in(&self, outer: &Range<usize>) -> bool {
        let next = self.objects.partition_point(|object| object.start <= outer.start);
        self.objects.get(next).is_some_and(|object| object.end <= outer.end)
    }
}

#[derive(Debug, Default)]
pub(super) struct Groups {
    /// In the order of their first objects.
    pub(super) complete: Vec<Group>,
    /// The positions of the objects that don't end.
    pub(super) unfinished: Vec<usize>,
}

impl Groups {
    /// Joins the groups of each level, for lists whose keys are values, such as dates.
    pub(super) fn by_level(&self) -> Vec<Group> {
        let mut levels: BTreeMap<usize, Group> = BTreeMap::new();
        for group in &self.complete {
            let level = levels.entry(group.level).or_insert_with(|| Group { level: group.level, ..Group::default() });
            level.objects.extend_from_slice(&group.objects);
        }
        let mut levels: Vec<Group> = levels.into_values().collect();
        for group in &mut levels {
            group.objects.sort_unstable_by_key(|object| object.start);
        }
        levels
    }
}

pub(super) fn groups(bytes: &[u8]) -> Groups {
    let mut scan = Scan { bytes, open: Vec::new(), places: HashMap::new(), groups: Vec::new() };
    for_each_bracket(bytes, |bracket| scan.take(bracket));
    let unfinished = scan.open.iter().filter(|open| open.byte == b'{').map(|open| open.at).collect();
    let mut complete = scan.groups;
    complete.retain(|group| !group.objects.is_empty());
    for group in &mut complete {
        group.objects.sort_unstable_by_key(|object| object.start);
    }
    complete.sort_by_key(Group::start);
    complete.truncate(MAX_GROUPS);
    Groups { complete, unfinished }
}

struct Open {
    byte: u8,
    at: usize,
    is_member: bool,
    place: usize,
}

struct Scan<'t> {
    bytes: &'t [u8],
    open: Vec<Open>,
    /// By the place around it and the key in it. 0 is the top.
    places: HashMap<(usize, &'t [u8]), usize>,
    /// By place.
    groups: Vec<Group>,
}

impl Scan<'_> {
    fn take(&mut self, bracket: &Bracket) {
        match bracket.byte {
            b'{' | b'[' => self.open(bracket),
            closing => self.close(bracket.at, opener(closing)),
        }
    }

    fn open(&mut self, bracket: &Bracket) {
        let (at, byte) = (bracket.at, bracket.byte);
        let is_member = is_member(self.bytes, at);
        if byte == b'{' && !is_member {
            self.drop_damaged(bracket);
        }
        let (around, is_in_object) = self.open.last().map_or((0, false), |open| (open.place, open.byte == b'{'));
        // Only damage puts a list where a key has to be.
        if is_in_object && !is_member {
            return;
        }
        let place = match key_of(self.bytes, at).filter(|_| is_member) {
            Some(key) => {
                let next = self.places.len() + 1;
                *self.places.entry((around, key)).or_insert(next)
            }
            None => around,
        };
        self.open.push(Open { byte, at, is_member, place });
    }

    /// An object is an element of a list, unless what it is in lacks its end.
    fn drop_damaged(&mut self, bracket: &Bracket) {
        if bracket.is_in_broken_string {
            let record = self.open.iter().rposition(|open| open.byte == b'{' && !open.is_member);
            self.open.truncate(record.unwrap_or(0));
        }
        let is_element = matches!(before(self.bytes, bracket.at), Some(b'[' | b','));
        while self.open.pop_if(|open| open.byte == b'{' || !is_element).is_some() {}
    }

    fn close(&mut self, at: usize, opener: u8) {
        let Some(index) = self.open.iter().rposition(|open| open.byte == opener) else { return };
        let closed = self.open.drain(index..).next();
        let Some(closed) = closed.filter(|closed| closed.byte == b'{' && !closed.is_member) else { return };
        if index > MAX_LEVEL {
            return;
        }
        if self.groups.len() <= closed.place {
            self.groups.resize_with(closed.place + 1, Group::default);
        }
        if let Some(group) = self.groups.get_mut(closed.place) {
            group.level = index;
            group.objects.push(closed.at..at + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<Vec<&str>> {
        groups(text.as_bytes())
            .complete
            .into_iter()
            .map(|group| group.objects.into_iter().map(|range| &text[range]).collect())
            .collect()
    }

    #[test]
    fn objects_are_grouped_by_their_keys() {
        assert_eq!(
            found(r#"[{"a":[{"b":1},{"b":2}],"c":{"d":1}},{"e":[{"f":1}],"a":[{"b":3}]}]"#)[1..],
            [vec![r#"{"b":1}"#, r#"{"b":2}"#, r#"{"b":3}"#], vec![r#"{"f":1}"#]]
        );
        assert_eq!(found("{\"a\":1}\n{\"a\":2}"), [[r#"{"a":1}"#, r#"{"a":2}"#]]);
        assert_eq!(found("{\"a\":\"x}\n{\"a\":2}\n{\"t\":[\"x,\"y\"]}\n{\"a\":3}"), [[r#"{"a":2}"#, r#"{"a":3}"#]]);
        assert_eq!(
            found(r#"{"d":[{"a":1},{"a":"x},{"a":2},{"a":3},{"a":4]}"#)[1..],
            [[r#"{"a":1}"#, r#"{"a":2}"#, r#"{"a":3}"#]]
        );
        let groups = groups(br#"{"d":[{"a":1},{"b":2"#);
        assert_eq!((groups.complete.len(), groups.unfinished), (1, vec![0, 14]));
    }

    #[test]
    fn a_group_contains_what_is_in_its_objects() {
        let text = br#"[{"a":[{"b":1}]},{"c":[{"d":1}]},{"e":1}]"#;
        let groups = groups(text).complete;
        assert!(groups[0].contains(&groups[1]) && groups[0].contains(&groups[2]));
        assert!(!groups[1].contains(&groups[0]) && !groups[1].contains(&groups[2]));
    }
}
