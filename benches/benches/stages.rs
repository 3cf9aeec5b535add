//! Each stage alone, and the peer on the same records in the same run: `cargo bench --manifest-path benches/Cargo.toml`.
//!
//! `ENGINE_BENCH_RECORDS` sets how many records there are (100,000 without it). Rates are in records; a record is tested by
//! five rules, so record·rules are five times as many.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;

use criterion::measurement::WallTime;
use criterion::{BatchSize, BenchmarkGroup, Criterion, Throughput, criterion_group};
use engine::clock::FixedClock;
use engine::config::{Config, Overrides};
use engine::pipeline::{self, Evaluated, GivenFacts, Inputs, Prepared};
use engine::progress::Progress;
use engine_benches::{NOW, REGO, body, lines};
use facts::{Admitted, KindSet, Limits};
use model::{ClockMode, CollectorName, FactSet, Timestamp};
use plugin::{CollectRequest, Compiler, Grant, Loader, LoaderConfig, NoSecrets, PluginFile, World};
use regorus::languages::rego::compiler::Compiler as RegoCompiler;
use regorus::rvm::RegoVM;
use rules::{RuleSet, RuleSettings};
use store::{Access, Closure, Run, Store};

fn record_count() -> u64 {
    std::env::var("ENGINE_BENCH_RECORDS").ok().and_then(|it| it.parse().ok()).unwrap_or(100_000)
}

fn now() -> Timestamp {
    NOW.parse().expect("a constant instant")
}

fn kinds() -> KindSet {
    KindSet::read(&engine::bundled::sources()).expect("the shipped kinds")
}

fn admitted(text: &str, kinds: &KindSet, threads: usize) -> Admitted {
    let name: CollectorName = "facts:bench".parse().expect("a name");
    facts::read_ndjson(text.as_bytes(), &name, &[], kinds, &Limits::default(), now(), threads).expect("good lines")
}

/// The rules by which the speed of evaluating is measured.
const MEASURED: [&str; 5] =
    ["access-key-rotation", "mfa-enforced", "no-direct-administrator", "password-policy", "unused-credentials"];

/// The shipped sources with the five identity rules alone.
fn five_rules(kinds: &KindSet) -> RuleSet {
    let shipped = engine::bundled::sources();
    let mut sources = model::SourceSet::new();
    for (name, text) in shipped.under("rules/identity/", "rhai") {
        if MEASURED.iter().any(|it| name.ends_with(&format!("/{it}.rhai"))) {
            sources.insert(name, text);
        }
    }
    let rules = RuleSet::read(&sources, kinds.kinds(), &RuleSettings::default()).expect("the shipped rules");
    assert_eq!(rules.headers().len(), 5);
    rules
}

/// The whole of `engine eval --facts`, without the printing: read, admit, evaluate, assess, record.
fn whole(text: &str, store: Option<&Store>, threads: usize, rules_of: &Config) -> Evaluated {
    let mut config = rules_of.clone();
    config.threads = threads;
    let clock = FixedClock { at: now(), mode: ClockMode::Live };
    let facts: GivenFacts<'_> = GivenFacts::supplied("facts:bench".parse().expect("a name"), Box::new(text.as_bytes()));
    let inputs = Inputs { facts: vec![facts], collect: false, as_of: None, afresh: false };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let progress = Progress::silent();
    let prepared = Prepared::read(&config, false, &progress).expect("the shipped sources");
    let run = pipeline::run(&prepared, inputs, store, &clock, &progress);
    runtime.block_on(run).expect("a run")
}

