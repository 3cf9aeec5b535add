//! A million lines in bounded memory: the collector over a host that makes the file as it is read, with an allocator that counts.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test says what is wrong by failing")]
#![allow(unsafe_code, reason = "an allocator that counts is unsafe to write, and only the test has it")]

use core::alloc::{GlobalAlloc, Layout};
use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::alloc::System;
use std::sync::Mutex;

use engine_sdk::files::{Chunk, Entry, EntryKind};
use engine_sdk::http::{Request, Response};
use engine_sdk::{Collector, Fault, Host, Run};
use registers::Registers;

/// Counts what is held, and the most that ever was.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// Both calls go to the system's allocator as they came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(held, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// One at a time: they share the allocator.
static TURN: Mutex<()> = Mutex::new(());

const LINES: u64 = 1_000_000;

/// Gives some bytes of a file from a place on.
type Part = Box<dyn Fn(usize, usize) -> Vec<u8>>;

/// A host with one file that is made where it is read; keeps nothing of what is said but counts.
struct Endless {
    name: &'static str,
    size: usize,
    part: Part,
    facts: AtomicU64,
    complete: Mutex<String>,
    gaps: Mutex<Vec<String>>,
}

impl Endless {
    fn new(name: &'static str, size: usize, part: Part) -> Self {
        Self { name, size, part, facts: AtomicU64::new(0), complete: Mutex::default(), gaps: Mutex::default() }
    }

    /// A file of a million lines that all have one length.
    fn lines(name: &'static str, head: &'static str, line: fn(u64) -> String) -> Self {
        let width = line(0).len();
        let part = move |start: usize, length: usize| {
            let mut bytes = head.as_bytes().get(start..).unwrap_or_default().to_vec();
            let first = start.max(head.len()) - head.len();
            let (mut number, mut skipped) = (first / width, first % width);
            while bytes.len() < length {
                bytes.extend(&line(number as u64).as_bytes()[skipped..]);
                (number, skipped) = (number + 1, 0);
            }
            bytes.truncate(length);
            bytes
        };
        Self::new(name, head.len() + width * usize::try_from(LINES).unwrap(), Box::new(part))
    }

    /// A file of a beginning, a text that repeats, and an end.
    fn repeating(name: &'static str, start: &'static str, text: &'static str, end: &'static str, size: usize) -> Self {
        let times = (size - start.len() - end.len()) / text.len();
        let whole = move || [start, &text.repeat(times), end].concat().into_bytes();
        let size = start.len() + text.len() * times + end.len();
        Self::new(name, size, Box::new(move |at, length| whole()[at..at + length].to_vec()))
    }
}

impl Host for Endless {
    fn send(&self, _: Vec<Request>) -> Vec<Result<Response, Fault>> {
        Vec::new()
    }
    fn read(&self, path: &str, offset: u64, length: u32) -> Result<Chunk, Fault> {
        if path != format!("/{}", self.name) {
            return Err(Fault::new("not-found", path));
        }
        let start = usize::try_from(offset).unwrap().min(self.size);
        let end = (start + length as usize).min(self.size);
        Ok(Chunk { call: 1, bytes: (self.part)(start, end - start), eof: end == self.size })
    }
    fn read_link(&self, path: &str) -> Result<String, Fault> {
        Err(Fault::new("not-found", path))
    }
    fn entries(&self, _: &str) -> Result<Vec<Entry>, Fault> {
        let name = self.name.to_owned();
        Ok(vec![Entry { name, kind: EntryKind::File, size: 0, mode: 0o644, uid: 0, gid: 0, modified_at: 0 }])
    }
    fn stat(&self, path: &str) -> Result<Entry, Fault> {
        Err(Fault::new("not-found", path))
    }
    fn expect(&self, _: &str, _: &str) -> Result<(), Fault> {
        Ok(())
    }
    fn emit(&self, _: &str, _: &str, _: &str, batch: &[u8]) -> Result<(), Fault> {
        let lines = batch.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count();
        self.facts.fetch_add(lines as u64, Ordering::Relaxed);
        Ok(())
    }
    fn complete(&self, _: &str, _: &str, claim: &str) -> Result<(), Fault> {
        claim.clone_into(&mut self.complete.lock().unwrap());
        Ok(())
    }
    fn gap(&self, _: &str, _: &str, reason: &Fault) -> Result<(), Fault> {
        self.gaps.lock().unwrap().push(reason.message.clone());
        Ok(())
    }
    fn request(&self) -> String {
        r#"{"kinds":["person.training@1"]}"#.to_owned()
    }
    fn started_at(&self) -> i64 {
        0
    }
    fn sleep(&self, _: u64) {}
    fn progress(&self, _: u64, _: u64, _: &str) {}
    fn log(&self, _: &str, _: &str) {}
}

