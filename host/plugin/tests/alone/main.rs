//! What needs a program of its own: compiling in a child, and how much memory the host ever held. This program is its own
//! child: with an argument it does what `engine compile-component` does, so that the limits which it sets for itself are
//! those of the product.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test without the harness")]

use std::process::ExitCode;

use std::sync::Arc;

use engine_plugin::{
    CollectRequest, Collected, Compiler, Grant, Limits, LoadError, Loader, LoaderConfig, NoSecrets, PluginFile, Silent, Source,
    World, collect, compile_stdin_to_stdout,
};
use model::Ended;

mod bombs;

const ARGUMENT: &str = "compile-component";
const MIB: u64 = 1 << 20;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some(ARGUMENT) {
        return match arguments.next() {
            None => compile_stdin_to_stdout(),
            Some(socket) => bombs::compile(&socket),
        };
    }
    a_good_component_is_compiled_in_a_child();
    threat_7_a_component_that_is_refused_says_why();
    threat_3_what_is_oversized_leaves_the_host_small();
    threat_5_a_memory_bomb_leaves_the_host_small();
    threat_5_a_bomb_of_many_memories_and_tables_leaves_the_host_small();
    bombs::threat_7_a_component_that_costs_much_is_refused_within_its_limits();
    println!("alone: ok");
    ExitCode::SUCCESS
}

fn loader() -> Loader {
    let compiler = Compiler::Child { executable: std::env::current_exe().unwrap(), args: vec![ARGUMENT.into()] };
    Loader::new(LoaderConfig { compiler, cache_dir: None, engine_version: semver::Version::new(0, 1, 0) }).unwrap()
}

fn plugin_file(text: &str) -> PluginFile {
    let manifest = b"name = \"test\"\nversion = \"0.1.0\"\ndescription = \"A test.\"\nengine = \"*\"\nwit = \"0.1.0\"\nkinds = [\"host.os@1\"]\n";
    let mut component = wat::parse_str(text).unwrap();
    let mut content = vec![13];
    content.extend_from_slice(b"engine:plugin");
    content.extend_from_slice(manifest);
    assert!(content.len() < 128);
    component.extend_from_slice(&[0, u8::try_from(content.len()).unwrap()]);
    component.extend_from_slice(&content);
    PluginFile::from_bytes(component).unwrap()
}

const TYPES: &str = r#"
    (import "engine:collector/types@0.1.0" (instance $types
      (type $f (record (field "code" string) (field "message" string) (field "retryable" bool) (field "more" string)))
      (export "fault" (type (eq $f)))))
    (alias export $types "fault" (type $used))
    (import "fault" (type $fault (eq $used)))"#;

/// A component whose `check` and `collect` run this body; the result at 0 says that all is well.
fn component(body: &str) -> String {
    format!(
        r#"(component
        {TYPES}
        (core module $m (memory (export "memory") 1)
          (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0))
          (func (export "run") (result i32) (local $at i32) {body} (i32.const 0)))
        (core instance $i (instantiate $m))
        (func (export "check") (result (result (error $fault)))
          (canon lift (core func $i "run") (memory (core memory $i "memory")) (realloc (core func $i "realloc"))))
        (func (export "collect") (result (result (error $fault)))
          (canon lift (core func $i "run") (memory (core memory $i "memory")) (realloc (core func $i "realloc")))))"#
    )
}

fn a_good_component_is_compiled_in_a_child() {
    loader().load(&plugin_file(&component(""))).unwrap();
}

fn threat_7_a_component_that_is_refused_says_why() {
    let error = loader().load(&plugin_file("(component (core module (memory i64 1)))")).unwrap_err();
    let LoadError::Refused { reason, .. } = error else { panic!("{error}") };
    assert!(reason.contains("memory64"), "{reason}");
}

/// The most memory that this program ever held, in bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * 1024
}

fn run(text: &str, limits: &Limits) -> Collected {
    let plugin = loader().load(&plugin_file(text)).unwrap();
    let request = CollectRequest {
        collector: "test".parse().unwrap(),
        config: serde_json::Value::Null,
        kinds: Vec::new(),
        scopes: Vec::new(),
        started_at: "2026-11-23T00:00:00Z".parse().unwrap(),
        seed: [7; 32],
    };
    let source = Source::Live(World::new(Arc::new(NoSecrets), Arc::new(|| model::Timestamp::UNIX_EPOCH)));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(collect(&plugin, request, &Grant::default(), limits, source, Arc::new(Silent)))
}

