//! Packs: the append-only files that hold every byte beside the index.
//!
//! A pack begins with 16 bytes (`engine-pack`, zero, the format), then entries: address (32 bytes), sort (1), length
//! before compression (4), stored length (4), 8 bytes of the SHA-256 of the stored bytes, the stored bytes. Bytes beyond the length that the index acknowledges are
//! the tail of a run that was never acknowledged; the next writer cuts it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use model::Digest;

use crate::StoreError;
use crate::disk::{Disk, DiskFile};
use crate::schema::{FORMAT, MAX_RAW, PACK_LEN, PLACE_LEN};

pub(crate) const MAGIC: &[u8; 12] = b"engine-pack\0";
const HEAD_LEN: usize = 16;
const ENTRY_LEN: usize = 49;
/// No byte of a zstd frame stands for more than 2 to this power: a block of 4 bytes for at most 128 KiB.
const MOST_PER_BYTE: u32 = 15;
const BUFFER_LEN: usize = 1 << 20;

/// What the bytes at an address are, which says how they are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Any bytes; their address is their plain SHA-256.
    Bytes = 0,
    /// A block of facts; its address is the digest over kind, scope and the digests of its facts.
    Facts = 1,
}

/// Where an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) pack: u32,
    pub(crate) offset: u64,
    pub(crate) stored: u32,
    pub(crate) raw: u32,
    pub(crate) sort: u8,
}

impl Place {
    pub(crate) fn to_row(self) -> [u8; PLACE_LEN] {
        let mut row = [0; PLACE_LEN];
        let parts = [
            &self.pack.to_le_bytes()[..],
            &self.offset.to_le_bytes(),
            &self.stored.to_le_bytes(),
            &self.raw.to_le_bytes(),
            &[self.sort],
        ];
        for (to, from) in row.iter_mut().zip(parts.concat()) {
            *to = from;
        }
        row
    }

    pub(crate) fn from_row(row: &[u8; PLACE_LEN]) -> Option<Self> {
        let (pack, rest) = row.split_first_chunk()?;
        let (offset, rest) = rest.split_first_chunk()?;
        let (stored, rest) = rest.split_first_chunk()?;
        let (raw, rest) = rest.split_first_chunk()?;
        Some(Self {
            pack: u32::from_le_bytes(*pack),
            offset: u64::from_le_bytes(*offset),
            stored: u32::from_le_bytes(*stored),
            raw: u32::from_le_bytes(*raw),
            sort: *rest.first()?,
        })
    }
}

/// An entry that is ready to be appended.
pub(crate) struct Entry {
    pub(crate) address: Digest,
    pub(crate) sort: u8,
    pub(crate) raw: u32,
    pub(crate) stored: Vec<u8>,
}

/// The head of an entry. Its last 8 bytes are over the stored bytes: two streams can decompress to the same bytes, and a
/// changed byte is noticed even where it changes nothing.
pub(crate) fn entry_head(address: &Digest, sort: u8, raw: u32, stored: &[u8]) -> [u8; ENTRY_LEN] {
    let mut head = [0; ENTRY_LEN];
    let length = u32::try_from(stored.len()).unwrap_or(u32::MAX);
    let check: [u8; 8] = Digest::of(stored).as_bytes().first_chunk().copied().unwrap_or_default();
    let parts = [&address.as_bytes()[..], &[sort], &raw.to_le_bytes(), &length.to_le_bytes(), &check];
    for (to, from) in head.iter_mut().zip(parts.concat()) {
        *to = from;
    }
    head
}

/// The packs of a store, for reading.
pub(crate) struct Packs {
    store: PathBuf,
    folder: PathBuf,
    files: Mutex<BTreeMap<u32, Arc<File>>>,
}

impl Packs {
    pub(crate) fn new(store: &Path) -> Self {
        Self { store: store.to_owned(), folder: store.join("blobs"), files: Mutex::default() }
    }

    pub(crate) fn file_of(&self, pack: u32) -> PathBuf {
        self.folder.join(format!("{pack:06}.pack"))
    }

