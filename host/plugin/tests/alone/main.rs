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
    threat_5_a_memory_bomb_leaves_the_host_small();
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

/// A component whose `check` and `collect` run this body; the result at 0 says that all is well.
fn component(body: &str) -> String {
    format!(
        r#"(component
        (import "engine:collector/types@0.1.0" (instance $types
          (type $f (record (field "code" string) (field "message" string) (field "retryable" bool) (field "more" string)))
          (export "fault" (type (eq $f)))))
        (alias export $types "fault" (type $fault))
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
    const MIB: u64 = 1 << 20;
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
    let limits = Limits { memory: 64 * MIB, ..Limits::default() };
    let before = peak();
    for _ in 0..5 {
        let ended = run(&bomb, &limits).transcript.ended;
        assert!(matches!(&ended, Ended::CutOff { cause, .. } if cause == "memory"), "{ended:?}");
    }
    let grown = peak() - before;
    assert!(grown > 32 * MIB, "the bomb did not go off: {grown} bytes");
    assert!(grown < 64 * MIB + 32 * MIB, "five bombs of 64 MiB, one after the other, held {grown} bytes");
}
