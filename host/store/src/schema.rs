//! The tables of the index, the format version, and the limits of what is kept.
//!
//! Values are sealed: a row begins with 16 bytes of the SHA-256 over table, key and payload, so that a changed row is
//! named and never decoded. Rows of `blobs` need no seal: what they lead to is checked against the key itself.

use std::path::Path;

use model::Digest;
use redb::TableDefinition;

use crate::StoreError;

/// The format of the directory, written as the row `format` of the table `store`.
pub const FORMAT: u32 = 1;

/// `format` -> u32.
pub(crate) const STORE: TableDefinition<&str, &[u8]> = TableDefinition::new("store");
/// A run's number -> its record.
pub(crate) const RUNS: TableDefinition<u64, &[u8]> = TableDefinition::new("runs");
/// A run's number and a rule -> its findings, counted.
pub(crate) const COUNTS: TableDefinition<(u64, &str), &[u8]> = TableDefinition::new("counts");
/// An address -> where its bytes are.
pub(crate) const BLOBS: TableDefinition<&[u8; 32], &[u8; PLACE_LEN]> = TableDefinition::new("blobs");
/// A pack's number -> how many of its bytes are acknowledged.
pub(crate) const PACKS: TableDefinition<u32, &[u8]> = TableDefinition::new("packs");
/// A collector -> the last live run in which it took part.
pub(crate) const EXPECTED: TableDefinition<&str, &[u8]> = TableDefinition::new("expected");

/// The length of a row of `blobs`.
pub(crate) const PLACE_LEN: usize = 21;
/// The most bytes of one item before compression: the largest component.
pub(crate) const MAX_RAW: usize = 64 << 20;
/// A pack that has reached this length is not added to.
pub(crate) const PACK_LEN: u64 = 256 << 20;
/// Documents longer than this are kept in pieces.
pub(crate) const PIECE_LEN: usize = 8 << 20;

const SEAL_LEN: usize = 16;

fn seal_of(table: &str, key: &[u8], payload: &[u8]) -> [u8; SEAL_LEN] {
    Digest::tagged("engine:row", &[table.as_bytes(), key, payload]).as_bytes().first_chunk().copied().unwrap_or_default()
}

/// A row: the seal, then the payload.
pub(crate) fn seal(table: &str, key: &[u8], payload: &[u8]) -> Vec<u8> {
    [&seal_of(table, key, payload)[..], payload].concat()
}

/// The payload of a row whose seal holds.
pub(crate) fn unseal<'a>(path: &Path, table: &str, key: &[u8], row: &'a [u8]) -> Result<&'a [u8], StoreError> {
    row.split_first_chunk::<SEAL_LEN>()
        .filter(|(seal, payload)| **seal == seal_of(table, key, payload))
        .map(|(_, payload)| payload)
        .ok_or_else(|| StoreError::damaged(path, format!("a row of the table `{table}` has been changed")))
}

/// The payload as a number of 64 bits.
pub(crate) fn number(path: &Path, table: &str, payload: &[u8]) -> Result<u64, StoreError> {
    let bytes =
        payload.try_into().map_err(|_| StoreError::damaged(path, format!("a row of the table `{table}` has a wrong length")))?;
    Ok(u64::from_le_bytes(bytes))
}
