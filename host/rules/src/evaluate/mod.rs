//! Evaluation: every rule on every subject of its kind.
//!
//! Takes the facts of a run, a set of rules and the instant; gives findings. It cannot fail, reads no clock, and gives the
//! same findings whatever the number of threads.

pub(crate) mod body;
pub(crate) mod call;
pub(crate) mod conclude;
pub(crate) mod group;
pub(crate) mod join;
pub(crate) mod list;
pub(crate) mod machine;
pub(crate) mod operate;
pub(crate) mod path;
pub(crate) mod precedent;
pub(crate) mod value;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use model::{FactSet, FindingSet, KindId, Note, Outcome, Precedent, RuleFindings, RuleHeader, Subjects, Timestamp};

use crate::evaluate::conclude::Conclusion;
use crate::evaluate::group::{Gathered, gather};
use crate::evaluate::join::{Index, Tables};
use crate::evaluate::machine::Machine;
use crate::evaluate::precedent::{Cursor, Source};
use crate::evaluate::value::Record;
use crate::script::schema::Schema;
use crate::set::{Rule, RuleSet};

/// How many subjects a thread takes at once.
const CHUNK: usize = 2_048;

/// The stack of a worker: far more than the deepest program needs in an unoptimised build.
const WORKER_STACK: usize = 64 << 20;

/// Evaluates every rule on every subject of its kind, at `now`, on up to `threads` threads.
///
/// ```
/// use std::collections::BTreeMap;
/// use engine_rules::{RuleSet, RuleSettings, evaluate};
/// use model::{FactSet, SourceSet, Timestamp};
/// let rules = RuleSet::read(&SourceSet::new(), &BTreeMap::new(), &RuleSettings::default()).unwrap();
/// assert!(evaluate(&FactSet::default(), &rules, Timestamp::UNIX_EPOCH, 2).rules().is_empty());
/// ```
pub fn evaluate(facts: &FactSet, rules: &RuleSet, now: Timestamp, threads: usize) -> FindingSet {
    Plan::new(facts, rules, None, now).evaluated(now, threads).findings
}

/// What an evaluation gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// The findings: the same, whatever was taken over.
    pub findings: FindingSet,
    /// How many outcomes are those of an earlier run.
    pub taken_over: usize,
}

/// As [`evaluate`], and takes over from an earlier run each outcome that evaluating again could not change.
///
/// The precedent must be of the same kinds: what a field of a kind is decides what a rule reads.
pub fn evaluate_after(facts: &FactSet, rules: &RuleSet, precedent: &Precedent, now: Timestamp, threads: usize) -> Evaluation {
    Plan::new(facts, rules, Some(precedent), now).evaluated(now, threads)
}

/// Whether somebody gives, or should give, all that a rule joins. Where nobody does it is put to no subject, as a rule is where
/// nobody gives its own kind: it could tell nothing of any, and tests nothing.
fn is_given(rule: &RuleHeader, facts: &FactSet) -> bool {
    rule.joins.iter().all(|join| facts.is_given(&join.kind))
}

/// Rules that are evaluated together over the same subjects.
struct Batch<'a> {
    rules: Vec<Ready<'a>>,
    schema: &'a Schema,
    /// Which fields any of the rules reads.
    interest: Vec<bool>,
    subjects: Whom,
    precedent: Option<&'a Precedent>,
}

/// A rule with all that it needs beside its subject.
struct Ready<'a> {
    rule: &'a Rule,
    joins: Vec<Index<'a>>,
    source: Option<Source<'a>>,
}

enum Whom {
    Facts(Range<usize>),
    Groups(Vec<Gathered>),
}

impl Whom {
    fn len(&self) -> usize {
        match self {
            Self::Facts(range) => range.len(),
            Self::Groups(groups) => groups.len(),
        }
    }
}

/// The findings of one rule over a part of its subjects.
struct Column {
    outcomes: Vec<Outcome>,
    notes: Vec<Note>,
    /// Empty as long as nothing depends on the time.
    valid_until: Vec<i64>,
    taken_over: usize,
}

struct Plan<'a> {
    facts: &'a FactSet,
    batches: Vec<Batch<'a>>,
    /// The work: a batch, and which of its subjects.
    chunks: Vec<(usize, Range<usize>)>,
}

