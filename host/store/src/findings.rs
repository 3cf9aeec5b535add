//! Findings as columns: outcomes, notes, deadlines, each kept by content, so that what did not change is not kept twice.
//!
//! Outcomes are a byte each, in pieces. Notes stand in blocks whose borders the messages choose; each note's index is
//! relative to the one before. Deadlines are runs of equal values.

use model::{FindingSet, Group, Note, Outcome, RuleFindings, RuleId, Subjects};
use serde::{Deserialize, Serialize};

use crate::blobs::{Blobs, Sheet};
use crate::bytes::{Reader, Writer, border_hash};
use crate::{StoreError, work};
use model::Digest;

/// A block of notes ends after a message whose hash ends in these bits (one in 128), when it has at least `NOTES_MIN`.
const NOTES_MASK: u32 = 0x7f;
const NOTES_MIN: usize = 64;
const NOTES_MAX: usize = 512;
const NOTES_BYTES: usize = 4 << 20;
/// Outcomes and deadlines in one piece.
const COLUMN_LEN: usize = 1 << 16;
const BATCH: usize = 512;

/// The findings of one rule, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RuleRecord {
    pub(crate) rule: RuleId,
    pub(crate) subjects: SubjectsRecord,
    pub(crate) outcomes: Vec<Digest>,
    pub(crate) notes: Vec<NotesRecord>,
    pub(crate) valid_until: Vec<Digest>,
}

/// A block of notes, with what its first note is relative to: so that a block does not change when others before it do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NotesRecord {
    pub(crate) block: Digest,
    /// The index of the note before.
    pub(crate) index: u64,
    /// The joined position before.
    pub(crate) joined: u64,
}

/// Whom findings are about, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum SubjectsRecord {
    /// The facts from one position to before another.
    Facts(u64, u64),
    /// The pieces of the groups.
    Groups(Vec<Digest>),
}

impl RuleRecord {
    /// Every address that it leads to.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = Digest> {
        let groups = match &self.subjects {
            SubjectsRecord::Facts(..) => &[][..],
            SubjectsRecord::Groups(pieces) => pieces,
        };
        let notes = self.notes.iter().map(|notes| &notes.block);
        groups.iter().chain(&self.outcomes).chain(notes).chain(&self.valid_until).copied()
    }
}

/// Keeps the findings of every rule.
pub(crate) fn write(blobs: &Blobs, findings: &FindingSet) -> Result<Vec<RuleRecord>, StoreError> {
    findings.rules().iter().map(|findings| write_rule(blobs, findings)).collect()
}

fn write_rule(blobs: &Blobs, findings: &RuleFindings) -> Result<RuleRecord, StoreError> {
    let outcomes: Vec<Sheet> = findings
        .outcomes
        .chunks(COLUMN_LEN)
        .map(|outcomes| Sheet::of(outcomes.iter().map(|outcome| *outcome as u8).collect()))
        .collect();
    let valid_until: Vec<Sheet> = findings.valid_until.chunks(COLUMN_LEN).map(encode_deadlines).collect();
    blobs.put_sheets(&outcomes)?;
    blobs.put_sheets(&valid_until)?;
    let subjects = match &findings.subjects {
        Subjects::Facts(range) => SubjectsRecord::Facts(range.start as u64, range.end as u64),
        Subjects::Groups(groups) => SubjectsRecord::Groups(blobs.put_pieces(&encode_groups(groups))?),
    };
    Ok(RuleRecord {
        rule: findings.rule.clone(),
        subjects,
        outcomes: outcomes.iter().map(|sheet| sheet.address).collect(),
        notes: write_notes(blobs, &findings.notes)?,
        valid_until: valid_until.iter().map(|sheet| sheet.address).collect(),
    })
}

pub(crate) fn encode_deadlines(deadlines: &[i64]) -> Sheet {
    let mut writer = Writer::default();
    let mut last = 0_i64;
    for run in deadlines.chunk_by(|a, b| a == b) {
        let value = run.first().copied().unwrap_or_default();
        writer.size(run.len());
        writer.signed(value.wrapping_sub(last));
        last = value;
    }
    Sheet::of(writer.0)
}

