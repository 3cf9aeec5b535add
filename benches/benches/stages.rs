//! Each stage alone, and the peer on the same records in the same run: `cargo bench --manifest-path benches/Cargo.toml`.
//!
//! `ENGINE_BENCH_RECORDS` sets how many records there are (100,000 without it). Rates are in records; a record is tested by
//! five rules, so record·rules are five times as many.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use engine_benches::{NOW, REGO, body, lines};
use facts::{Admitted, KindSet, Limits};
use model::{CollectorName, FactSet, Timestamp};
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::RegoVM;
use rules::{RuleSet, RuleSettings};

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

/// The shipped sources with the five identity rules alone.
fn five_rules(kinds: &KindSet) -> RuleSet {
    let shipped = engine::bundled::sources();
    let mut sources = model::SourceSet::new();
    for (name, text) in shipped.under("rules/identity/", "rhai") {
        sources.insert(name, text);
    }
    let rules = RuleSet::read(&sources, kinds.kinds(), &RuleSettings::default()).expect("the shipped rules");
    assert_eq!(rules.headers().len(), 5);
    rules
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
        group.bench_function(format!("evaluate/{threads}"), |it| it.iter(|| black_box(rules::evaluate(&facts, &rules, now(), threads))));
    }
    group.bench_function("evaluate/regorus", |it| peer(it, count));
    group.finish();
}

/// The same five rules in regorus' virtual machine, compiled once, over the same bodies, parsed before.
fn peer(it: &mut criterion::Bencher<'_>, count: u64) {
    let mut engine = regorus::Engine::new();
    engine.add_policy("identity.rego".to_owned(), REGO.to_owned()).expect("a good policy");
    let entry = "data.identity.findings";
    let policy = engine.compile_with_entrypoint(&Arc::from(entry)).expect("a policy that compiles");
    let program = Compiler::compile_from_policy(&policy, &[entry]).expect("a program");
    let inputs: Vec<regorus::Value> = (0..count).map(|number| regorus::Value::from_json_str(&body(number)).expect("json")).collect();
    let mut machine = RegoVM::new();
    machine.load_program(program);
    it.iter(|| {
        for input in &inputs {
            machine.set_input(input.clone());
            black_box(machine.execute_entry_point_by_name(entry).expect("a result"));
        }
    });
}

criterion_group!(benches, stages);
criterion_main!(benches);
