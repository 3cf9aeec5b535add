//! What the fuzz targets share: an allocator with a limit for each input, the kinds, and what holds of all that is admitted.

use std::alloc::System;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use cap::Cap;
use facts::{Admitted, Filter, KindSet, Limits, NdjsonError, merge, read_ndjson, write_ndjson};
use model::{Basis, Body, CollectorName, Completeness, Fact, FactSet, SourceSet, Timestamp, Value};

/// Refuses what is beyond the limit of an input; the program then ends, and libFuzzer keeps the input.
#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

const MIB: usize = 1 << 20;

/// What a panic says is not counted.
static UNLIMITED_PANICS: LazyLock<()> = LazyLock::new(|| {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let _ = ALLOCATOR.set_limit(usize::MAX);
        before(panic);
    }));
});

/// Runs with so many bytes to allocate for each byte of the input, and 4 MiB.
pub fn within<T>(input: &[u8], for_each_byte: usize, run: impl FnOnce() -> T) -> T {
    LazyLock::force(&UNLIMITED_PANICS);
    let limit = ALLOCATOR.allocated() + 4 * MIB + for_each_byte * input.len();
    ALLOCATOR.set_limit(limit).expect("more is allocated already");
    let result = run();
    ALLOCATOR.set_limit(usize::MAX).expect("there is no limit");
    result
}

/// Kinds that hold one of everything.
pub static KINDS: LazyLock<KindSet> = LazyLock::new(|| {
    let mut sources = SourceSet::new();
    sources.insert("kinds/test.toml", include_str!("kinds.toml"));
    KindSet::read(&sources).expect("the kinds are well formed")
});

/// The instant of every run.
pub fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().expect("it is an instant")
}

/// The one collector.
pub fn collector() -> CollectorName {
    "c".parse().expect("it is a name")
}

/// Reads lines as `--facts` does.
pub fn read(bytes: &[u8], threads: usize) -> Result<Admitted, NdjsonError> {
    read_ndjson(bytes, &collector(), &[], &KINDS, &Limits::default(), now(), threads)
}

/// Whether a scope of the kind, whose version may be left out, is complete; `None` when there is none.
pub fn is_complete(admitted: &Admitted, kind: &str, scope: &str) -> Option<bool> {
    let is_kind = |id: &str| id == kind || id.split_once('@').is_some_and(|(name, _)| name == kind);
    let mut states = admitted.scopes.iter().filter(|it| it.scope.as_str() == scope && is_kind(it.kind.as_str())).peekable();
    states.peek()?;
    Some(states.all(|it| it.completeness != Completeness::Incomplete))
}

/// Whether a fact on the subject is there.
pub fn has(admitted: &Admitted, scope: &str, subject: &str) -> bool {
    admitted.facts.iter().any(|fact| fact.scope.as_str() == scope && fact.subject.as_str() == subject)
}

/// Asserts what holds of whatever is admitted: a fact is canonical and has its digest, a scope is complete exactly when no gap
/// stands against it, and nothing is longer than a person reads.
pub fn check(admitted: &Admitted) {
    let of = |fact: &Fact| (fact.kind.clone(), fact.scope.clone(), fact.subject.clone());
    assert!(admitted.facts.is_sorted_by(|a, b| of(a) < of(b)), "facts stand in order, each subject once");
    let gaps: BTreeSet<_> = admitted.gaps.iter().map(|gap| (&gap.kind, &gap.scope)).collect();
    let scopes: BTreeSet<_> = admitted.scopes.iter().map(|scope| (&scope.kind, &scope.scope)).collect();
    assert!(gaps.is_subset(&scopes), "a gap is in a scope");
    for scope in &admitted.scopes {
        let facts = admitted.facts.iter().filter(|fact| (&fact.kind, &fact.scope) == (&scope.kind, &scope.scope)).count();
        match scope.completeness {
            Completeness::Complete { count, .. } => {
                assert_eq!(count, facts as u64, "a complete scope has all its facts");
                assert!(!gaps.contains(&(&scope.kind, &scope.scope)), "a complete scope has no gap");
            }
            Completeness::Incomplete => {
                assert!(gaps.contains(&(&scope.kind, &scope.scope)), "an incomplete scope says why");
            }
        }
    }
    for gap in &admitted.gaps {
        assert!(gap.message.chars().count() <= 1_024, "a message is not endless");
    }
    for fact in &admitted.facts {
        assert!(scopes.contains(&(&fact.kind, &fact.scope)), "a fact is in a scope");
        let body = Body::parse(fact.body.as_str().as_bytes()).expect("a body is canonical JSON");
        assert_eq!(body, fact.body, "the canonical form is the model's");
        let mut value = body.value().expect("it was parsed");
        if let Value::Record(fields) = &mut value {
            fields.remove("seen_at");
        }
        let stable = Body::from_value(&value).expect("it is one still");
        assert_eq!(fact.digest, Fact::digest_of(&fact.kind, &fact.scope, &fact.subject, stable.as_str()));
    }
}

/// Asserts that what is admitted, written as lines, reads the same again.
pub fn check_again(admitted: Admitted) {
    let first: FactSet = merge(vec![admitted.worth(Basis::Supplied)]);
    let mut lines = Vec::new();
    write_ndjson(&mut lines, &first, &Filter::default()).expect("memory is written to");
    let again = read(&lines, 1).unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(&lines)));
    assert_eq!(merge(vec![again]), first, "{}", String::from_utf8_lossy(&lines));
}
