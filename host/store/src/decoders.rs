//! Every decoder of the store over any bytes: the door for the fuzzers (`tests/fuzz`), which could never forge the digests
//! that stand before each of them.
//!
//! Takes bytes and gives what does not hold of them. Nothing in the engine calls it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use model::{Digest, RunHeader, Timestamp, Transcript};
use serde::Serialize;
use serde::de::DeserializeOwned;
use smol_str::SmolStr;

use crate::beside::{self, Beside, Inserts};
use crate::body;
use crate::bytes::Reader;
use crate::facts::{self, Segment};
use crate::failing;
use crate::findings::{self, NotesRecord};
use crate::manifest::{ClosureRecord, Manifest, RunRecord, Scopes, whole_postcard};
use crate::pack::{MAGIC, Packs, Place, Sort, entry_head};
use crate::schema::{self, FORMAT, PLACE_LEN};
use crate::{OutcomeCounts, StoreError};

/// Decodes bytes, with a folder to work in; says what is wrong where what was decoded is not the same again.
type Decoder = fn(&Path, &[u8]) -> Option<&'static str>;

/// What decodes, by the first byte of an input. The rest of the input is what it decodes.
const DECODERS: &[Decoder] = &[
    |_, bytes| record::<RunRecord>(bytes),
    |_, bytes| record::<Manifest>(bytes),
    |_, bytes| record::<Segment>(bytes),
    |_, bytes| record::<Scopes>(bytes),
    |_, bytes| record::<Transcript>(bytes),
    |_, bytes| record::<ClosureRecord>(bytes),
    |_, bytes| row(bytes),
    |_, bytes| failures(bytes),
    |_, bytes| deadlines(bytes),
    |_, bytes| groups(bytes),
    |_, bytes| notes(bytes),
    |_, bytes| block(bytes),
    |_, bytes| cut_body(bytes),
    entry,
    pack,
];

/// Decodes bytes with the decoder that the first of them names; packs are made in `folder`.
///
/// # Errors
/// What does not hold: that what was decoded, written and decoded again is the same, in most of them.
pub fn decode(folder: &Path, input: &[u8]) -> Result<(), &'static str> {
    let Some((first, bytes)) = input.split_first() else { return Ok(()) };
    let decoder = DECODERS.get(usize::from(*first) % DECODERS.len());
    decoder.and_then(|decoder| decoder(folder, bytes)).map_or(Ok(()), Err)
}

/// `wrong` unless the condition holds.
fn unless(holds: bool, wrong: &'static str) -> Option<&'static str> {
    (!holds).then_some(wrong)
}

fn record<T: DeserializeOwned + Serialize + PartialEq>(bytes: &[u8]) -> Option<&'static str> {
    let record: T = whole_postcard(bytes).ok()?;
    let again = postcard::to_allocvec(&record).ok().and_then(|bytes| whole_postcard::<T>(&bytes).ok());
    unless(again.is_some_and(|again| again == record), "a record of postcard changes when it is written")
}

/// The payloads of rows, and the row of a blob.
fn row(bytes: &[u8]) -> Option<&'static str> {
    let path = Path::new("store");
    let sealed = schema::seal("runs", b"key", bytes);
    if schema::unseal(path, "runs", b"key", &sealed).ok() != Some(bytes) || schema::unseal(path, "runs", b"yek", &sealed).is_ok()
    {
        return Some("a seal does not hold what it sealed");
    }
    let _ = schema::unseal(path, "runs", b"key", bytes);
    let _ = schema::number(path, "packs", bytes);
    if let Some(counts) = OutcomeCounts::from_row(bytes)
        && counts.to_row() != bytes
    {
        return Some("counts change when they are written");
    }
    if let Ok(header) = serde_json::from_slice::<RunHeader>(bytes) {
        let again = serde_json::to_vec(&header).ok().and_then(|json| serde_json::from_slice::<RunHeader>(&json).ok());
        return unless(again == Some(header), "the header of a run changes when it is written");
    }
    let place = bytes.first_chunk::<PLACE_LEN>()?;
    unless(Place::from_row(place).is_some_and(|it| it.to_row() == *place), "a place changes when it is written")
}