fn threat_5_a_memory_bomb_leaves_the_host_small() {
    // It takes a MiB at a time and writes to all of it, so that it counts.
    let bomb = component(
        "(loop $l
          (local.set $at (memory.grow (i32.const 16)))
          (if (i32.eq (local.get $at) (i32.const -1)) (then unreachable))
          (memory.fill (i32.mul (local.get $at) (i32.const 65536)) (i32.const 1) (i32.const 1048576))
          (br $l))",
    );
    // What the host itself needs is there before it counts.
    assert_eq!(run(&component(""), &Limits::default()).transcript.ended, Ended::Finished);
    let limits = Limits { memory: 128 * MIB, ..Limits::default() };
    let before = peak();
    for _ in 0..5 {
        let ended = run(&bomb, &limits).transcript.ended;
        assert!(matches!(&ended, Ended::CutOff { cause, .. } if cause == "memory"), "{ended:?}");
    }
    let grown = peak() - before;
    assert!(grown > 64 * MIB, "the bomb did not go off: {grown} bytes");
    assert!(grown < 128 * MIB + 32 * MIB, "five bombs of 128 MiB, one after the other, held {grown} bytes");
}

/// By how much the most memory that this program ever held grew.
fn grown(run: impl FnOnce()) -> u64 {
    let before = peak();
    run();
    peak() - before
}

#[track_caller]
fn is_cut_off(text: &str, limits: &Limits, expected: &str) {
    let ended = run(text, limits).transcript.ended;
    assert!(matches!(&ended, Ended::CutOff { cause, .. } if cause == expected), "{ended:?}");
}

fn threat_5_a_bomb_of_many_memories_and_tables_leaves_the_host_small() {
    // Twenty instances, each with a memory and a table; all of every memory is written to.
    let module = "(core module $bomb (memory 256) (table 1000 funcref)
        (func $fill (memory.fill (i32.const 0) (i32.const 1) (i32.const 16777216))) (start $fill))";
    let instances = "(core instance (instantiate $bomb))".repeat(20);
    let bomb = component("").replacen("(core module $m", &format!("{module} {instances} (core module $m"), 1);
    let limits = Limits { memory: 64 * MIB, ..Limits::default() };
    let grown = grown(|| is_cut_off(&bomb, &limits, "memory"));
    assert!(grown < 32 * MIB, "after a bomb of 128 MiB another held {grown} bytes more");
}

