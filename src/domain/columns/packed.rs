//! Compact storage for the numbers, dates and flags of a segment.

use super::value::Day;
use crate::domain::row_set::BitSet;

/// Integers, stored as offsets from the smallest one in 1, 2 or 4 bytes each.
#[derive(Clone, Debug)]
struct Ints {
    base: i64,
    offsets: Offsets,
}

#[derive(Clone, Debug)]
enum Offsets {
    Bytes(Box<[u8]>),
    Shorts(Box<[u16]>),
    Words(Box<[u32]>),
}

impl Ints {
    /// `None` if the largest offset needs more than 32 bits.
    fn pack(values: &[i64]) -> Option<Ints> {
        let base = values.iter().copied().min().unwrap_or(0);
        let max_offset = values.iter().copied().max().unwrap_or(0).checked_sub(base)?;
        // Each offset fits, since the largest does.
        let offsets = values.iter().map(|value| value - base);
        let offsets = match max_offset {
            0..=0xFF => Offsets::Bytes(offsets.map(|value| value as u8).collect()),
            0x100..=0xFFFF => Offsets::Shorts(offsets.map(|value| value as u16).collect()),
            0x1_0000..=0xFFFF_FFFF => Offsets::Words(offsets.map(|value| value as u32).collect()),
            _ => return None,
        };
        Some(Ints { base, offsets })
    }

    fn len(&self) -> usize {
        match &self.offsets {
            Offsets::Bytes(values) => values.len(),
            Offsets::Shorts(values) => values.len(),
            Offsets::Words(values) => values.len(),
        }
    }

    fn get(&self, index: usize) -> Option<i64> {
        let offset = match &self.offsets {
            Offsets::Bytes(values) => i64::from(*values.get(index)?),
            Offsets::Shorts(values) => i64::from(*values.get(index)?),
            Offsets::Words(values) => i64::from(*values.get(index)?),
        };
        Some(self.base + offset)
    }

    /// Calls `each` with every index and its value, in order.
    fn for_each(&self, mut each: impl FnMut(u32, i64)) {
        let base = self.base;
        match &self.offsets {
            Offsets::Bytes(values) => (0..).zip(values).for_each(|(at, &value)| each(at, base + i64::from(value))),
            Offsets::Shorts(values) => (0..).zip(values).for_each(|(at, &value)| each(at, base + i64::from(value))),
            Offsets::Words(values) => (0..).zip(values).for_each(|(at, &value)| each(at, base + i64::from(value))),
        }
    }
}

/// The rows that have a value; `None` if all have one.
#[derive(Clone, Debug)]
struct Present(Option<BitSet>);

impl Present {
    fn of(values: impl ExactSizeIterator<Item = bool>) -> Present {
        let mut rows = BitSet::new(values.len());
        (0..).zip(values).for_each(|(index, is_present)| rows.set(index, is_present));
        Present((rows.count() < rows.len()).then_some(rows))
    }

    fn has(&self, index: usize) -> bool {
        self.0.as_ref().is_none_or(|rows| rows.contains(index as u32))
    }
}

#[derive(Clone, Debug)]
pub struct Numbers {
    present: Present,
    values: NumberValues,
}

#[derive(Clone, Debug)]
enum NumberValues {
    /// Fixed-point numbers: most scores have at most two decimals.
    Scaled {
        ints: Ints,
        divisor: f64,
    },
    Wide(Box<[f64]>),
}

const DIVISORS: [f64; 4] = [1.0, 10.0, 100.0, 1_000.0];
/// 2^53. Not every larger integer is an `f64`.
const MAX_EXACT_INTEGER: f64 = 9_007_199_254_740_992.0;

impl Numbers {
    /// NaN means absent.
    pub(super) fn pack(values: &[f64]) -> Numbers {
        let present = Present::of(values.iter().map(|value| !value.is_nan()));
        // An absent row gets the value of a present one, so that it does not widen the range.
        let filler = values.iter().copied().find(|value| !value.is_nan()).unwrap_or(0.0);
        let filled = || values.iter().map(|value| if value.is_nan() { filler } else { *value });
        let scaled = DIVISORS.iter().find_map(|&divisor| {
            let whole = |value: f64| {
                let whole = (value * divisor).round();
                (whole.abs() <= MAX_EXACT_INTEGER && whole / divisor == value).then_some(whole as i64)
            };
            let ints: Option<Vec<i64>> = filled().map(whole).collect();
            Some(NumberValues::Scaled { ints: Ints::pack(&ints?)?, divisor })
        });
        Numbers { present, values: scaled.unwrap_or_else(|| NumberValues::Wide(filled().collect())) }
    }