impl<'a> Plan<'a> {
    fn new(facts: &'a FactSet, rules: &'a RuleSet, precedent: Option<&'a Precedent>, now: Timestamp) -> Self {
        let tables = Tables::build(facts, rules);
        let mut by_kind: BTreeMap<&KindId, Vec<Ready<'a>>> = BTreeMap::new();
        let mut batches = Vec::new();
        for rule in rules.rules().iter().filter(|rule| is_given(&rule.header, facts)) {
            let joins = tables.of(&rule.header.joins);
            let source = precedent.and_then(|precedent| Source::of(rule, &joins, facts, precedent, now));
            let ready = Ready { rule, joins, source };
            if rule.header.group_by.is_empty() {
                by_kind.entry(&rule.header.kind).or_default().push(ready);
            } else if let Some(schema) = rules.schema(&rule.header.kind) {
                let subjects = Whom::Groups(gather(facts, &rule.header, schema));
                batches.push(Batch { rules: vec![ready], schema, interest: Vec::new(), subjects, precedent });
            }
        }
        for (kind, rules_of_kind) in by_kind {
            let Some(schema) = rules.schema(kind) else { continue };
            let read = |slot: usize| rules_of_kind.iter().any(|ready| ready.rule.program.interest.contains(&slot));
            let interest = (0..schema.slots.len()).map(read).collect();
            let subjects = Whom::Facts(facts.range_of(kind));
            batches.push(Batch { rules: rules_of_kind, schema, interest, subjects, precedent });
        }
        let mut chunks = Vec::new();
        for (index, batch) in batches.iter().enumerate() {
            let length = batch.subjects.len();
            chunks.extend((0..length).step_by(CHUNK).map(|from| (index, from..(from + CHUNK).min(length))));
        }
        Self { facts, batches, chunks }
    }

    fn evaluated(self, now: Timestamp, threads: usize) -> Evaluation {
        let parts = self.run(now, threads);
        self.gathered(parts)
    }

    fn run(&self, now: Timestamp, threads: usize) -> BTreeMap<usize, Vec<Column>> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            while let Some((at, (batch, range))) = {
                let at = next.fetch_add(1, Ordering::Relaxed);
                self.chunks.get(at).map(|chunk| (at, chunk))
            } {
                if let Some(batch) = self.batches.get(*batch) {
                    done.push((at, batch.evaluate(self.facts, range.clone(), now)));
                }
            }
            done
        };
        let wanted = threads.clamp(1, self.chunks.len().max(1));
        let mut parts: BTreeMap<usize, Vec<Column>> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..wanted)
                .filter_map(|_| std::thread::Builder::new().stack_size(WORKER_STACK).spawn_scoped(scope, work).ok())
                .collect();
            workers.into_iter().filter_map(|worker| worker.join().ok()).flatten().collect()
        });
        // Where no thread could be started, the work is still there; what a thread did not give is inconclusive.
        if parts.len() < self.chunks.len() {
            parts.extend(work());
        }
        parts
    }

    fn gathered(self, mut parts: BTreeMap<usize, Vec<Column>>) -> Evaluation {
        let whole = |batch: &Batch<'_>| batch.rules.iter().map(|_| Column::of(batch.subjects.len())).collect();
        let mut columns: Vec<Vec<Column>> = self.batches.iter().map(whole).collect();
        let mut rooms: Vec<Vec<usize>> = self.batches.iter().map(|batch| vec![0; batch.rules.len()]).collect();
        for (at, (batch, _)) in self.chunks.iter().enumerate() {
            let rooms = rooms.get_mut(*batch).into_iter().flatten();
            for (room, part) in rooms.zip(parts.get(&at).into_iter().flatten()) {
                *room += part.notes.len();
            }
        }
        for (column, room) in columns.iter_mut().flatten().zip(rooms.iter().flatten()) {
            column.notes.reserve_exact(*room);
        }
        for (at, (batch, range)) in self.chunks.iter().enumerate() {
            let mut done = parts.remove(&at).unwrap_or_default().into_iter();
            for column in columns.get_mut(*batch).into_iter().flatten() {
                column.append(done.next(), range);
            }
        }
        let mut findings = Vec::new();
        let mut taken_over = 0;
        for (batch, columns) in self.batches.into_iter().zip(columns) {
            let subjects = match batch.subjects {
                Whom::Facts(range) => Subjects::Facts(range),
                Whom::Groups(groups) => Subjects::Groups(groups.into_iter().map(|it| it.group).collect()),
            };
            for (ready, column) in batch.rules.into_iter().zip(columns) {
                taken_over += column.taken_over;
                findings.push(column.finish(ready.rule, subjects.clone()));
            }
        }
        Evaluation { findings: FindingSet::new(findings), taken_over }
    }
}

