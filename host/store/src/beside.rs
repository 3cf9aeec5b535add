//! What stands beside facts in one run: when they were seen, what they were read from, absent and volatile fields.
//!
//! Four columns over the facts of a group, in this order: instants (run-length), provenance (empty, or for each fact its
//! parts, each relative to the end of the one before), absent fields, volatile fields (both sparse, by distance).

use std::collections::BTreeSet;

use model::{Fact, FieldGap, ReadFrom, Timestamp};
use smol_str::SmolStr;

use crate::body::inserts;
use crate::bytes::{Reader, Writer};

/// What stands beside one fact.
pub(crate) struct Beside<'a> {
    pub(crate) observed_at: Timestamp,
    pub(crate) from: Vec<ReadFrom>,
    pub(crate) field_gaps: Vec<FieldGap>,
    pub(crate) inserts: Vec<(usize, &'a str)>,
}

/// The columns of some facts, or `None` when there is nothing but one instant; and that instant.
pub(crate) fn encode(facts: &[Fact], names: Option<&BTreeSet<SmolStr>>) -> (Option<Vec<u8>>, Option<(i64, i32)>) {
    let mut writer = Writer::default();
    let same = facts.iter().all(|fact| Some(fact.observed_at) == facts.first().map(|first| first.observed_at));
    let one = facts.first().filter(|_| same).map(|fact| (fact.observed_at.as_second(), fact.observed_at.subsec_nanosecond()));
    if one.is_none() {
        for run in facts.chunk_by(|a, b| a.observed_at == b.observed_at) {
            writer.size(run.len());
            writer.instant(run.first().map_or(Timestamp::UNIX_EPOCH, |fact| fact.observed_at));
        }
    }
    let mut empty = one.is_some();
    if facts.iter().all(|fact| fact.from.is_empty()) {
        writer.number(0);
    } else {
        empty = false;
        writer.number(1);
        let (mut call, mut end) = (0_u64, 0_u64);
        for fact in facts {
            writer.size(fact.from.len());
            for from in &fact.from {
                writer.signed(from.call.wrapping_sub(call).cast_signed());
                writer.signed(from.offset.wrapping_sub(end).cast_signed());
                writer.number(from.length);
                (call, end) = (from.call, from.offset.wrapping_add(from.length));
            }
        }
    }
    empty &= !encode_sparse(&mut writer, facts.iter().map(|fact| &fact.field_gaps[..]), |writer, gap| {
        writer.text(&gap.field);
        writer.text(&gap.reason);
    });
    let (mut all, mut ends) = (Vec::new(), Vec::new());
    if names.is_some() {
        for fact in facts {
            inserts(fact.body.as_str(), names, &mut all);
            ends.push(all.len());
        }
    }
    let starts = core::iter::once(&0).chain(&ends);
    let inserts_of = starts.zip(&ends).map(|(start, end)| all.get(*start..*end).unwrap_or_default());
    empty &= !encode_sparse(&mut writer, inserts_of, |writer, (offset, text)| {
        writer.size(*offset);
        writer.text(text);
    });
    ((!empty).then_some(writer.0), one)
}

/// How many facts have any; then for each the distance from the one before, how many, and them. Whether there are any.
fn encode_sparse<'a, T: 'a>(
    writer: &mut Writer,
    lists: impl Iterator<Item = &'a [T]> + Clone,
    item: impl Fn(&mut Writer, &T),
) -> bool {
    let count = lists.clone().filter(|list| !list.is_empty()).count();
    writer.size(count);
    let mut last = 0;
    for (at, list) in lists.enumerate().filter(|(_, list)| !list.is_empty()) {
        writer.size(at - last);
        writer.size(list.len());
        for it in list {
            item(writer, it);
        }
        last = at;
    }
    count > 0
}