pub(crate) fn decode_deadlines(bytes: &[u8], deadlines: &mut Vec<i64>) -> Option<()> {
    let mut reader = Reader(bytes);
    let (mut last, mut left) = (0_i64, COLUMN_LEN);
    while !reader.is_empty() {
        let length = reader.size()?;
        left = left.checked_sub(length)?;
        last = last.wrapping_add(reader.signed()?);
        deadlines.extend(core::iter::repeat_n(last, length));
    }
    Some(())
}

pub(crate) fn encode_groups(groups: &[Group]) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.size(groups.len());
    for group in groups {
        writer.text(group.collector.as_str());
        writer.text(group.scope.as_str());
        writer.text(group.subject.as_str());
        encode_positions(&mut writer, &group.members, &mut 0);
    }
    writer.0
}

pub(crate) fn decode_groups(bytes: &[u8]) -> Option<Vec<Group>> {
    let mut reader = Reader(bytes);
    let mut groups = Vec::new();
    for _ in 0..reader.count()? {
        groups.push(Group {
            collector: reader.text()?.parse().ok()?,
            scope: reader.text()?.parse().ok()?,
            subject: reader.text()?.parse().ok()?,
            members: decode_positions(&mut reader, &mut 0)?,
        });
    }
    reader.is_empty().then_some(groups)
}

/// Positions, each relative to the one before, which may be that of another list.
fn encode_positions(writer: &mut Writer, positions: &[usize], last: &mut u64) {
    writer.size(positions.len());
    for position in positions {
        writer.signed((*position as u64).wrapping_sub(*last).cast_signed());
        *last = *position as u64;
    }
}

fn decode_positions(reader: &mut Reader<'_>, last: &mut u64) -> Option<Vec<usize>> {
    let count = reader.count()?;
    let mut positions = Vec::with_capacity(count);
    for _ in 0..count {
        *last = last.wrapping_add(reader.signed()?.cast_unsigned());
        positions.push(usize::try_from(*last).ok()?);
    }
    Some(positions)
}

fn write_notes(blobs: &Blobs, notes: &[Note]) -> Result<Vec<NotesRecord>, StoreError> {
    let mut blocks: Vec<(&[Note], u64, u64)> = Vec::new();
    let (mut start, mut bytes, mut index, mut joined) = (0, 0, 0, 0);
    for (at, note) in notes.iter().enumerate() {
        bytes += note.message.len();
        let count = at + 1 - start;
        let border = count >= NOTES_MIN && border_hash(&[note.message.as_bytes()]) & NOTES_MASK == 0;
        if border || count >= NOTES_MAX || bytes >= NOTES_BYTES || at + 1 == notes.len() {
            let block = notes.get(start..=at).unwrap_or_default();
            blocks.push((block, index, joined));
            (start, bytes, index) = (at + 1, 0, note.index as u64);
            joined = block.iter().rev().find_map(|note| note.joined.last()).map_or(joined, |position| *position as u64);
        }
    }
    let mut kept = Vec::with_capacity(blocks.len());
    for batch in blocks.chunks(BATCH) {
        let sheets = work::map(batch, 16, || (), |(), (notes, index, joined)| encode_notes(notes, *index, *joined));
        blobs.put_sheets(&sheets)?;
        let records = sheets.iter().zip(batch);
        kept.extend(records.map(|(sheet, (_, index, joined))| NotesRecord {
            block: sheet.address,
            index: *index,
            joined: *joined,
        }));
    }
    Ok(kept)
}