impl Column {
    /// An empty one with room for that many outcomes.
    fn of(length: usize) -> Self {
        Self { outcomes: Vec::with_capacity(length), notes: Vec::new(), valid_until: Vec::new(), taken_over: 0 }
    }

    fn push(&mut self, index: usize, conclusion: Conclusion) {
        let Conclusion { outcome, message, missing, joined, valid_until } = conclusion;
        self.outcomes.push(outcome);
        if valid_until != i64::MAX {
            self.fill(self.outcomes.len() - 1);
        }
        if !self.valid_until.is_empty() || valid_until != i64::MAX {
            self.valid_until.push(valid_until);
        }
        if outcome != Outcome::Pass {
            self.notes.push(Note { index, message, missing, joined });
        }
    }

    /// Says of the first outcomes, of which nothing was said, that they hold for ever.
    fn fill(&mut self, length: usize) {
        if self.valid_until.len() < length {
            self.valid_until.reserve_exact(self.outcomes.capacity());
            self.valid_until.resize(length, i64::MAX);
        }
    }

    /// Adds the next part, or inconclusive outcomes where there is none.
    fn append(&mut self, part: Option<Self>, range: &Range<usize>) {
        match part {
            Some(mut part) => {
                if !part.valid_until.is_empty() {
                    self.fill(self.outcomes.len());
                }
                self.outcomes.append(&mut part.outcomes);
                self.notes.append(&mut part.notes);
                self.valid_until.append(&mut part.valid_until);
                if !self.valid_until.is_empty() {
                    self.fill(self.outcomes.len());
                }
                self.taken_over += part.taken_over;
            }
            None => {
                for index in range.clone() {
                    self.push(index, Conclusion::inconclusive("the evaluation of this part ended early", None));
                }
            }
        }
    }

    fn finish(self, rule: &Rule, subjects: Subjects) -> RuleFindings {
        let Self { outcomes, notes, valid_until, .. } = self;
        RuleFindings { rule: rule.header.id.clone(), subjects, outcomes, notes, valid_until }
    }
}

impl<'a> Batch<'a> {
    fn evaluate(&'a self, facts: &'a FactSet, range: Range<usize>, now: Timestamp) -> Vec<Column> {
        let mut columns: Vec<Column> = self.rules.iter().map(|_| Column::of(range.len())).collect();
        let mut cursors: Vec<Cursor> = self.rules.iter().map(|_| Cursor::default()).collect();
        let mut machine = Machine::new(facts, Record { first: 0, schema: self.schema }, now);
        for index in range {
            match &self.subjects {
                Whom::Facts(positions) => self.fact(&mut machine, positions.start + index, index, &mut columns, &mut cursors),
                Whom::Groups(groups) => {
                    if let Some(group) = groups.get(index) {
                        self.group(&mut machine, group, index, &mut columns, &mut cursors);
                    }
                }
            }
        }
        columns
    }

