//! Numbers, dates and flags of a segment's rows, in as few bytes as they need.

use super::value::Day;
use crate::domain::row_set::RowSet;

/// Whole numbers that lie near each other: what each is above the smallest one.
#[derive(Clone, Debug)]
struct Ints {
    base: i64,
    above: Above,
}

#[derive(Clone, Debug)]
enum Above {
    Bytes(Box<[u8]>),
    Shorts(Box<[u16]>),
    Words(Box<[u32]>),
}

impl Ints {
    /// Packs them; `None` where they lie more than 32 bits apart.
    fn pack(values: &[i64]) -> Option<Ints> {
        let base = values.iter().copied().min().unwrap_or(0);
        let most = values.iter().copied().max().unwrap_or(0).checked_sub(base)?;
        // Each fits, since the largest does.
        let above = values.iter().map(|value| value - base);
        let above = match most {
            0..=0xFF => Above::Bytes(above.map(|value| value as u8).collect()),
            0x100..=0xFFFF => Above::Shorts(above.map(|value| value as u16).collect()),
            0x1_0000..=0xFFFF_FFFF => Above::Words(above.map(|value| value as u32).collect()),
            _ => return None,
        };
        Some(Ints { base, above })
    }

    fn len(&self) -> usize {
        match &self.above {
            Above::Bytes(values) => values.len(),
            Above::Shorts(values) => values.len(),
            Above::Words(values) => values.len(),
        }
    }

    fn get(&self, row: usize) -> Option<i64> {
        let above = match &self.above {
            Above::Bytes(values) => i64::from(*values.get(row)?),
            Above::Shorts(values) => i64::from(*values.get(row)?),
            Above::Words(values) => i64::from(*values.get(row)?),
        };
        Some(self.base + above)
    }

    /// Lets `each` have all of them, in the order of the rows.
    fn for_each(&self, mut each: impl FnMut(u32, i64)) {
        let base = self.base;
        match &self.above {
            Above::Bytes(values) => (0..).zip(values).for_each(|(row, &value)| each(row, base + i64::from(value))),
            Above::Shorts(values) => (0..).zip(values).for_each(|(row, &value)| each(row, base + i64::from(value))),
            Above::Words(values) => (0..).zip(values).for_each(|(row, &value)| each(row, base + i64::from(value))),
        }
    }
}

/// The rows that have a value; no bits where all have one.
#[derive(Clone, Debug)]
struct Present(Option<RowSet>);

impl Present {
    fn of(values: impl ExactSizeIterator<Item = bool>) -> Present {
        let mut rows = RowSet::new(values.len());
        (0..).zip(values).for_each(|(row, is_there)| rows.set(row, is_there));
        Present((rows.count() < rows.len()).then_some(rows))
    }

    fn has(&self, row: usize) -> bool {
        self.0.as_ref().is_none_or(|rows| rows.contains(row as u32))
    }
}

/// Numbers.
#[derive(Clone, Debug)]
pub struct Numbers {
    present: Present,
    values: NumberValues,
}

#[derive(Clone, Debug)]
enum NumberValues {
    /// Whole numbers, to be divided: most scores have one or two decimals.
    Scaled {
        ints: Ints,
        divisor: f64,
    },
    Wide(Box<[f64]>),
}

/// Powers of ten that a column may be scaled by.
const DIVISORS: [f64; 4] = [1.0, 10.0, 100.0, 1_000.0];
/// Whole numbers beyond this are not all numbers of 64 bits any more.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