fn failures(bytes: &[u8]) -> Option<&'static str> {
    let block = failing::decode(bytes)?;
    unless(failing::decode(&failing::encode(&block).raw) == Some(block), "failures change when they are written")
}

fn deadlines(bytes: &[u8]) -> Option<&'static str> {
    let (mut deadlines, mut again) = (Vec::new(), Vec::new());
    findings::decode_deadlines(bytes, &mut deadlines)?;
    findings::decode_deadlines(&findings::encode_deadlines(&deadlines).raw, &mut again);
    unless(again == deadlines, "deadlines change when they are written")
}

fn groups(bytes: &[u8]) -> Option<&'static str> {
    let groups = findings::decode_groups(bytes)?;
    unless(findings::decode_groups(&findings::encode_groups(&groups)) == Some(groups), "groups change when they are written")
}

fn notes(bytes: &[u8]) -> Option<&'static str> {
    let mut reader = Reader(bytes);
    let record = NotesRecord { block: Digest::of(b""), index: reader.number()?, joined: reader.number()? };
    let notes = findings::decode_notes(reader.0, &record)?;
    let again = findings::decode_notes(&findings::encode_notes(&notes, record.index, record.joined).raw, &record);
    unless(again == Some(notes), "notes change when they are written")
}

/// A block of facts and the columns beside them. Their count is believed no further than the block has bytes, as in a run.
fn block(bytes: &[u8]) -> Option<&'static str> {
    let mut reader = Reader(bytes);
    let (block_length, count) = (reader.size()?, reader.size()?);
    let observed_at = if reader.number()? == 0 { None } else { Some(reader.instant()?) };
    let block = reader.raw(block_length)?;
    let columns = reader.0;
    if count > block.len() {
        return None;
    }
    let decoded = Beside::decode(columns, count, observed_at)?;
    if let Some(wrong) = same_inserts(columns, &decoded, observed_at) {
        return Some(wrong);
    }
    let segment = Segment {
        kind: "test.thing@1".parse().ok()?,
        collector: "test".parse().ok()?,
        scope: "scope".parse().ok()?,
        groups: Vec::new(),
    };
    let mut facts = Vec::new();
    facts::read_block(&segment, block, &mut decoded.into_iter(), &mut facts)?;
    let (again, one) = beside::encode(&facts, None);
    let one = one.and_then(|(second, nanosecond)| Timestamp::new(second, nanosecond).ok());
    let again = again.unwrap_or_default();
    let again = Beside::decode(&again, facts.len(), one).unwrap_or_default();
    let same = again.len() == facts.len()
        && again.iter().zip(&facts).all(|(beside, fact)| {
            beside.observed_at == fact.observed_at && beside.from == fact.from && beside.field_gaps == fact.field_gaps
        });
    unless(same, "what stands beside facts changes when it is written")
}