    fn open(&self, pack: u32) -> Result<Arc<File>, StoreError> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = files.get(&pack) {
            return Ok(Arc::clone(file));
        }
        let path = self.file_of(pack);
        let file = File::open(&path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => StoreError::damaged(&self.store, format!("the pack `{pack:06}.pack` is not there")),
            _ => StoreError::io(&path, "open", source),
        })?;
        let mut head = [0; HEAD_LEN];
        file.read_exact_at(&mut head, 0).map_err(|source| StoreError::io(&path, "read", source))?;
        if head.first_chunk() != Some(MAGIC) || head.last_chunk() != Some(&FORMAT.to_le_bytes()) {
            return Err(StoreError::damaged(&self.store, format!("`{pack:06}.pack` is not a pack of format {FORMAT}")));
        }
        let file = Arc::new(file);
        files.insert(pack, Arc::clone(&file));
        Ok(file)
    }

    /// The stored bytes of an entry, with its head compared, before decompression.
    pub(crate) fn stored(&self, address: &Digest, place: Place) -> Result<Vec<u8>, StoreError> {
        let named = |what: &str| {
            StoreError::damaged(&self.store, format!("the entry at {} of `{:06}.pack` {what}", place.offset, place.pack))
        };
        let file = self.open(place.pack)?;
        let path = self.file_of(place.pack);
        let length = file.metadata().map_err(|source| StoreError::io(&path, "read", source))?.len();
        let end = place.offset.checked_add(u64::from(place.stored)).and_then(|end| end.checked_add(ENTRY_LEN as u64));
        if end.is_none_or(|end| end > length) || place.raw as usize > MAX_RAW || place.stored > place.raw {
            return Err(named("does not fit in the file"));
        }
        if u64::from(place.raw) > u64::from(place.stored) << MOST_PER_BYTE {
            return Err(named("says that it holds more than it can"));
        }
        let mut bytes = vec![0; ENTRY_LEN + place.stored as usize];
        file.read_exact_at(&mut bytes, place.offset).map_err(|source| StoreError::io(&path, "read", source))?;
        let stored = bytes.split_off(ENTRY_LEN);
        if bytes == entry_head(address, place.sort, place.raw, &stored) { Ok(stored) } else { Err(named("has been changed")) }
    }

    /// How a pack falls short of what of it is acknowledged.
    pub(crate) fn is_short(&self, pack: u32, acknowledged: u64) -> Option<String> {
        match fs::metadata(self.file_of(pack)) {
            Ok(found) if found.len() >= acknowledged => None,
            Ok(found) => Some(format!("it has {} bytes of {acknowledged}", found.len())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Some("it is not there".to_owned()),
            Err(error) => Some(format!("it cannot be read: {error}")),
        }
    }

    /// Whether an entry that is whole stands there, and another than was looked for: then the place is wrong, not the pack.
    pub(crate) fn holds_other(&self, place: Place) -> bool {
        let Ok(file) = self.open(place.pack) else { return false };
        let mut head = [0; ENTRY_LEN];
        let Ok(()) = file.read_exact_at(&mut head, place.offset) else { return false };
        let Some((length, check)) = head.last_chunk::<12>().and_then(|end| end.split_first_chunk::<4>()) else { return false };
        let length = u32::from_le_bytes(*length);
        let end = place.offset.saturating_add(ENTRY_LEN as u64).saturating_add(u64::from(length));
        if length as usize > MAX_RAW || file.metadata().map_or(0, |found| found.len()) < end {
            return false;
        }
        let mut stored = vec![0; length as usize];
        let read = file.read_exact_at(&mut stored, place.offset.saturating_add(ENTRY_LEN as u64));
        read.is_ok() && Digest::of(&stored).as_bytes().starts_with(check)
    }

    /// The bytes of an entry. Bytes of [`Sort::Bytes`] are compared with their address; blocks of facts are not yet.
    pub(crate) fn read(&self, address: &Digest, place: Place) -> Result<Vec<u8>, StoreError> {
        let changed = || {
            StoreError::damaged(
                &self.store,
                format!("the entry at {} of `{:06}.pack` has been changed", place.offset, place.pack),
            )
        };
        let stored = self.stored(address, place)?;
        let bytes =
            if place.stored == place.raw { stored } else { unpacked(&stored, place.raw as usize).map_err(|_| changed())? };
        let same = place.sort != Sort::Bytes as u8 || Digest::of(&bytes) == *address;
        if bytes.len() == place.raw as usize && same { Ok(bytes) } else { Err(changed()) }
    }

    /// Cuts every pack to its acknowledged length and removes those that were never acknowledged.
    pub(crate) fn sweep(&self, disk: &Disk, acknowledged: &BTreeMap<u32, u64>) -> Result<(), StoreError> {
        let failed = |path: &Path, source| StoreError::io(path, "sweep", source);
        for listed in fs::read_dir(&self.folder).map_err(|source| failed(&self.folder, source))? {
            let path = listed.map_err(|source| failed(&self.folder, source))?.path();
            let number = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".pack"));
            let Some(pack) = number.filter(|digits| digits.len() >= 6).and_then(|digits| digits.parse().ok()) else { continue };
            match acknowledged.get(&pack) {
                None => disk.remove(&path).map_err(|source| failed(&path, source))?,
                Some(length) => {
                    let file = disk.open(&path).map_err(|source| failed(&path, source))?;
                    let found = file.file.metadata().map_err(|source| failed(&path, source))?.len();
                    if found > *length {
                        file.set_len(*length).and_then(|()| file.sync()).map_err(|source| failed(&path, source))?;
                    } else if found < *length {
                        return Err(StoreError::damaged(&self.store, format!("`{pack:06}.pack` has {found} bytes of {length}")));
                    }
                }
            }
        }
        match acknowledged.keys().find(|pack| !self.file_of(**pack).exists()) {
            Some(pack) => Err(StoreError::damaged(&self.store, format!("the pack `{pack:06}.pack` is not there"))),
            None => Ok(()),
        }
    }
}