pub(crate) fn encode_notes(notes: &[Note], mut index: u64, mut joined: u64) -> Sheet {
    let mut writer = Writer(Vec::with_capacity(notes.iter().map(|note| note.message.len() + 8).sum()));
    writer.size(notes.len());
    for note in notes {
        writer.signed((note.index as u64).wrapping_sub(index).cast_signed());
        index = note.index as u64;
    }
    for note in notes {
        writer.text(&note.message);
    }
    for note in notes {
        // An absent field's name is kept with its length and one, so that zero stands for none.
        match &note.missing {
            None => writer.number(0),
            Some(field) => {
                writer.size(field.len() + 1);
                writer.raw(field.as_bytes());
            }
        }
    }
    for note in notes {
        encode_positions(&mut writer, &note.joined, &mut joined);
    }
    Sheet::of(writer.0)
}

pub(crate) fn decode_notes(bytes: &[u8], record: &NotesRecord) -> Option<Vec<Note>> {
    let mut reader = Reader(bytes);
    let count = reader.count()?;
    let mut notes = Vec::with_capacity(count);
    let (mut index, mut joined) = (record.index, record.joined);
    for _ in 0..count {
        index = index.wrapping_add(reader.signed()?.cast_unsigned());
        notes.push(Note { index: usize::try_from(index).ok()?, message: "".into(), missing: None, joined: Vec::new() });
    }
    for note in &mut notes {
        note.message = reader.text()?.into();
    }
    for note in &mut notes {
        if let Some(length) = reader.size()?.checked_sub(1) {
            note.missing = Some(core::str::from_utf8(reader.raw(length)?).ok()?.into());
        }
    }
    for note in &mut notes {
        note.joined = decode_positions(&mut reader, &mut joined)?;
    }
    reader.is_empty().then_some(notes)
}

/// Reads the findings of every rule.
pub(crate) fn read(blobs: &Blobs, records: &[RuleRecord]) -> Result<FindingSet, StoreError> {
    Ok(FindingSet::new(records.iter().map(|record| read_rule(blobs, record)).collect::<Result<_, _>>()?))
}

/// Reads the findings of one rule.
pub(crate) fn read_rule(blobs: &Blobs, record: &RuleRecord) -> Result<RuleFindings, StoreError> {
    let changed = || StoreError::damaged(blobs.path(), format!("the findings of `{}` have been changed", record.rule));
    let subjects = match &record.subjects {
        SubjectsRecord::Facts(start, end) => {
            let (start, end) = (usize::try_from(*start).map_err(|_| changed())?, usize::try_from(*end).map_err(|_| changed())?);
            Subjects::Facts(start..end)
        }
        SubjectsRecord::Groups(pieces) => Subjects::Groups(decode_groups(&blobs.join(pieces)?).ok_or_else(changed)?),
    };
    let mut valid_until = Vec::new();
    for piece in &record.valid_until {
        decode_deadlines(&blobs.fetch(piece)?, &mut valid_until).ok_or_else(changed)?;
    }
    let addresses: Vec<_> = record.notes.iter().map(|notes| notes.block).collect();
    let places = blobs.locate_all(&addresses)?;
    let blocks: Vec<_> = places.into_iter().zip(&record.notes).collect();
    let read = work::map(
        &blocks,
        16,
        || (),
        |(), ((address, place), record)| {
            let bytes = blobs.read(address, *place)?;
            decode_notes(&bytes, record).ok_or_else(changed)
        },
    );
    let mut notes = Vec::new();
    for block in read {
        notes.append(&mut block?);
    }
    Ok(RuleFindings { rule: record.rule.clone(), subjects, outcomes: read_outcomes(blobs, record)?, notes, valid_until })
}

/// Reads the outcomes of one rule alone.
pub(crate) fn read_outcomes(blobs: &Blobs, record: &RuleRecord) -> Result<Vec<Outcome>, StoreError> {
    let outcome = |byte: u8| match byte {
        0 => Some(Outcome::Pass),
        1 => Some(Outcome::NotApplicable),
        2 => Some(Outcome::Inconclusive),
        3 => Some(Outcome::Fail),
        _ => None,
    };
    let outcomes: Option<Vec<_>> = blobs.join(&record.outcomes)?.into_iter().map(outcome).collect();
    outcomes.ok_or_else(|| StoreError::damaged(blobs.path(), format!("the outcomes of `{}` have been changed", record.rule)))
}