/// Collects, and says how many mebibytes it held at most.
fn collected(host: &Endless) -> usize {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let before = HELD.load(Ordering::Relaxed);
    MOST.store(before, Ordering::Relaxed);
    Registers::collect(&Run::new(host).unwrap()).unwrap();
    (MOST.load(Ordering::Relaxed) - before) / (1024 * 1024)
}

const CLAIM: &str = "{\"count\":1000000,\"source_count\":1000000}";

#[test]
fn a_million_lines_of_csv_are_read_in_less_than_a_guest_has() {
    let line = |at| {
        format!("person-{at:07}@example.com,security-awareness,2026-01-15,2026-02-28,2026-02-11,yes,95,documents/{at:07}.pdf\n")
    };
    let host = Endless::lines("training.csv", "email,course,assigned_at,due_at,completed_at,passed,score,evidence\n", line);
    let most = collected(&host);
    assert_eq!((host.facts.load(Ordering::Relaxed), host.complete.lock().unwrap().as_str()), (LINES, CLAIM));
    assert!(most < 100, "{most} MiB were held");
}

#[test]
fn a_million_lines_of_ndjson_are_read_in_less_than_a_guest_has() {
    let line = |at| {
        format!(
            "{{\"email\":\"person-{at:07}@example.com\",\"course\":\"hipaa\",\"due_at\":\"2026-02-28\",\"completed_at\":\"2026-02-11\",\"passed\":true}}\n"
        )
    };
    let host = Endless::lines("training.ndjson", "", line);
    let most = collected(&host);
    assert_eq!((host.facts.load(Ordering::Relaxed), host.complete.lock().unwrap().as_str()), (LINES, CLAIM));
    assert!(most < 100, "{most} MiB were held");
}

#[test]
fn a_million_wrong_lines_are_some_gaps_and_a_count() {
    let line = |at| format!("person-{at:07}@example.com,security-awareness,soon,2026-02-28,2026-02-11,yes\n");
    let host = Endless::lines("training.csv", "email,course,assigned_at,due_at,completed_at,passed\n", line);
    let most = collected(&host);
    let gaps = host.gaps.lock().unwrap();
    assert_eq!((host.facts.load(Ordering::Relaxed), gaps.len()), (0, 101));
    assert!(gaps[100].starts_with("999900 more lines could not be read"), "{}", gaps[100]);
    assert!(most < 20, "{most} MiB were held");
}

#[test]
fn small_files_that_want_much_room_get_little() {
    const MIB: usize = 1024 * 1024;
    let files = [
        ("training.yaml", "", "- ", "x", MIB / 2),
        ("training.yaml", "- a: ", "[", "", MIB / 2),
        ("training.yaml", "a: &a b\n", "- *a\n", "", MIB / 2),
        ("training.yaml", "[", "{},", "]", MIB / 2),
        ("training.yaml", "[", "{},\n", "]", MIB / 2),
        ("training.yaml", "", "- a\n", "", MIB / 2),
        ("training.yaml", "- ", "{a: b, c: d, e: f, g: h}\n- ", "x", MIB / 2),
        ("training.toml", "entry = [", "1,", "]", MIB / 2),
        ("training.toml", "entry = [", "{},", "]", MIB / 2),
        ("training.toml", "", "[[entry]]\n", "", MIB / 2),
        ("training.json", "[", "{},", "{}]", 4 * MIB),
        ("training.json", "{", "\"a\":1,", "\"b\":2}", 4 * MIB),
        ("training.json", "[{\"email\":[", "\"\",", "1]}]", 4 * MIB),
        ("training.ndjson", "", "{}\n", "", 8 * MIB),
        ("training.csv", "email", ",", "\n", 8 * MIB),
        ("training.csv", "email\n\"", "x", "", 32 * MIB),
        ("training.csv", "email\n", "\r", "", 8 * MIB),
    ];
    for (name, start, text, end, size) in files {
        let host = Endless::repeating(name, start, text, end, size);
        // The host of the test makes the whole file for each part of it.
        let most = collected(&host) - size / MIB;
        assert!(most < 100, "{most} MiB were held for {name}: {start}{text}");
        assert_eq!(host.facts.load(Ordering::Relaxed), 0);
    }
}
