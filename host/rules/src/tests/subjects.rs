//! Row 20 of the threats: every shipped rule over subjects that are empty, null, mistyped or huge.
//!
//! What is asserted of a broken field: a rule may pass only where it did not read the field at all, so that its outcome
//! cannot rest on it, or where the rule's own fixture says that this field may be absent or null (`survives`), which
//! `engine rule test` holds to be needed. Of a huge value of the right type it is asserted that both evaluations agree: a
//! password of a million characters *is* long enough. Of a body that is broken as a whole: never a pass, whatever is joined.

use std::collections::BTreeMap;

use model::{Body, FactSet, Field, FieldType, Kind, KindId, Outcome, Timestamp, Value};
use smol_str::SmolStr;

use crate::evaluate::path::{Part, written};
use crate::evaluate::{Read, evaluate, traced};
use crate::fixture::{FixtureLine as Fixture, How, read_line};
use crate::set::{Rule, RuleSet};
use crate::tests::strictly::{Interpreter, Theirs, Verdict, parameters, subject};
use crate::tests::whole::{fixtures, shipped};
use crate::tests::{fact_of, instant, state};

/// How a value is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Broken {
    Removed,
    Null,
    /// Of another type: the one most easily taken for a good one.
    Mistyped,
    /// Of another type, and long.
    HugeMistyped,
    /// Of its type, at its end.
    Huge,
}

const ALL: [Broken; 5] = [Broken::Removed, Broken::Null, Broken::Mistyped, Broken::HugeMistyped, Broken::Huge];

impl Broken {
    /// The word that a fixture has for it.
    fn how(self) -> How {
        match self {
            Self::Removed => How::Removed,
            Self::Null => How::Null,
            _ => How::Mistyped,
        }
    }

    /// What stands in the place of a value of a type; `None` for nothing.
    fn value(self, ty: &FieldType) -> Option<Value> {
        let long = || "9".repeat(usize::try_from(figures::times(10_000, 1_000_000)).unwrap());
        let is_text = matches!(ty, FieldType::String { .. } | FieldType::Timestamp);
        Some(match self {
            Self::Removed => return None,
            Self::Null => Value::Null,
            Self::Mistyped if is_text => Value::Bool(true),
            Self::Mistyped if matches!(ty, FieldType::List(_) | FieldType::Record(_)) => Value::String("".into()),
            Self::Mistyped => Value::String("true".into()),
            Self::HugeMistyped if is_text => Value::List(vec![Value::Int(i64::MAX); 1_000]),
            Self::HugeMistyped => Value::String(long().into()),
            Self::Huge => match ty {
                FieldType::String { .. } => Value::String(long().into()),
                FieldType::Timestamp => Value::String("9999-12-30T22:00:00Z".into()),
                FieldType::Bool => Value::Bool(true),
                FieldType::Int => Value::Int(i64::MAX),
                FieldType::Duration => Value::Int(i64::MIN),
                FieldType::List(item) => Value::List(vec![self.value(item)?; 3]),
                FieldType::Record(fields) => {
                    Value::Record(fields.iter().filter_map(|it| Some((it.name.clone(), self.value(&it.ty)?))).collect())
                }
            },
        })
    }
}

/// The places of a body that can be broken, with their types: of lists the first item.
fn places(fields: &[Field], body: &Value, before: &[Part], found: &mut Vec<(Vec<Part>, FieldType)>) {
    let Value::Record(values) = body else { return };
    for field in fields {
        let mut here = before.to_vec();
        here.push(Part::Field(field.name.to_string()));
        found.push((here.clone(), field.ty.clone()));
        let (value, ty) = match (values.get(&field.name), &field.ty) {
            (Some(Value::List(items)), FieldType::List(item)) => {
                here.push(Part::Item(0));
                (items.first(), item.as_ref())
            }
            (value, ty) => (value, ty),
        };
        if let (Some(value), FieldType::Record(fields)) = (value, ty) {
            places(fields, value, &here, found);
        }
    }
}

/// Puts a value, or nothing, at a place.
fn put(body: &mut Value, place: &[Part], value: Option<Value>) {
    match (place, body) {
        ([Part::Field(name)], Value::Record(fields)) => {
            fields.remove(name.as_str());
            fields.extend(value.map(|value| (SmolStr::new(name), value)));
        }
        ([Part::Field(name), rest @ ..], Value::Record(fields)) => put(fields.get_mut(name.as_str()).unwrap(), rest, value),
        ([Part::Item(index), rest @ ..], Value::List(items)) => put(&mut items[*index], rest, value),
        _ => panic!("{place:?} is not there"),
    }
}

/// A body of a fixture: of the subject, of a member, or of what is joined.
#[derive(Debug, Clone)]
enum Whose {
    Own(usize),
    Joined(SmolStr, usize),
}