impl Numbers {
    /// Packs them; NaN stands for an absent one.
    pub(super) fn pack(values: &[f64]) -> Numbers {
        let present = Present::of(values.iter().map(|value| !value.is_nan()));
        let some = values.iter().copied().find(|value| !value.is_nan()).unwrap_or(0.0);
        let filled = || values.iter().map(|value| if value.is_nan() { some } else { *value });
        let scaled = DIVISORS.iter().find_map(|&divisor| {
            let whole = |value: f64| {
                let whole = (value * divisor).round();
                (whole.abs() <= LARGEST_WHOLE && whole / divisor == value).then_some(whole as i64)
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

    /// The number of a row, if it has one.
    pub(super) fn get(&self, row: usize) -> Option<f64> {
        let value = match &self.values {
            NumberValues::Scaled { ints, divisor } => ints.get(row)? as f64 / divisor,
            NumberValues::Wide(values) => *values.get(row)?,
        };
        self.present.has(row).then_some(value)
    }

    /// Takes in the rows whose number `holds` holds for.
    pub fn find(&self, hits: &mut RowSet, holds: impl Fn(f64) -> bool) {
        let mut take = |row: u32, value: f64| {
            if holds(value) && self.present.has(row as usize) {
                hits.set(row, true);
            }
        };
        match &self.values {
            NumberValues::Scaled { ints, divisor } => ints.for_each(|row, value| take(row, value as f64 / divisor)),
            NumberValues::Wide(values) => (0..).zip(values).for_each(|(row, &value)| take(row, value)),
        }
    }
}

/// Dates.
#[derive(Clone, Debug)]
pub struct Dates {
    present: Present,
    days: Ints,
}

impl Dates {
    pub(super) fn pack(values: &[Option<Day>]) -> Dates {
        let present = Present::of(values.iter().map(Option::is_some));
        let some = values.iter().flatten().next().map_or(0, |day| day.days());
        let days: Vec<i64> = values.iter().map(|day| i64::from(day.map_or(some, Day::days))).collect();
        // Days of 32 bits never lie further apart than that.
        let days = Ints::pack(&days).unwrap_or(Ints { base: 0, above: Above::Bytes(Box::default()) });
        Dates { present, days }
    }

    pub(super) fn len(&self) -> usize {
        self.days.len()
    }

    pub(super) fn get(&self, row: usize) -> Option<Day> {
        let days = self.days.get(row).filter(|_| self.present.has(row))?;
        Day::from_days(i32::try_from(days).ok()?)
    }

    /// Takes in the rows whose days since 1970 `holds` holds for.
    pub fn find(&self, hits: &mut RowSet, holds: impl Fn(i32) -> bool) {
        self.days.for_each(|row, days| {
            if holds(days as i32) && self.present.has(row as usize) {
                hits.set(row, true);
            }
        });
    }
}

/// Flags.
#[derive(Clone, Debug)]
pub struct Flags {
    present: Present,
    set: RowSet,
}

impl Flags {
    pub(super) fn pack(values: &[Option<bool>]) -> Flags {
        let mut set = RowSet::new(values.len());
        (0..).zip(values).for_each(|(row, flag)| set.set(row, *flag == Some(true)));
        Flags { present: Present::of(values.iter().map(Option::is_some)), set }
    }

    pub(super) fn len(&self) -> usize {
        self.set.len()
    }

    pub(super) fn get(&self, row: usize) -> Option<bool> {
        (row < self.set.len() && self.present.has(row)).then(|| self.set.contains(row as u32))
    }

    /// Takes in the rows whose flag is this one.
    pub fn find(&self, hits: &mut RowSet, wanted: bool) {
        let rows = (0..self.set.len() as u32).filter(|&row| self.set.contains(row) == wanted);
        rows.filter(|&row| self.present.has(row as usize)).for_each(|row| hits.set(row, true));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that a row takes, and bits for those without a value.
    fn size(numbers: &Numbers) -> (usize, bool) {
        let bytes = match &numbers.values {
            NumberValues::Wide(_) => 8,
            NumberValues::Scaled { ints: Ints { above: Above::Bytes(_), .. }, .. } => 1,
            NumberValues::Scaled { ints: Ints { above: Above::Shorts(_), .. }, .. } => 2,
            NumberValues::Scaled { ints: Ints { above: Above::Words(_), .. }, .. } => 4,
        };
        (bytes, numbers.present.0.is_some())
    }

    #[test]
    fn a_number_takes_as_many_bytes_as_the_range_of_its_segment_needs() {
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
            for (row, value) in values.iter().enumerate() {
                assert_eq!(packed.get(row), (!value.is_nan()).then_some(*value));
            }
        }
    }
}
