//! Runs to store, made from a seed: the same seed gives the same run on every machine.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use engine_store::{Closure, Run, Store, StoredRun};
use model::{
    Assessment, Basis, Body, Call, ClockMode, CollectorName, CollectorRun, CollectorStatus, Completeness, ControlAssessment,
    ControlStatus, Digest, Ended, Entry, Exit, Fact, FactSet, FieldGap, FindingSet, Gap, GapCode, Group, KindId, Note, Outcome,
    Population, ReadFrom, RuleFindings, RuleHeader, RuleOrigin, RunHeader, RunId, ScopeId, ScopeState, Seconds, Severity,
    SourceSet, Subjects, Timestamp, Transcript, Value,
};

/// A run that owns its parts.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) header: RunHeader,
    pub(crate) facts: FactSet,
    pub(crate) findings: FindingSet,
    pub(crate) assessment: Assessment,
    pub(crate) rules: Vec<RuleHeader>,
    pub(crate) transcripts: Vec<Transcript>,
    pub(crate) closure: Closure,
}

impl Sample {
    pub(crate) fn run(&self) -> Run<'_> {
        Run {
            header: &self.header,
            facts: &self.facts,
            findings: &self.findings,
            assessment: &self.assessment,
            rules: &self.rules,
            transcripts: &self.transcripts,
            closure: &self.closure,
            outline: None,
        }
    }
}

/// What to make.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Account names: one fact each, in the scope that the name's length chooses.
    pub(crate) accounts: BTreeSet<String>,
    /// Those without a second factor: their rule fails.
    pub(crate) failing: BTreeSet<String>,
    /// Those whose field was not collected: inconclusive.
    pub(crate) inconclusive: BTreeSet<String>,
    /// Scopes that are not complete.
    pub(crate) gapped: BTreeSet<String>,
    /// Whole seconds of the day at which things were seen.
    pub(crate) at: i64,
    /// Whether facts say what they were read from.
    pub(crate) provenance: bool,
}

impl Plan {
    pub(crate) fn of(accounts: &[&str], failing: &[&str]) -> Self {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            accounts: set(accounts),
            failing: set(failing),
            inconclusive: BTreeSet::new(),
            gapped: BTreeSet::new(),
            at: 0,
            provenance: false,
        }
    }

    pub(crate) fn many(count: usize) -> Self {
        let accounts: BTreeSet<String> = (0..count).map(|number| format!("user-{number:05}")).collect();
        let failing = accounts.iter().step_by(3).cloned().collect();
        Self { accounts, failing, provenance: true, ..Self::of(&[], &[]) }
    }
}

pub(crate) fn kind() -> KindId {
    "identity.user@1".parse().unwrap()
}

pub(crate) fn collector() -> CollectorName {
    "directory".parse().unwrap()
}

pub(crate) fn scope_of(account: &str) -> ScopeId {
    format!("aws:{}", account.len() % 2).parse().unwrap()
}

pub(crate) fn instant(second: i64) -> Timestamp {
    Timestamp::new(1_795_500_000 + second, 0).unwrap()
}

pub(crate) fn fact(account: &str, plan: &Plan, number: u64) -> Fact {
    let mfa = !plan.failing.contains(account);
    let mut stable =
        BTreeMap::from([("name".into(), Value::String(account.into())), ("console_access".into(), Value::Bool(true))]);
    if !plan.inconclusive.contains(account) {
        stable.insert("mfa_enabled".into(), Value::Bool(mfa));
    }
    let mut whole = stable.clone();
    whole.insert("last_active_at".into(), Value::String(instant(plan.at).to_string().into()));
    let stable = Body::from_value(&Value::Record(stable)).unwrap();
    let (scope, subject) = (scope_of(account), format!("account/{account}").parse().unwrap());
    Fact {
        digest: Fact::digest_of(&kind(), &scope, &subject, stable.as_str()),
        collector: collector(),
        kind: kind(),
        scope,
        subject,
        observed_at: instant(plan.at + i64::try_from(number / 50).unwrap()),
        body: Body::from_value(&Value::Record(whole)).unwrap(),
        from: if plan.provenance {
            vec![ReadFrom { call: 1 + number / 100, offset: number % 100 * 40, length: 40 }]
        } else {
            vec![]
        },
        field_gaps: if plan.inconclusive.contains(account) {
            vec![FieldGap { field: "mfa_enabled".into(), reason: "denied".into() }]
        } else {
            vec![]
        },
    }
}