/// The quick way to the volatile fields gives what the whole way gives.
fn same_inserts(columns: &[u8], decoded: &[Beside<'_>], observed_at: Option<Timestamp>) -> Option<&'static str> {
    const WRONG: &str = "the quick way to volatile fields differs";
    let Some(mut quick) = Inserts::of(columns, decoded.len(), observed_at.is_some()) else { return Some(WRONG) };
    for (at, beside) in decoded.iter().enumerate() {
        let mut inserts = Vec::new();
        if quick.of_fact(at, &mut inserts).is_none() || inserts != beside.inserts {
            return Some(WRONG);
        }
    }
    None
}

/// A body without its volatile fields, and joined again; and offsets that were made up.
fn cut_body(bytes: &[u8]) -> Option<&'static str> {
    let text = core::str::from_utf8(bytes).ok()?;
    let names: BTreeSet<SmolStr> = ["a", "seen_at"].map(SmolStr::new_static).into();
    let (mut buffer, mut cut) = (String::new(), Vec::new());
    let stable = body::stable(text, Some(&names), &mut buffer);
    body::inserts(text, Some(&names), &mut cut);
    if body::join(stable, &cut).as_deref() != Some(text) {
        return Some("a body that was cut does not join again");
    }
    let made_up: Vec<_> = bytes.iter().map(|byte| (usize::from(*byte), "x")).collect();
    let _ = body::join(text, &made_up);
    None
}

/// An entry whose head is right and whose stored bytes are not what it says.
fn entry(folder: &Path, bytes: &[u8]) -> Option<&'static str> {
    let (raw, stored) = bytes.split_first_chunk()?;
    let raw = u32::from_le_bytes(*raw);
    let (address, sort) = (Digest::of(b""), Sort::Facts as u8);
    let file = [&entry_head(&address, sort, raw, stored)[..], stored].concat();
    let place = Place { pack: 1, offset: 16, stored: u32::try_from(stored.len()).ok()?, raw, sort };
    let read = read_entry(folder, &file, &address, place)?;
    unless(read.map_or(true, |bytes| bytes.len() == raw as usize), "an entry is not as long as it says")
}

/// A place of any numbers, in a pack of any bytes.
fn pack(folder: &Path, bytes: &[u8]) -> Option<&'static str> {
    let (row, file) = bytes.split_first_chunk::<PLACE_LEN>()?;
    let place = Place { pack: 1, ..Place::from_row(row)? };
    let read = read_entry(folder, file, &Digest::of(b""), place)?;
    unless(read.map_or(true, |bytes| bytes.len() == place.raw as usize), "an entry is not as long as it says")
}

/// What is read of a pack with those bytes behind its head; `None` when the pack cannot be made.
fn read_entry(folder: &Path, file: &[u8], address: &Digest, place: Place) -> Option<Result<Vec<u8>, StoreError>> {
    let packs = Packs::new(folder);
    fs::create_dir_all(folder.join("blobs")).ok()?;
    fs::write(packs.file_of(1), [&MAGIC[..], &FORMAT.to_le_bytes(), file].concat()).ok()?;
    Some(packs.read(address, place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fuzz/corpus/store")
    }

    #[test]
    fn the_inputs_that_the_fuzzer_begins_with_are_decoded() {
        let folder = tempfile::tempdir().unwrap();
        let mut decoders = BTreeSet::new();
        for input in fs::read_dir(kept()).unwrap() {
            let path = input.unwrap().path();
            let input = fs::read(&path).unwrap();
            assert_eq!(decode(folder.path(), &input), Ok(()), "{}", path.display());
            decoders.extend(input.first().map(|first| usize::from(*first) % DECODERS.len()));
        }
        assert_eq!(decoders.len(), DECODERS.len(), "there is an input for each decoder: {decoders:?}");
    }

    /// Without the comparison in `Packs::stored`, 64 MiB were allocated for these five bytes.
    #[test]
    fn threat_18_an_entry_that_says_more_than_its_bytes_can_hold_is_refused_as_such() {
        let folder = tempfile::tempdir().unwrap();
        let (address, sort) = (Digest::of(b""), Sort::Facts as u8);
        let read = |raw: u32, stored: &[u8]| {
            let file = [&entry_head(&address, sort, raw, stored)[..], stored].concat();
            let place = Place { pack: 1, offset: 16, stored: u32::try_from(stored.len()).unwrap(), raw, sort };
            read_entry(folder.path(), &file, &address, place).unwrap()
        };
        let error = read(64 << 20, b"\x28\xb5\x2f\xfd\x00").unwrap_err().to_string();
        assert!(error.contains("says that it holds more than it can"), "{error}");
        let zeros = vec![0; 64 << 20];
        let stored = zstd::bulk::compress(&zeros, 1).unwrap();
        assert!(
            read(64 << 20, &stored).unwrap() == zeros,
            "what shrinks as far as anything can is read, from {} bytes",
            stored.len()
        );
    }
}
