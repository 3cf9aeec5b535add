//! Malformed components: made by wasm-smith, and real plugins that were changed, through load, compile and instantiate. They
//! are compiled by the engine's own child.

use core::time::Duration;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use components::{Made, Mixed, changed, made, small, with_manifest};
use miette::Diagnostic;
use model::Ended;
use plugin::{
    CollectRequest, Compiler, Grant, Limits, LoadError, Loader, LoaderConfig, NoSecrets, Plugin, PluginFile, Silent, Source,
    World, collect,
};

use crate::replay::test_plugins;

/// What became of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    NoPlugin,
    NotLoaded,
    CutOff,
    Ended,
}

/// A refusal has a code that `engine explain` knows, says what is wrong and what to do, and is never a panic.
#[track_caller]
fn named(error: &dyn Diagnostic, number: u64) {
    let code = error.code().unwrap_or_else(|| panic!("{number}: {error} has no code")).to_string();
    assert!(engine::codes::page(&code).is_some(), "{number}: `{code}` has no page");
    assert!(error.help().is_some(), "{number}: {error} has no help");
    let text = error.to_string();
    assert!(!text.contains("panicked") && !text.contains("overflowed its stack"), "{number}: {text}");
}

fn limits() -> Limits {
    Limits { cpu: Duration::from_millis(100), wall: Duration::from_mins(1), memory: 16 << 20, ..Limits::default() }
}

/// Runs what was loaded: whatever it does, it ends.
fn run(plugin: &Plugin) -> Fate {
    let request = CollectRequest {
        collector: "test".parse().unwrap(),
        config: serde_json::json!({}),
        kinds: Vec::new(),
        scopes: Vec::new(),
        started_at: "2026-11-23T00:00:00Z".parse().unwrap(),
        seed: [7; 32],
    };
    let root = tempfile::tempdir().unwrap();
    let clock = Arc::new(|| model::Timestamp::UNIX_EPOCH);
    let world = World { files_root: root.path().to_owned(), ..World::new(Arc::new(NoSecrets), clock) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let collected =
        runtime.block_on(collect(plugin, request, &Grant::default(), &limits(), Source::Live(world), Arc::new(Silent)));
    match collected.transcript.ended {
        Ended::CutOff { .. } => Fate::CutOff,
        _ => Fate::Ended,
    }
}

/// The real plugins: a small one first, the bundled ones last.
fn real() -> Vec<Vec<u8>> {
    let mut real = vec![with_manifest(&small())];
    real.push(std::fs::read(test_plugins().join("misbehaves.wasm")).unwrap());
    real.extend(engine::bundled::names().map(|name| engine::bundled::component(name).unwrap().to_vec()));
    real
}

/// The component of a number. Of eight, four are made anew, three are the small plugin, changed, and one is another.
fn component(number: u64, real: &[Vec<u8>]) -> Vec<u8> {
    let mut mixed = Mixed::new(number);
    let anew = |how, mixed: &mut Mixed| {
        let size = 64 + mixed.below(4_000);
        made(how, &mixed.bytes(size)).map(|it| with_manifest(&it))
    };
    let component = match number % 8 {
        0 | 1 => anew(Made::Runnable, &mut mixed),
        2 => anew(Made::Anything, &mut mixed),
        3 => anew(Made::Component, &mut mixed),
        4..7 => None,
        _ => real.get(1 + mixed.below(real.len() - 1)).map(|it| changed(it, &mut mixed)),
    };
    component.unwrap_or_else(|| changed(&real[0], &mut mixed))
}

#[test]
fn threat_7_a_malformed_component_is_refused_by_name_or_runs_within_its_limits() {
    let count = figures::times(160, 20_000);
    let real = real();
    let compiler = Compiler::Child { executable: env!("CARGO_BIN_EXE_engine").into(), args: vec!["compile-component".into()] };
    let config = LoaderConfig { compiler, cache_dir: None, engine_version: semver::Version::new(0, 1, 0) };
    let loader = Loader::new(config).unwrap();
    let next = AtomicU64::new(0);
    let fates = || {
        let mut fates = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return fates;
            }
            let file = match PluginFile::from_bytes(component(number, &real)) {
                Ok(file) => file,
                Err(error) => {
                    named(&error, number);
                    fates.push(Fate::NoPlugin);
                    continue;
                }
            };
            fates.push(match loader.load(&file) {
                Ok(plugin) => run(&plugin),
                Err(error) => {
                    let ours = matches!(error, LoadError::Engine { .. } | LoadError::Compiler { .. });
                    assert!(!ours, "{number}: {error:?}");
                    named(&error, number);
                    Fate::NotLoaded
                }
            });
        }
    };
    let fates: Vec<Fate> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..2).map(|_| scope.spawn(fates)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let of = |fate| fates.iter().filter(|it| **it == fate).count();
    let counts = [Fate::NoPlugin, Fate::NotLoaded, Fate::CutOff, Fate::Ended].map(|fate| (fate, of(fate)));
    assert!(counts.iter().all(|(_, count)| *count > 0), "every fate is met: {counts:?}");
    figures::tried("malformed-components", count).unwrap();
}