/// Everything for one run of one rule.
struct Trial<'a> {
    kinds: &'a BTreeMap<KindId, Kind>,
    rules: &'a RuleSet,
    rule: &'a Rule,
    interpreters: BTreeMap<Timestamp, Interpreter>,
    count: u64,
}

impl Trial<'_> {
    /// Both evaluations, which must agree. `None` where nothing is there to evaluate.
    fn conclude(&mut self, facts: &FactSet, now: Timestamp, what: &str) -> Option<(Outcome, Vec<Read>)> {
        let rule = self.rule;
        let (conclusion, reads) = traced(facts, rule, self.rules, now)?;
        self.count += 1;
        let limits = ["operations", "longer than", "stale: "];
        let is_limited = conclusion.outcome == Outcome::Inconclusive && limits.iter().any(|it| conclusion.message.contains(it));
        if let (false, Some(subject)) = (is_limited, subject(facts, rule, self.kinds)) {
            let interpreter = self.interpreters.entry(now).or_insert_with(|| Interpreter::at(now));
            let theirs = interpreter.run(&interpreter.compile(&rule.text), subject, parameters(rule));
            let ours = (conclusion.outcome != Outcome::Inconclusive)
                .then(|| Verdict(conclusion.outcome, conclusion.message.to_string()));
            let cut = |it: Verdict| Verdict(it.0, it.1.chars().take(1_000).collect());
            if let Theirs::Gave(theirs) = theirs {
                assert_eq!(ours.map(cut), theirs.map(cut), "`{}` {what}: {}", rule.header.id, conclusion.message);
            }
        }
        Some((conclusion.outcome, reads))
    }

    /// A passing fixture, each of its fields broken in each way.
    fn fixture(&mut self, fixture: &Fixture) {
        let bodies = fixture.bodies.iter().enumerate().map(|(at, body)| (Whose::Own(at), body, &self.rule.header.kind));
        let joined = self.rule.header.joins.iter().flat_map(|join| {
            let bodies = fixture.joins.get(&join.name).into_iter().flatten().enumerate();
            bodies.map(|(at, body)| (Whose::Joined(join.name.clone(), at), body, &join.kind))
        });
        let mut all = Vec::new();
        for (whose, body, kind) in bodies.chain(joined) {
            let mut found = Vec::new();
            places(&self.kinds[kind].fields, body, &[], &mut found);
            all.extend(found.into_iter().map(|(place, ty)| (whose.clone(), place, ty)));
        }
        for (whose, place, ty) in all {
            // A group is made of facts that agree in these fields: broken, they make another group.
            let is_grouped = |part: &Part| self.rule.header.group_by.iter().any(|it| *part == Part::Field(it.to_string()));
            if matches!(whose, Whose::Own(_)) && is_grouped(&place[0]) {
                continue;
            }
            let before = here(fixture, &whose, &place);
            // What is null already is not broken by null, nor what is absent by absence; of both, null may be an answer.
            let is_none = |broken| match before {
                None => matches!(broken, Broken::Removed | Broken::Null),
                Some(Value::Null) => broken == Broken::Null,
                _ => false,
            };
            for broken in ALL.into_iter().filter(|it| !is_none(*it)) {
                self.broken(fixture, &whose, &place, broken, broken.value(&ty));
            }
        }
    }

    fn broken(&mut self, fixture: &Fixture, whose: &Whose, place: &[Part], broken: Broken, value: Option<Value>) {
        let mut changed = fixture.clone();
        let body = match whose {
            Whose::Own(at) => &mut changed.bodies[*at],
            Whose::Joined(name, at) => &mut changed.joins.get_mut(name).unwrap()[*at],
        };
        put(body, place, value);
        let facts = changed.facts(self.rule).unwrap();
        let what = format!("with {whose:?} `{}` {broken:?}", written(place));
        let Some((outcome, reads)) = self.conclude(&facts, fixture.at, &what) else { return };
        if outcome != Outcome::Pass || broken == Broken::Huge {
            return;
        }
        let read = reads.iter().find(|read| is_of(read, whose, fixture.is_group, place, &facts));
        if let Some(read) = read {
            let path = match &read.join {
                Some((name, _)) => format!("{name}.{}", written(&read.parts)),
                None => written(&read.parts),
            };
            assert!(fixture.survives(&path, broken.how()), "`{}` passes {what}, and reads `{path}`", self.rule.header.id);
        }
    }
}

/// What stands at a place of a body of a fixture.
fn here<'f>(fixture: &'f Fixture, whose: &Whose, place: &[Part]) -> Option<&'f Value> {
    let body = match whose {
        Whose::Own(at) => &fixture.bodies[*at],
        Whose::Joined(name, at) => &fixture.joins[name][*at],
    };
    place.iter().try_fold(body, |value, part| match (part, value) {
        (Part::Field(name), value) => value.field(name),
        (Part::Item(index), Value::List(items)) => items.get(*index),
        _ => None,
    })
}