fn end_to_end(bench: &mut Criterion) {
    let count = record_count();
    let text = lines(count);
    let folder = tempfile::tempdir().expect("a folder");
    let config = Config::read(folder.path(), &Overrides::default()).expect("the defaults");
    let mut group = bench.benchmark_group("end to end");
    group.sample_size(10).throughput(Throughput::Elements(count));
    group.bench_function("plain Rust, nothing stored", |it| it.iter(|| black_box(plain(&text))));
    for threads in [1, 2] {
        group.bench_function(format!("eval --facts, nothing stored/{threads}"), |it| {
            it.iter(|| black_box(whole(&text, None, threads, &config)))
        });
        group.bench_function(format!("eval --facts, first run stored/{threads}"), |it| {
            it.iter_batched(
                || tempfile::tempdir().expect("a folder"),
                |folder| {
                    let store = Store::open(&folder.path().join("store"), Access::Write).expect("a store");
                    (whole(&text, Some(&store), threads, &config), folder)
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

/// The same work by hand: parse each line into a struct, five closures, count. No checks, no digests, no store.
fn plain(text: &str) -> u64 {
    let now = now().as_second();
    let old = |at: &str| at.parse::<Timestamp>().is_ok_and(|at| now - at.as_second() > 90 * 86_400);
    let mut findings = 0;
    for line in text.lines() {
        let Ok(Line { body }) = serde_json::from_str::<Line>(line) else { continue };
        let used = body.password_last_used_at.as_deref().unwrap_or(&body.created_at);
        let weak = body.password_policy.as_ref().is_none_or(|it| it.min_length < 14 || !it.require_symbols);
        findings += u64::from(body.console_access && !body.mfa_enabled);
        findings += u64::from(body.access_keys.iter().any(|it| it.status == "active" && old(&it.created_at)));
        findings += u64::from(body.console_access && old(used));
        findings += u64::from(body.policies.iter().any(|it| it == "AdministratorAccess"));
        findings += u64::from(body.console_access && weak);
    }
    findings
}

#[derive(serde::Deserialize)]
struct Line {
    body: Plain,
}

#[derive(serde::Deserialize)]
struct Plain {
    console_access: bool,
    mfa_enabled: bool,
    created_at: String,
    password_last_used_at: Option<String>,
    access_keys: Vec<Key>,
    policies: Vec<String>,
    password_policy: Option<Policy>,
}

#[derive(serde::Deserialize)]
struct Key {
    status: String,
    created_at: String,
}

#[derive(serde::Deserialize)]
struct Policy {
    min_length: i64,
    require_symbols: bool,
}

/// A plugin that was compiled before: loaded from the cache; and one run of its `check`, a fresh instance in a fresh store.
fn plugins(bench: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let loader = Loader::new(LoaderConfig {
        compiler: Compiler::InThread,
        // A folder of its own making: the cache is used only where nobody else may enter.
        cache_dir: Some(folder.path().join("plugins")),
        engine_version: engine::version(),
    })
    .expect("WebAssembly");
    let file = PluginFile::from_bytes(engine::bundled::component("linux-host").expect("it is bundled")).expect("a plugin");
    let plugin = loader.load(&file).expect("it loads");
    let request = || CollectRequest {
        collector: "linux-host".parse().expect("a name"),
        config: serde_json::json!({}),
        kinds: Vec::new(),
        scopes: Vec::new(),
        started_at: now(),
        seed: [0; 32],
    };
    let small = loader.load(&PluginFile::read(&component()).expect("a plugin")).expect("it loads");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let mut group = bench.benchmark_group("plugin");
    group.bench_function("load, compiled before", |it| it.iter(|| black_box(loader.load(&file).expect("it loads"))));
    for (name, plugin) in [("asks for 224 files", &plugin), ("asks for nothing", &small)] {
        group.bench_function(format!("instantiate and check, {name}"), |it| {
            it.iter(|| {
                let world = World::new(Arc::new(NoSecrets), Arc::new(|| model::Timestamp::UNIX_EPOCH));
                let (grant, limits) = (Grant::default(), plugin::Limits::default());
                black_box(runtime.block_on(plugin::check(plugin, request(), &grant, &limits, world)).is_err())
            });
        });
    }
    group.finish();
}

/// The collector of many identities, built as the bundled ones are.
fn component() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = folder.join("../target/measured");
    let built = Command::new(env!("CARGO"))
        .current_dir(folder)
        .args(["build", "--release", "--locked", "--package", "identities", "--target", "wasm32-wasip2", "--target-dir"])
        .arg(&target)
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .status()
        .expect("cargo");
    assert!(built.success(), "the measured collector does not build");
    target.join("wasm32-wasip2/release/identities.wasm")
}

/// A collector that runs, until its findings are stored: the boundary, admission, evaluation and the store together.
fn collected(bench: &mut Criterion) {
    let count = record_count();
    let folder = tempfile::tempdir().expect("a folder");
    let limits = "cpu = \"10m\"\nwall = \"20m\"\nmemory = \"1GiB\"\nfacts = \"4GiB\"";
    let text = format!(
        "[collector.identities]\nplugin = {:?}\nconfig = {{ count = {count} }}\n[collector.identities.limits]\n{limits}\n",
        component().display().to_string()
    );
    std::fs::write(folder.path().join("engine.toml"), text).expect("a file");
    let overrides = Overrides { threads: Some(1), ..Overrides::default() };
    let config = Config::read(folder.path(), &overrides).expect("a good configuration");
    let progress = Progress::silent();
    let prepared = Prepared::read(&config, true, &progress).expect("the collector loads");
    let clock = FixedClock { at: now(), mode: ClockMode::Live };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let run = |store: Option<&Store>| {
        let inputs = Inputs { facts: Vec::new(), collect: true, as_of: None, afresh: false };
        let run = runtime.block_on(pipeline::run(&prepared, inputs, store, &clock, &progress)).expect("a run");
        assert_eq!(run.facts.facts().len() as u64, count, "{:?}", run.facts.gaps().first());
        black_box(run.header.content_digest);
    };
    let mut group = bench.benchmark_group("collect");
    group.sample_size(10).throughput(Throughput::Elements(count));
    group.bench_function("collector to findings, nothing stored/1", |it| it.iter(|| run(None)));
    group.bench_function("collector to stored findings/1", |it| {
        it.iter_batched(
            || tempfile::tempdir().expect("a folder"),
            |folder| {
                run(Some(&Store::open(&folder.path().join("store"), Access::Write).expect("a store")));
                folder
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn stages(bench: &mut Criterion) {
    let count = record_count();
    let text = lines(count);
    let kinds = kinds();
    let rules = five_rules(&kinds);
    let facts: FactSet = facts::merge(vec![admitted(&text, &kinds, 2)]);
    assert!(facts.gaps().is_empty(), "{:?}", facts.gaps().first());

    let mut group = bench.benchmark_group("stages");
    group.sample_size(10).throughput(Throughput::Elements(count));
    for threads in [1, 2] {
        group.bench_function(format!("admit/{threads}"), |it| it.iter(|| black_box(admitted(&text, &kinds, threads))));
        group.bench_function(format!("evaluate/{threads}"), |it| {
            it.iter(|| black_box(rules::evaluate(&facts, &rules, now(), threads)))
        });
    }
    group.bench_function("evaluate/regorus", |it| peer(it, count));
    recorded(&mut group, &text);
    group.finish();
}

/// A run that was decided, into a new store.
fn recorded(group: &mut BenchmarkGroup<'_, WallTime>, text: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let config = Config::read(folder.path(), &Overrides::default()).expect("the defaults");
    let evaluated = whole(text, None, 2, &config);
    let volatile = |kind: &model::Kind| kind.fields.iter().filter(|it| it.volatile).map(|it| it.name.clone()).collect();
    let closure = Closure {
        sources: engine::bundled::sources(),
        components: BTreeMap::new(),
        settings: "{}".to_owned(),
        volatile: kinds().iter().filter(|it| it.has_volatile()).map(|it| (it.id.clone(), volatile(it))).collect(),
    };
    let run = Run {
        header: &evaluated.header,
        facts: &evaluated.facts,
        findings: &evaluated.decided.findings,
        assessment: &evaluated.decided.assessment,
        rules: &evaluated.decided.rules,
        transcripts: &evaluated.transcripts,
        closure: &closure,
        outline: None,
    };
    group.bench_function("record", |it| {
        it.iter_batched(
            || tempfile::tempdir().expect("a folder"),
            |folder| {
                let store = Store::open(&folder.path().join("store"), Access::Write).expect("a store");
                store.record(&run).expect("a record");
                folder
            },
            BatchSize::PerIteration,
        );
    });
}

/// The same five rules in regorus' virtual machine, compiled once, over the same bodies, parsed before.
fn peer(it: &mut criterion::Bencher<'_>, count: u64) {
    let mut engine = regorus::Engine::new();
    engine.add_policy("identity.rego".to_owned(), REGO.to_owned()).expect("a good policy");
    let entry = "data.identity.findings";
    let policy = engine.compile_with_entrypoint(&Arc::from(entry)).expect("a policy that compiles");
    let program = RegoCompiler::compile_from_policy(&policy, &[entry]).expect("a program");
    let inputs: Vec<regorus::Value> =
        (0..count).map(|number| regorus::Value::from_json_str(&body(number)).expect("json")).collect();
    let mut machine = RegoVM::new();
    machine.load_program(program);
    it.iter(|| {
        for input in &inputs {
            machine.set_input(input.clone());
            black_box(machine.execute_entry_point_by_name(entry).expect("a result"));
        }
    });
}

criterion_group!(benches, plugins, collected, stages, end_to_end);

/// As the engine's own program does: what compiles a plugin is a child of the program that loads it.
fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(pipeline::COMPILE_COMMAND) {
        return plugin::compile_stdin_to_stdout();
    }
    benches();
    Criterion::default().configure_from_args().final_summary();
    ExitCode::SUCCESS
}