/// Decompresses, with what each thread keeps for it: to make that anew costs more than most entries.
fn unpacked(stored: &[u8], length: usize) -> std::io::Result<Vec<u8>> {
    thread_local! {
        static DECOMPRESSOR: RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { RefCell::new(None) };
    }
    DECOMPRESSOR.with_borrow_mut(|kept| {
        let decompressor = match kept {
            Some(decompressor) => decompressor,
            None => kept.insert(zstd::bulk::Decompressor::new()?),
        };
        decompressor.decompress(stored, length)
    })
}

/// The end of the last pack, where entries are added.
pub(crate) struct Tail {
    disk: Disk,
    folder: PathBuf,
    pack: u32,
    file: Option<Arc<DiskFile>>,
    /// How much of the pack is in the file.
    written: u64,
    buffer: Vec<u8>,
    touched: BTreeMap<u32, (Arc<DiskFile>, u64)>,
    created: BTreeSet<u32>,
    /// Set while a sync is under way, and for ever once one has failed.
    unsure: bool,
}

impl Tail {
    /// The tail after the acknowledged packs.
    pub(crate) fn new(packs: &Packs, disk: &Disk, acknowledged: &BTreeMap<u32, u64>) -> Result<Self, StoreError> {
        let mut tail = Self {
            disk: disk.clone(),
            folder: packs.folder.clone(),
            pack: 0,
            file: None,
            written: 0,
            buffer: Vec::new(),
            touched: BTreeMap::new(),
            created: BTreeSet::new(),
            unsure: false,
        };
        if let Some((pack, length)) = acknowledged.last_key_value() {
            tail.pack = *pack;
            if *length < PACK_LEN {
                let path = packs.file_of(*pack);
                let file = disk.open(&path).map_err(|source| StoreError::io(&path, "open", source))?;
                tail.file = Some(Arc::new(file));
                tail.written = *length;
            }
        }
        Ok(tail)
    }

    fn path(&self) -> PathBuf {
        self.folder.join(format!("{:06}.pack", self.pack))
    }

    fn roll(&mut self) -> Result<(), StoreError> {
        self.flush()?;
        self.pack += 1;
        let path = self.path();
        // What an earlier failure left there is written over, and cut to the length that is acknowledged.
        let file = self.disk.open_or_create(&path).map_err(|source| StoreError::io(&path, "create", source))?;
        self.file = Some(Arc::new(file));
        self.written = 0;
        self.buffer.extend_from_slice(MAGIC);
        self.buffer.extend_from_slice(&FORMAT.to_le_bytes());
        self.created.insert(self.pack);
        Ok(())
    }

    /// Adds an entry; it is not safe on disk before [`Tail::sync`].
    pub(crate) fn append(&mut self, entry: &Entry) -> Result<Place, StoreError> {
        if self.file.is_none() || self.written + self.buffer.len() as u64 >= PACK_LEN {
            self.roll()?;
        }
        let stored = u32::try_from(entry.stored.len()).unwrap_or(u32::MAX);
        let offset = self.written + self.buffer.len() as u64;
        self.buffer.extend_from_slice(&entry_head(&entry.address, entry.sort, entry.raw, &entry.stored));
        self.buffer.extend_from_slice(&entry.stored);
        if self.buffer.len() >= BUFFER_LEN {
            self.flush()?;
        }
        Ok(Place { pack: self.pack, offset, stored, raw: entry.raw, sort: entry.sort })
    }

    /// Gives the buffer to the file, so that it can be read back. After an error the same bytes are tried again.
    pub(crate) fn flush(&mut self) -> Result<(), StoreError> {
        let path = self.path();
        if let Some(file) = self.file.as_ref().filter(|_| !self.buffer.is_empty()) {
            file.write_all_at(&self.buffer, self.written).map_err(|source| StoreError::io(&path, "write", source))?;
            self.written += self.buffer.len() as u64;
            self.touched.insert(self.pack, (Arc::clone(file), self.written));
            self.buffer.clear();
        }
        Ok(())
    }

    /// Makes everything that was added safe on disk, and gives the lengths to acknowledge.
    ///
    /// After a sync that failed, the system may take for written what it has thrown away, and the next sync says nothing of
    /// it: then nothing is acknowledged any more by this writer. The next one cuts what this one added.
    pub(crate) fn sync(&mut self) -> Result<BTreeMap<u32, u64>, StoreError> {
        self.flush()?;
        if core::mem::replace(&mut self.unsure, true) {
            let source = std::io::Error::other("an earlier write to it failed");
            return Err(StoreError::io(&self.folder, "write", source));
        }
        for (pack, (file, _)) in &self.touched {
            let path = self.folder.join(format!("{pack:06}.pack"));
            file.sync().map_err(|source| StoreError::io(&path, "write", source))?;
        }
        if !self.created.is_empty() {
            let failed = |source| StoreError::io(&self.folder, "write", source);
            self.disk.sync_folder(&self.folder).map_err(failed)?;
        }
        self.unsure = false;
        Ok(self.touched.iter().map(|(pack, (_, length))| (*pack, *length)).collect())
    }

    /// Forgets what is acknowledged.
    pub(crate) fn acknowledged(&mut self) {
        self.touched.clear();
        self.created.clear();
    }
}