fn facts(plan: &Plan) -> FactSet {
    let facts: Vec<_> = plan.accounts.iter().zip(0..).map(|(account, number)| fact(account, plan, number)).collect();
    let scopes: Vec<ScopeId> = ["aws:0", "aws:1"].iter().map(|scope| scope.parse().unwrap()).collect();
    let states = scopes.iter().map(|scope| ScopeState {
        collector: collector(),
        kind: kind(),
        scope: scope.clone(),
        completeness: if plan.gapped.contains(scope.as_str()) {
            Completeness::Incomplete
        } else {
            let count = facts.iter().filter(|fact| fact.scope == *scope).count() as u64;
            Completeness::Complete { count, observed_at: instant(plan.at) }
        },
        basis: Basis::Collected,
    });
    let gaps = scopes.iter().filter(|scope| plan.gapped.contains(scope.as_str())).map(|scope| Gap {
        collector: collector(),
        kind: kind(),
        scope: scope.clone(),
        subject: None,
        code: GapCode::DENIED,
        message: "iam:ListUsers".into(),
    });
    let (states, gaps) = (states.collect(), gaps.collect());
    FactSet::new(facts, states, gaps)
}

/// An instant that depends on the subject alone; for every third or so, never.
fn deadline(fact: &Fact) -> i64 {
    let sum: i64 = fact.subject.as_str().bytes().map(i64::from).sum();
    if sum % 3 == 0 { i64::MAX } else { 1_800_000_000 - sum }
}

fn findings(facts: &FactSet) -> FindingSet {
    let mut outcomes = Vec::new();
    let mut notes = Vec::new();
    for (index, fact) in facts.facts().iter().enumerate() {
        let outcome = match fact.body.value().unwrap().field("mfa_enabled") {
            Some(Value::Bool(true)) => Outcome::Pass,
            Some(_) => Outcome::Fail,
            None => Outcome::Inconclusive,
        };
        if outcome != Outcome::Pass {
            let missing = (outcome == Outcome::Inconclusive).then(|| "mfa_enabled".into());
            let joined = if index % 2 == 0 { vec![index, index.saturating_sub(1)] } else { vec![] };
            notes.push(Note { index, message: format!("{} signs in", fact.subject).into(), missing, joined });
        }
        outcomes.push(outcome);
    }
    let count = outcomes.len();
    let by_fact = RuleFindings {
        rule: "identity/mfa-enforced".parse().unwrap(),
        subjects: Subjects::Facts(0..count),
        outcomes,
        notes,
        valid_until: facts.facts().iter().map(deadline).collect(),
    };
    let group = Group {
        collector: collector(),
        scope: "aws:0".parse().unwrap(),
        subject: "everyone".parse().unwrap(),
        members: (0..count).rev().collect(),
    };
    let by_group = RuleFindings {
        rule: "identity/two-administrators".parse().unwrap(),
        subjects: Subjects::Groups(vec![group]),
        outcomes: vec![Outcome::Fail],
        notes: vec![Note { index: 0, message: "only one \u{202e} é".into(), missing: None, joined: vec![] }],
        valid_until: vec![],
    };
    FindingSet::new(vec![by_group, by_fact])
}

fn header(id: u64, plan: &Plan, transcripts: &[Transcript]) -> RunHeader {
    RunHeader {
        id: RunId(id),
        started_at: instant(plan.at),
        recorded_at: instant(plan.at + 9),
        clock: ClockMode::Live,
        engine_version: "0.1.0".into(),
        semantics: 1,
        collectors: transcripts
            .iter()
            .map(|transcript| CollectorRun {
                name: transcript.collector.clone(),
                digest: Some(transcript.component),
                version: "1.2.3".into(),
                status: CollectorStatus::Ok,
                message: String::new(),
                transcript: Some(transcript.digest()),
            })
            .collect(),
        content_digest: Digest::of(b"report"),
        exit: Exit { code: 1, reason: "one requirement has deviations".into() },
    }
}

fn rule(id: &str, number: i64) -> RuleHeader {
    RuleHeader {
        id: id.parse().unwrap(),
        title: "Everyone signs in with a second factor".into(),
        kind: kind(),
        controls: vec!["access/mfa".parse().unwrap()],
        severity: Severity::High,
        fresh_for: Seconds(86_400),
        parameters: BTreeMap::from([("days".into(), Value::List(vec![Value::Int(number), Value::Null, Value::Bool(true)]))]),
        joins: vec![],
        group_by: vec![],
        remediation: "switch it on".into(),
        origin: RuleOrigin::Shipped,
        digest: Digest::of(id.as_bytes()),
    }
}