/// A component that says things to the host; its memory is one page and is all zeros but for what the body writes.
fn speaks(items: &str, body: &str) -> String {
    format!(
        r#"(component {TYPES}
        (import "engine:collector/facts@0.1.0" (instance $facts
          (alias outer 1 $fault (type $f0)) (export "fault" (type $f (eq $f0)))
          (export "emit" (func (param "kind" string) (param "scope" string) (param "encoding" string) (param "batch" (list u8)) (result (result (error $f)))))))
        (import "engine:collector/http@0.1.0" (instance $http
          (alias outer 1 $fault (type $f0)) (export "fault" (type $f (eq $f0)))
          (type $q0 (record (field "method" string) (field "url" string) (field "headers" (list (tuple string (list u8))))
            (field "body" (list u8)) (field "credential" string) (field "options" string)))
          (export "request" (type $q (eq $q0)))
          (type $s0 (record (field "call" u64) (field "status" u16) (field "headers" (list (tuple string (list u8))))
            (field "body" (list u8)) (field "truncated" bool) (field "more" string)))
          (export "response" (type $s (eq $s0)))
          (export "send" (func (param "requests" (list $q)) (result (list (result $s (error $f))))))))
        (import "engine:collector/run@0.1.0" (instance $run
          (export "progress" (func (param "done" u64) (param "total" u64) (param "label" string)))
          (export "log" (func (param "level" string) (param "message" string)))))
        (core module $libc (memory (export "memory") 1)
          (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024)))
        (core instance $libc (instantiate $libc))
        (core func $emit (canon lower (func $facts "emit") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
        (core func $send (canon lower (func $http "send") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
        (core func $progress (canon lower (func $run "progress") (memory (core memory $libc "memory"))))
        (core func $log (canon lower (func $run "log") (memory (core memory $libc "memory"))))
        (core instance $host (export "emit" (func $emit)) (export "send" (func $send))
          (export "progress" (func $progress)) (export "log" (func $log)))
        (core module $m
          (import "libc" "memory" (memory 1))
          (import "host" "emit" (func $emit (param i32 i32 i32 i32 i32 i32 i32 i32 i32)))
          (import "host" "send" (func $send (param i32 i32 i32)))
          (import "host" "progress" (func $progress (param i64 i64 i32 i32)))
          (import "host" "log" (func $log (param i32 i32 i32 i32)))
          (data (i32.const 0) "host.os@1") (data (i32.const 16) "scope") (data (i32.const 32) "ndjson")
          {items}
          (func (export "run") (result i32) (local $at i32) {body} (i32.const 512)))
        (core instance $i (instantiate $m (with "libc" (instance $libc)) (with "host" (instance $host))))
        (func (export "check") (result (result (error $fault)))
          (canon lift (core func $i "run") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
        (func (export "collect") (result (result (error $fault)))
          (canon lift (core func $i "run") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc")))))"#
    )
}

/// A batch that is this part of the memory.
fn emits(from: u64, length: u64) -> String {
    format!(
        "(call $emit (i32.const 0) (i32.const 9) (i32.const 16) (i32.const 5) (i32.const 32) (i32.const 6) \
         (i32.const {from}) (i32.const {length}) (i32.const 256))"
    )
}

fn threat_3_what_is_oversized_leaves_the_host_small() {
    const GIB: u64 = 1 << 30;
    let (grows, most) = ("(drop (memory.grow (i32.const 20000)))", Limits { memory: 2 * GIB, ..Limits::default() });
    let cpu = Limits { cpu: core::time::Duration::from_millis(500), facts: 16 * MIB, ..Limits::default() };
    assert_eq!(run(&speaks("", ""), &Limits::default()).transcript.ended, Ended::Finished);
    // One GiB in one piece, of zeros, which cost the guest itself nothing.
    for says in [
        format!("(call $log (i32.const 0) (i32.const 0) (i32.const 65536) (i32.const {GIB}))"),
        format!("(call $progress (i64.const 0) (i64.const 0) (i32.const 65536) (i32.const {GIB}))"),
        emits(65_536, GIB),
    ] {
        let held = grown(|| is_cut_off(&speaks("", &format!("{grows} {says}")), &most, "trap"));
        assert!(held < 24 * MIB, "{says} held {held} bytes");
    }
    // A thousand requests, of which each has the same MiB as its body, or the same list of 40,000 empty headers.
    for (field, length) in [(24, MIB), (16, 40_000)] {
        let requests = format!(
            "(drop (memory.grow (i32.const 64)))
            (local.set $at (i32.const 131072))
            (loop $l
              (i32.store (i32.add (local.get $at) (i32.const {field})) (i32.const 1048576))
              (i32.store (i32.add (local.get $at) (i32.const {})) (i32.const {length}))
              (local.set $at (i32.add (local.get $at) (i32.const 48)))
              (br_if $l (i32.lt_u (local.get $at) (i32.const 179072))))
            (call $send (i32.const 131072) (i32.const 998) (i32.const 256))",
            field + 4
        );
        let held = grown(|| is_cut_off(&speaks("", &requests), &Limits::default(), "trap"));
        assert!(held < 24 * MIB, "the field at {field} held {held} bytes");
    }
    // Facts, a log and lines of progress without end: the first are refused, the others are not kept.
    let flood = format!("(loop $l {} (br_if $l (i32.eqz (i32.load8_u (i32.const 256)))))", emits(1_024, 60_000));
    let held = grown(|| assert_eq!(run(&speaks("", &flood), &cpu).transcript.ended, Ended::Finished));
    assert!(held < 32 * MIB, "a flood of facts, of which 16 MiB are kept, held {held} bytes");
    for says in [
        "(call $log (i32.const 0) (i32.const 0) (i32.const 1024) (i32.const 60000))",
        "(call $progress (i64.const 0) (i64.const 0) (i32.const 1024) (i32.const 60000))",
    ] {
        let held = grown(|| is_cut_off(&speaks("", &format!("(loop $l {says} (br $l))")), &cpu, "cpu"));
        assert!(held < 8 * MIB, "{says} held {held} bytes");
    }
}
