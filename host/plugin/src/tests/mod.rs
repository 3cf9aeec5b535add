//! Tests of whole runs: small guests written as text, run over recorded trees.

mod hostile;
mod loading;
mod prober;
mod replay;
mod slow;
mod together;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use model::{Archive, ArchiveError, Digest};

use crate::{
    CollectRequest, Collected, Compiler, Grant, Limits, LoadError, Loader, LoaderConfig, NoSecrets, Plugin, PluginFile, Silent,
    Source, World, collect,
};

pub(crate) const MANIFEST: &str = r#"
name = "test"
version = "0.1.0"
description = "A test."
engine = ">=0.1, <0.2"
wit = "0.1.0"
kinds = ["host.os@1"]
[[files]]
path = "/etc/**"
why = "to test"
"#;

/// The head of every guest: the types of the contract and a memory whose allocator forgets.
const HEAD: &str = r#"
(import "engine:collector/types@0.1.0" (instance $types
  (type $f (record (field "code" string) (field "message" string) (field "retryable" bool) (field "more" string)))
  (export "fault" (type (eq $f)))))
(alias export $types "fault" (type $used))
(import "fault" (type $fault (eq $used)))
(import "engine:collector/facts@0.1.0" (instance $facts
  (alias outer 1 $fault (type $f0))
  (export "fault" (type $f (eq $f0)))
  (export "expect" (func (param "kind" string) (param "scope" string) (result (result (error $f)))))
  (export "emit" (func (param "kind" string) (param "scope" string) (param "encoding" string) (param "batch" (list u8)) (result (result (error $f)))))))
(import "engine:collector/files@0.1.0" (instance $files
  (alias outer 1 $fault (type $f0))
  (export "fault" (type $f (eq $f0)))
  (type $c0 (record (field "call" u64) (field "bytes" (list u8)) (field "eof" bool) (field "more" string)))
  (export "chunk" (type $c (eq $c0)))
  (export "read" (func (param "path" string) (param "offset" u64) (param "length" u32) (result (result $c (error $f)))))))
(import "engine:collector/run@0.1.0" (instance $run
  (export "sleep" (func (param "ms" u64)))
  (export "log" (func (param "level" string) (param "message" string)))))
(import "wasi:clocks/monotonic-clock@0.2.0" (instance $clock
  (export "now" (func (result u64)))))
(import "wasi:random/random@0.2.3" (instance $random
  (export "get-random-u64" (func (result u64)))))