/// A run over the plan's accounts.
pub(crate) fn sample(id: u64, plan: &Plan) -> Sample {
    let component: Arc<[u8]> = Arc::from(&b"\0asm component"[..]);
    let entries = (1..=3).map(|call| {
        let answer: Arc<[u8]> = Arc::from(format!("answer {call} at {}", if call == 2 { plan.at } else { 0 }).into_bytes());
        Entry {
            call,
            function: Call::HttpSend,
            subject: format!("GET https://example.test/{call}").into(),
            request: Digest::of(&call.to_le_bytes()),
            response: Digest::of(&answer),
            answer: Some(answer),
            filters: vec!["shadow/1".into()],
            attempts: 1,
            duration_nanos: 1_000 * call,
        }
    });
    let transcripts = vec![Transcript {
        collector: collector(),
        component: Digest::of(&component),
        request: "{}".into(),
        started_at: instant(plan.at),
        seed: [7; 32],
        entries: entries.collect(),
        ended: Ended::CutOff { cause: "wall".into(), message: "slow".into(), last_call: 3 },
        log: vec![("info".into(), "\u{1b}]8;;".into())],
    }];
    let facts = facts(plan);
    let mut sources = SourceSet::new();
    sources.insert("rules/identity/mfa-enforced.rhai", "fn describe() {}");
    sources.insert("kinds/identity.user@1.toml", "title = \"an account\"");
    sources.insert("empty", "");
    Sample {
        header: header(id, plan, &transcripts),
        findings: findings(&facts),
        facts,
        assessment: assessment(),
        rules: vec![rule("identity/mfa-enforced", 90), rule("identity/two-administrators", 1)],
        transcripts,
        closure: Closure {
            sources,
            components: BTreeMap::from([(collector(), component)]),
            settings: "{\"threads\":1}".into(),
            volatile: BTreeMap::from([(kind(), BTreeSet::from(["last_active_at".into()]))]),
        },
    }
}

fn assessment() -> Assessment {
    let control = ControlAssessment {
        id: "access/mfa".parse().unwrap(),
        status: ControlStatus::Failing,
        basis: Some(Basis::Collected),
        population: Population::default(),
        reason: "1 of 6 fails".into(),
        rules: vec!["identity/mfa-enforced".parse().unwrap()],
    };
    Assessment { frameworks: vec![], controls: vec![control] }
}

/// The runs of the stored directory of format 1. They never change: a directory that was written once must open for ever.
pub(crate) fn fixture() -> Vec<Sample> {
    let one = Plan { provenance: true, ..Plan::of(&["ada", "bo", "cy"], &["bo", "cy"]) };
    let unknown = Plan { inconclusive: ["bo".to_owned()].into(), gapped: ["aws:1".to_owned()].into(), at: 86_400, ..one.clone() };
    let last = Plan { at: 172_800, ..one.clone() };
    let mut replay = sample(3, &Plan { at: 90_000, ..one.clone() });
    replay.header.clock = ClockMode::Replay;
    vec![sample(1, &one), sample(2, &unknown), replay, sample(4, &last)]
}

/// The run as it must come back.
pub(crate) fn expected(sample: &Sample, stored: &StoredRun) -> StoredRun {
    let mut transcripts = sample.transcripts.clone();
    transcripts.iter_mut().flat_map(|transcript| &mut transcript.entries).for_each(|entry| entry.answer = None);
    StoredRun {
        header: sample.header.clone(),
        facts: sample.facts.clone(),
        findings: sample.findings.clone(),
        assessment: sample.assessment.clone(),
        rules: sample.rules.clone(),
        transcripts,
        closure: sample.closure.clone(),
        first_failed: stored.first_failed.clone(),
    }
}

#[track_caller]
pub(crate) fn check_whole(store: &Store, sample: &Sample) {
    let stored = store.load(sample.header.id).unwrap();
    assert_eq!(stored, expected(sample, &stored));
    assert_eq!(store.header(sample.header.id).unwrap(), sample.header);
    assert_eq!(store.assessment(sample.header.id).unwrap(), sample.assessment);
    let verified = store.verify(sample.header.id).unwrap();
    assert_eq!(verified.fact_count, sample.facts.facts().len() as u64);
    assert!(verified.replayable());
    for entry in sample.transcripts.iter().flat_map(|transcript| &transcript.entries) {
        assert_eq!(store.archive().get(&entry.response).unwrap(), entry.answer.as_deref().unwrap());
    }
}

/// A folder in memory where there is one, so that thousands of stores cost no disk.
pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}