    pub(super) fn len(&self) -> usize {
        match &self.values {
            NumberValues::Scaled { ints, .. } => ints.len(),
            NumberValues::Wide(values) => values.len(),
        }
    }

    pub(super) fn get(&self, index: usize) -> Option<f64> {
        let value = match &self.values {
            NumberValues::Scaled { ints, divisor } => ints.get(index)? as f64 / divisor,
            NumberValues::Wide(values) => *values.get(index)?,
        };
        self.present.has(index).then_some(value)
    }

    /// Adds the rows whose number satisfies `matches`.
    pub fn find(&self, hits: &mut BitSet, matches: impl Fn(f64) -> bool) {
        let mut test = |index: u32, value: f64| {
            if matches(value) && self.present.has(index as usize) {
                hits.set(index, true);
            }
        };
        match &self.values {
            NumberValues::Scaled { ints, divisor } => ints.for_each(|index, value| test(index, value as f64 / divisor)),
            NumberValues::Wide(values) => (0..).zip(values).for_each(|(index, &value)| test(index, value)),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Dates {
    present: Present,
    days: Ints,
}

impl Dates {
    pub(super) fn pack(values: &[Option<Day>]) -> Dates {
        let present = Present::of(values.iter().map(Option::is_some));
        let filler = values.iter().flatten().next().map_or(0, |day| day.days());
        let days: Vec<i64> = values.iter().map(|day| i64::from(day.map_or(filler, Day::days))).collect();
        // Can't fail: the years from -9999 to 9999 have fewer than 2^32 days.
        let days = Ints::pack(&days).unwrap_or(Ints { base: 0, offsets: Offsets::Bytes(Box::default()) });
        Dates { present, days }
    }

    pub(super) fn len(&self) -> usize {
        self.days.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<Day> {
        let days = self.days.get(index).filter(|_| self.present.has(index))?;
        Day::from_days(i32::try_from(days).ok()?)
    }

    /// Adds the rows whose date, as days since 1970-01-01, satisfies `matches`.
    pub fn find(&self, hits: &mut BitSet, matches: impl Fn(i32) -> bool) {
        self.days.for_each(|index, days| {
            if matches(days as i32) && self.present.has(index as usize) {
                hits.set(index, true);
            }
        });
    }
}

#[derive(Clone, Debug)]
pub struct Flags {
    present: Present,
    set: BitSet,
}

impl Flags {
    pub(super) fn pack(values: &[Option<bool>]) -> Flags {
        let mut set = BitSet::new(values.len());
        (0..).zip(values).for_each(|(index, flag)| set.set(index, *flag == Some(true)));
        Flags { present: Present::of(values.iter().map(Option::is_some)), set }
    }

    pub(super) fn len(&self) -> usize {
        self.set.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<bool> {
        (index < self.set.len() && self.present.has(index)).then(|| self.set.contains(index as u32))
    }

    /// Adds the rows whose flag is `wanted`.
    pub fn find(&self, hits: &mut BitSet, wanted: bool) {
        let indexes = (0..self.set.len() as u32).filter(|&index| self.set.contains(index) == wanted);
        indexes.filter(|&index| self.present.has(index as usize)).for_each(|index| hits.set(index, true));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes per row, and whether there is a bit set of the present rows.
    fn size(numbers: &Numbers) -> (usize, bool) {
        let bytes = match &numbers.values {
            NumberValues::Wide(_) => 8,
            NumberValues::Scaled { ints: Ints { offsets: Offsets::Bytes(_), .. }, .. } => 1,
            NumberValues::Scaled { ints: Ints { offsets: Offsets::Shorts(_), .. }, .. } => 2,
            NumberValues::Scaled { ints: Ints { offsets: Offsets::Words(_), .. }, .. } => 4,
        };
        (bytes, numbers.present.0.is_some())
    }

    #[test]
    fn numbers_take_as_many_bytes_as_the_range_of_the_segment_needs() {
        for (values, expected) in [
            (vec![0.0, 100.0, -100.0], (1, false)),
            (vec![1_000_000.0, 1_000_200.0, f64::NAN], (1, true)),
            (vec![0.1, 25.5], (1, false)),
            (vec![0.25, 99.75], (2, false)),
            (vec![0.0, 4_000_000_000.0], (4, false)),
            (vec![0.0, 5_000_000_000.0], (8, false)),
            (vec![0.123_456_7, 1.0], (8, false)),
            (Vec::new(), (1, false)),
        ] {
            let packed = Numbers::pack(&values);
            assert_eq!(size(&packed), expected, "{values:?}");
            for (index, value) in values.iter().enumerate() {
                assert_eq!(packed.get(index), (!value.is_nan()).then_some(*value));
            }
        }
    }
}