    fn fact(&'a self, machine: &mut Machine<'a>, position: usize, index: usize, columns: &mut [Column], cursors: &mut [Cursor]) {
        let Some(fact) = machine.facts.facts().get(position) else { return };
        let found = self.precedent.and_then(|precedent| precedent.find(position));
        let mut read = None;
        for ((ready, column), cursor) in self.rules.iter().zip(columns).zip(cursors) {
            let source = ready.source.as_ref().zip(found);
            if let Some(taken) = source.and_then(|(source, found)| source.on_fact(fact, found, machine.now(), cursor)) {
                column.taken_over += 1;
                column.push(index, taken);
                continue;
            }
            let (first, length) = *read.get_or_insert_with(|| {
                machine.cells.clear();
                let first = machine.cells.read(fact.body.as_str(), self.schema, &self.interest);
                (first, machine.cells.len())
            });
            let conclusion = match first {
                Ok(first) => {
                    machine.subject = Record { first, schema: self.schema };
                    machine.joins = &ready.joins;
                    machine.taken.clear();
                    machine.cells.truncate(length);
                    let given = machine.run(&ready.rule.program);
                    machine.conclude(given, &[fact], ready.rule.header.fresh_for)
                }
                Err(malformed) => unreadable(malformed.0),
            };
            column.push(index, conclusion);
        }
    }

    fn group(
        &'a self,
        machine: &mut Machine<'a>,
        group: &Gathered,
        index: usize,
        columns: &mut [Column],
        cursors: &mut [Cursor],
    ) {
        let members: Vec<_> = group.group.members.iter().filter_map(|at| machine.facts.facts().get(*at)).collect();
        for ((ready, column), cursor) in self.rules.iter().zip(columns).zip(cursors) {
            let rule = ready.rule;
            let taken = ready.source.as_ref().and_then(|it| it.on_group(index, &group.group, &members, machine.now(), cursor));
            if let Some(taken) = taken {
                column.taken_over += 1;
                column.push(index, taken);
                continue;
            }
            machine.joins = &ready.joins;
            let conclusion = match (&group.lacks, machine.take_group(group, &rule.shape, self.schema)) {
                (Some(field), _) => {
                    let message = format!("`{field}` was not collected, so it is not known which group this belongs to");
                    Conclusion::inconclusive(&message, Some(field.clone()))
                }
                (None, Ok(())) => {
                    let given = machine.run(&rule.program);
                    machine.conclude(given, &members, rule.header.fresh_for)
                }
                (None, Err(byte)) => unreadable(byte),
            };
            column.push(index, conclusion);
        }
    }
}

fn unreadable(byte: usize) -> Conclusion {
    Conclusion::inconclusive(&format!("the body of the fact is not canonical JSON at byte {byte}"), None)
}

/// Evaluates one rule on the first fact of its kind, or on the first group, and gives the places it read.
pub(crate) fn traced(facts: &FactSet, rule: &Rule, rules: &RuleSet, now: Timestamp) -> Option<(Conclusion, Vec<Read>)> {
    let tables = Tables::build(facts, rules);
    let joins = tables.of(&rule.header.joins);
    let schema = rules.schema(&rule.header.kind)?;
    let mut machine = Machine::new(facts, Record { first: 0, schema }, now);
    machine.trace = Some(Vec::new());
    machine.joins = &joins;
    let groups;
    let members: Vec<_> = if rule.header.group_by.is_empty() {
        let fact = facts.of_kind(&rule.header.kind).first()?;
        let first = machine.cells.read(fact.body.as_str(), schema, &[]).ok()?;
        machine.subject = Record { first, schema };
        vec![fact]
    } else {
        groups = gather(facts, &rule.header, schema);
        let group = groups.first()?;
        if let Some(field) = &group.lacks {
            return Some((Conclusion::inconclusive(&format!("`{field}` was not collected"), Some(field.clone())), Vec::new()));
        }
        machine.take_group(group, &rule.shape, schema).ok()?;
        group.group.members.iter().filter_map(|at| facts.facts().get(*at)).collect()
    };
    let given = machine.run(&rule.program);
    let conclusion = machine.conclude(given, &members, rule.header.fresh_for);
    let mut reads: Vec<Read> = machine
        .trace
        .iter()
        .flatten()
        .filter_map(|place| machine.parts(*place))
        .map(|(taken, parts)| Read { join: taken.map(|taken| (taken.name.to_owned(), taken.position)), parts })
        .collect();
    reads.sort();
    reads.dedup();
    Some((conclusion, reads))
}

/// A field that a rule read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Read {
    /// The joined fact that it stands in, with its position; `None` for the subject.
    pub(crate) join: Option<(String, usize)>,
    pub(crate) parts: Vec<path::Part>,
}