impl<'a> Beside<'a> {
    /// What stands beside each of `count` facts; `None` for bytes that were not written here.
    pub(crate) fn decode(bytes: &'a [u8], count: usize, observed_at: Option<Timestamp>) -> Option<Vec<Self>> {
        let mut all = Vec::new();
        let mut reader = Reader(bytes);
        while all.len() < count {
            let (length, at) = match observed_at {
                Some(at) => (count, at),
                None => (reader.size()?, reader.instant()?),
            };
            if length == 0 || length > count - all.len() {
                return None;
            }
            for _ in 0..length {
                all.push(Self { observed_at: at, from: Vec::new(), field_gaps: Vec::new(), inserts: Vec::new() });
            }
        }
        if bytes.is_empty() {
            return Some(all);
        }
        if reader.number()? == 1 {
            decode_from(&mut reader, &mut all)?;
        }
        decode_sparse(&mut reader, &mut all, |reader, beside| {
            beside.field_gaps.push(FieldGap { field: reader.text()?.into(), reason: reader.text()?.into() });
            Some(())
        })?;
        decode_sparse(&mut reader, &mut all, |reader, beside| {
            beside.inserts.push((reader.size()?, reader.text()?));
            Some(())
        })?;
        reader.is_empty().then_some(all)
    }
}

/// The volatile fields of the facts of a group, one fact after the other; nothing is decoded for those that are passed over.
pub(crate) struct Inserts<'a> {
    reader: Reader<'a>,
    /// How many facts have any and were not come to.
    left: usize,
    /// The next fact that has any.
    next: usize,
}

impl<'a> Inserts<'a> {
    /// Those in the columns of `count` facts; `None` for bytes that were not written here.
    pub(crate) fn of(bytes: &'a [u8], count: usize, one_instant: bool) -> Option<Self> {
        let mut reader = Reader(bytes);
        if bytes.is_empty() {
            return (one_instant || count == 0).then_some(Self { reader, left: 0, next: 0 });
        }
        let mut dated = if one_instant { count } else { 0 };
        while dated < count {
            let length = reader.size()?;
            reader.instant()?;
            dated = dated.checked_add(length).filter(|_| length > 0)?;
        }
        if reader.number()? == 1 {
            for _ in 0..count {
                for _ in 0..reader.count()? {
                    reader.signed()?;
                    reader.signed()?;
                    reader.number()?;
                }
            }
        }
        for _ in 0..reader.count()? {
            reader.size()?;
            for _ in 0..reader.count()? {
                reader.text()?;
                reader.text()?;
            }
        }
        let left = reader.count()?;
        let next = if left > 0 { reader.size()? } else { 0 };
        Some(Self { reader, left, next })
    }

    /// Adds those of the fact at a place, which never goes back.
    pub(crate) fn of_fact(&mut self, at: usize, into: &mut Vec<(usize, &'a str)>) -> Option<()> {
        while self.left > 0 && self.next <= at {
            for _ in 0..self.reader.count()? {
                let insert = (self.reader.size()?, self.reader.text()?);
                if self.next == at {
                    into.push(insert);
                }
            }
            self.left -= 1;
            if self.left > 0 {
                let distance = self.reader.size()?;
                self.next = self.next.checked_add(distance)?;
            }
        }
        Some(())
    }
}

fn decode_from(reader: &mut Reader<'_>, all: &mut [Beside<'_>]) -> Option<()> {
    let (mut call, mut end) = (0_u64, 0_u64);
    for beside in all {
        for _ in 0..reader.count()? {
            call = call.wrapping_add(reader.signed()?.cast_unsigned());
            let offset = end.wrapping_add(reader.signed()?.cast_unsigned());
            let length = reader.number()?;
            beside.from.push(ReadFrom { call, offset, length });
            end = offset.wrapping_add(length);
        }
    }
    Some(())
}

fn decode_sparse<'a, 'b>(
    reader: &mut Reader<'a>,
    all: &mut [Beside<'b>],
    item: impl Fn(&mut Reader<'a>, &mut Beside<'b>) -> Option<()>,
) -> Option<()> {
    let mut at = 0_usize;
    for _ in 0..reader.count()? {
        at = at.checked_add(reader.size()?)?;
        let beside = all.get_mut(at)?;
        for _ in 0..reader.count()? {
            item(reader, beside)?;
        }
    }
    Some(())
}