(core module $libc
  (memory (export "memory") 2)
  (global $next (mut i32) (i32.const 65536))
  (func (export "realloc") (param i32 i32 i32 i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
    (if (i32.gt_u (i32.add (local.get $at) (local.get 3)) (i32.const 131072)) (then (local.set $at (i32.const 65536))))
    (global.set $next (i32.add (local.get $at) (local.get 3)))
    (local.get $at)))
(core instance $libc (instantiate $libc))
(core func $expect (canon lower (func $facts "expect") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
(core func $emit (canon lower (func $facts "emit") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
(core func $read (canon lower (func $files "read") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
(core func $sleep (canon lower (func $run "sleep")))
(core func $log (canon lower (func $run "log") (memory (core memory $libc "memory"))))
(core func $now (canon lower (func $clock "now")))
(core func $random (canon lower (func $random "get-random-u64")))
(core instance $host (export "expect" (func $expect)) (export "emit" (func $emit)) (export "read" (func $read))
  (export "sleep" (func $sleep)) (export "log" (func $log)) (export "now" (func $now)) (export "random" (func $random)))
"#;

const IMPORTS: &str = r#"
(import "libc" "memory" (memory 1))
(import "host" "expect" (func $expect (param i32 i32 i32 i32 i32)))
(import "host" "emit" (func $emit (param i32 i32 i32 i32 i32 i32 i32 i32 i32)))
(import "host" "read" (func $read (param i32 i32 i64 i32 i32)))
(import "host" "sleep" (func $sleep (param i64)))
(import "host" "log" (func $log (param i32 i32 i32 i32)))
(import "host" "now" (func $now (result i64)))
(import "host" "random" (func $random (result i64)))
(data (i32.const 0) "host.os@1")
(data (i32.const 16) "scope")
(data (i32.const 32) "ndjson")
(data (i32.const 48) "info")
(data (i32.const 64) "/etc/a")
(data (i32.const 80) "/etc/b")
(data (i32.const 96) "a message")
(func $say (call $expect (i32.const 0) (i32.const 9) (i32.const 16) (i32.const 5) (i32.const 512)))
(func $read-a (call $read (i32.const 64) (i32.const 6) (i64.const 0) (i32.const 4096) (i32.const 1024)))
(func $read-b (call $read (i32.const 80) (i32.const 6) (i64.const 0) (i32.const 4096) (i32.const 1024)))
(func $ok (result i32) (i32.const 2048))
"#;

const TAIL: &str = r#"
(func (export "check") (result (result (error $fault)))
  (canon lift (core func $main "check") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
(func (export "collect") (result (result (error $fault)))
  (canon lift (core func $main "collect") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
"#;

/// A component whose core module holds these items; it must export `collect`.
pub(crate) fn guest(items: &str) -> Vec<u8> {
    guest_beside(&Beside::default(), items)
}

/// What a guest imports beside what every guest does.
#[derive(Default)]
pub(crate) struct Beside<'a> {
    /// Imports of the component, and core functions that lower them.
    pub(crate) component: &'a str,
    /// Those core functions as exports of an instance.
    pub(crate) exports: &'a str,
    /// The same as imports of the core module from `beside`.
    pub(crate) imports: &'a str,
}

/// As [`guest`], with more imports.
pub(crate) fn guest_beside(beside: &Beside<'_>, items: &str) -> Vec<u8> {
    wat::parse_str(guest_text(beside, items)).unwrap()
}

/// As [`guest`], with something else in the place of one part of its text.
#[track_caller]
pub(crate) fn guest_changed(items: &str, from: &str, to: &str) -> Vec<u8> {
    let text = guest_text(&Beside::default(), items);
    assert_eq!(text.matches(from).count(), 1, "{from}");
    wat::parse_str(text.replace(from, to)).unwrap()
}

fn guest_text(beside: &Beside<'_>, items: &str) -> String {
    let Beside { component, exports, imports } = beside;
    format!(
        r#"(component {HEAD} {component}
        (core instance $beside {exports})
        (core module $m {imports} {IMPORTS} {items}
          (func (export "check") (result i32) (call $ok)))
        (core instance $main (instantiate $m (with "libc" (instance $libc)) (with "host" (instance $host)) (with "beside" (instance $beside))))
        {TAIL})"#
    )
}

/// A component whose `collect` holds this body.
pub(crate) fn collects(body: &str) -> Vec<u8> {
    guest(&format!(r#"(func (export "collect") (result i32) (local $n i64) {body} (call $ok))"#))
}

/// The component with a manifest as its custom section.
pub(crate) fn with_manifest(mut component: Vec<u8>, manifest: &str) -> Vec<u8> {
    fn leb(mut number: usize, out: &mut Vec<u8>) {
        while number >= 0x80 {
            out.push(u8::try_from(number & 0x7f).unwrap() | 0x80);
            number >>= 7;
        }
        out.push(u8::try_from(number).unwrap());
    }
    let mut content = Vec::new();
    leb(crate::MANIFEST_SECTION.len(), &mut content);
    content.extend_from_slice(crate::MANIFEST_SECTION.as_bytes());
    content.extend_from_slice(manifest.as_bytes());
    component.push(0);
    leb(content.len(), &mut component);
    component.extend_from_slice(&content);
    component
}

pub(crate) fn loader() -> Loader {
    let config = LoaderConfig { compiler: Compiler::InThread, cache_dir: None, engine_version: semver::Version::new(0, 1, 0) };
    Loader::new(config).unwrap()
}

pub(crate) fn load(component: Vec<u8>) -> Result<Plugin, LoadError> {
    loader().load(&PluginFile::from_bytes(with_manifest(component, MANIFEST)).unwrap())
}

pub(crate) fn request() -> CollectRequest {
    CollectRequest {
        collector: "test".parse().unwrap(),
        config: serde_json::json!({}),
        kinds: vec!["host.os@1".parse().unwrap()],
        scopes: Vec::new(),
        started_at: "2026-11-23T00:00:00Z".parse().unwrap(),
        seed: [7; 32],
    }
}

pub(crate) fn etc() -> Grant {
    Grant::parse(&["/etc/**".to_owned()], &[], &[], &[]).unwrap()
}

/// Runs a guest over a tree that holds `/etc/a`.
pub(crate) async fn live(plugin: &Plugin, limits: &Limits) -> Collected {
    let tree = tempfile::tempdir().unwrap();
    std::fs::create_dir(tree.path().join("etc")).unwrap();
    std::fs::write(tree.path().join("etc/a"), "content").unwrap();
    live_over(plugin, limits, tree.path()).await
}

pub(crate) async fn live_over(plugin: &Plugin, limits: &Limits, root: &Path) -> Collected {
    let world =
        World { files_root: root.to_owned(), ..World::new(Arc::new(NoSecrets), Arc::new(|| model::Timestamp::UNIX_EPOCH)) };
    collect(plugin, request(), &etc(), limits, Source::Live(world), Arc::new(Silent)).await
}

/// Runs a guest over what an earlier run recorded, through an archive as a store would.
pub(crate) async fn replay(plugin: &Plugin, recorded: &Collected) -> Collected {
    let archive = Shelf::default();
    let mut transcript = recorded.transcript.clone();
    for entry in &mut transcript.entries {
        archive.put(&entry.answer.take().unwrap()).unwrap();
    }
    let source = Source::Replay { transcript, archive: Arc::new(archive) };
    collect(plugin, request(), &Grant::default(), &Limits::default(), source, Arc::new(Silent)).await
}

/// The cause with which a run was cut off.
#[track_caller]
pub(crate) fn cause(collected: &Collected) -> &str {
    match &collected.transcript.ended {
        model::Ended::CutOff { cause, .. } => cause,
        other => panic!("not cut off: {other:?}"),
    }
}

/// An archive in memory.
#[derive(Default)]
pub(crate) struct Shelf(Mutex<BTreeMap<Digest, Vec<u8>>>);

impl Archive for Shelf {
    fn put(&self, bytes: &[u8]) -> Result<Digest, ArchiveError> {
        let digest = Digest::of(bytes);
        self.0.lock().unwrap().insert(digest, bytes.to_vec());
        Ok(digest)
    }
    fn get(&self, digest: &Digest) -> Result<Vec<u8>, ArchiveError> {
        self.0.lock().unwrap().get(digest).cloned().ok_or(ArchiveError::Absent { digest: *digest })
    }
}