/// Whether a place that was read is the broken one.
fn is_of(read: &Read, whose: &Whose, is_group: bool, place: &[Part], facts: &FactSet) -> bool {
    match (&read.join, whose) {
        (None, Whose::Own(at)) if is_group => match read.parts.as_slice() {
            [Part::Field(members), Part::Item(index), rest @ ..] => members == "members" && index == at && rest == place,
            _ => false,
        },
        (None, Whose::Own(_)) => read.parts == place,
        (Some((_, position)), Whose::Joined(name, at)) => {
            facts.facts()[*position].subject.as_str() == format!("joined/{name}/{at:04}") && read.parts == place
        }
        _ => false,
    }
}

/// Row 20.
#[test]
fn threat_20_no_shipped_rule_passes_on_a_field_that_it_reads_and_that_is_broken() {
    let (kinds, rules) = shipped();
    let most = usize::try_from(figures::times(1, 1_000)).unwrap();
    let mut count = 0;
    let test = |rule: &Rule| {
        let mut trial = Trial { kinds: &kinds, rules: &rules, rule, interpreters: BTreeMap::new(), count: 0 };
        let texts = fixtures();
        let text = texts.get(&format!("{}.ndjson", rule.header.id)).unwrap();
        let all: Vec<_> =
            text.lines().filter(|line| !line.trim().is_empty()).map(|line| read_line(line, rule, &kinds).unwrap()).collect();
        for fixture in &all {
            // As it is: the compiled rule and the interpreted one agree.
            trial.conclude(&fixture.facts(rule).unwrap(), fixture.at, "as in its fixture");
        }
        for fixture in all.iter().filter(|it| it.expect == Outcome::Pass).take(most) {
            trial.fixture(fixture);
        }
        trial.count
    };
    std::thread::scope(|scope| {
        let half = rules.rules().len().div_ceil(2);
        let worker = |part: &[Rule]| part.iter().map(test).sum::<u64>();
        let workers: Vec<_> = rules
            .rules()
            .chunks(half)
            .map(|part| std::thread::Builder::new().stack_size(256 << 20).spawn_scoped(scope, move || worker(part)).unwrap())
            .collect();
        count = workers.into_iter().map(|it| it.join().unwrap()).sum();
    });
    count += whole_bodies(&kinds, &rules);
    figures::tried("hostile-subjects", count).unwrap();
}

/// Bodies that are broken as a whole, with each state of what is joined; gives how many were tried.
fn whole_bodies(kinds: &BTreeMap<KindId, Kind>, rules: &RuleSet) -> u64 {
    let mut count = 0;
    let now = instant("2026-11-23T00:00:00Z");
    let body = |kind: &KindId, broken: Broken| {
        let fields = kinds[kind].fields.iter().filter_map(|field| Some((field.name.clone(), broken.value(&field.ty)?)));
        Body::from_value(&Value::Record(fields.collect())).unwrap().as_str().to_owned()
    };
    for rule in rules.rules() {
        let header = &rule.header;
        for broken in ALL.into_iter().filter(|it| *it != Broken::Huge) {
            // What is joined: nothing is known, it is known that there is none, or it is broken as the subject is.
            for joined in ["unknown", "none", "broken"] {
                let mut facts = vec![fact_of(header.kind.as_ref(), "s", "s", &body(&header.kind, broken))];
                let mut scopes = vec![state(header.kind.as_ref(), "s", true)];
                for join in header.joins.iter().filter(|join| join.kind != header.kind) {
                    if scopes.iter().any(|it| it.kind == join.kind) {
                        continue;
                    }
                    scopes.push(state(join.kind.as_ref(), "s", joined != "unknown"));
                    if joined == "broken" {
                        facts.push(fact_of(join.kind.as_ref(), "s", "j", &body(&join.kind, broken)));
                    }
                }
                let findings = evaluate(&FactSet::new(facts, scopes, Vec::new()), rules, now, 1);
                let found = findings.of_rule(&header.id).unwrap();
                for outcome in &found.outcomes {
                    count += 1;
                    // Null is a legitimate answer to some fields, such as nobody's name for a vacant duty.
                    let is_answer = *outcome == Outcome::NotApplicable && broken == Broken::Null;
                    let is_sound = matches!(outcome, Outcome::Inconclusive | Outcome::Fail) || is_answer;
                    assert!(is_sound, "`{}` on {broken:?}, joined {joined}: {}", header.id, outcome.as_str());
                }
            }
        }
    }
    count
}
