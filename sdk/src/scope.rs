//! Facts of one kind in one scope: stated, counted, completed, or a gap.

use core::hash::{Hash, Hasher};
use core::marker::PhantomData;
use std::collections::BTreeSet;
use std::hash::DefaultHasher;

use serde::Serialize;
use serde_json::Value;

use crate::{Fact, Fault, Host, ReadFrom, Run};

/// How many facts a batch holds at most.
const BATCH_FACTS: usize = 1_000;
/// How many bytes a batch holds before it is sent.
const BATCH_BYTES: usize = 256 * 1024;

/// Where facts are seen: one account, host, repository.
pub struct Scope<'a> {
    run: &'a Run<'a>,
    id: String,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(run: &'a Run<'a>, id: String) -> Self {
        Self { run, id }
    }

    /// Its name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Collects the facts of one kind, unless they are not asked for.
    ///
    /// The kind is expected in this scope from here on. When `collect` ends well the scope is complete with the exact count;
    /// when it ends with a fault, what was stated stands and the fault is a gap. Either way the collector goes on.
    pub fn collect<F: Fact>(&self, collect: impl FnOnce(&mut Facts<'_, F>) -> Result<(), Fault>) {
        if !self.run.wants(F::KIND) {
            return;
        }
        let mut facts = self.facts();
        match collect(&mut facts) {
            Ok(()) => facts.finish(),
            Err(fault) => facts.fail(&fault),
        }
    }

    /// Says that nothing of a kind can be had in this scope, and why.
    pub fn gap<F: Fact>(&self, fault: &Fault) {
        if self.run.wants(F::KIND) {
            self.facts::<F>().fail(fault);
        }
    }

    /// The facts of one kind, to be stated one by one and then finished; [`Scope::collect`] is simpler.
    pub fn facts<F: Fact>(&self) -> Facts<'_, F> {
        let mut facts = Facts {
            host: self.run.host(),
            scope: &self.id,
            batch: Vec::new(),
            batch_count: 0,
            subjects: BTreeSet::new(),
            is_closed: false,
            kind: PhantomData,
        };
        if let Err(fault) = facts.host.expect(F::KIND, facts.scope) {
            facts.gap(&fault);
        }
        facts
    }
}

/// The facts of one kind in one scope while they are stated.
///
/// Dropped without [`Facts::finish`], it leaves the gap `unfinished`: a forgotten call is never a complete scope.
pub struct Facts<'a, F: Fact> {
    host: &'a dyn Host,
    scope: &'a str,
    batch: Vec<u8>,
    batch_count: usize,
    /// A digest of each subject: the count that is claimed is that of distinct ones.
    subjects: BTreeSet<u128>,
    is_closed: bool,
    kind: PhantomData<fn(&F)>,
}

/// One fact and what stands beside it.
#[derive(Debug)]
pub struct Statement<'a, F> {
    subject: &'a str,
    body: &'a F,
    from: Vec<ReadFrom>,
    gaps: Vec<(&'a str, String)>,
    observed_at: Option<String>,
}

impl<'a, F: Fact> Statement<'a, F> {
    /// A statement about a subject.
    pub fn new(subject: &'a str, body: &'a F) -> Self {
        Self { subject, body, from: Vec::new(), gaps: Vec::new(), observed_at: None }
    }

    /// What it was read from.
    #[must_use]
    pub fn from(mut self, from: impl IntoIterator<Item = ReadFrom>) -> Self {
        self.from.extend(from);
        self
    }

    /// A field that could not be had, and why. Whatever the body holds there is left out.
    #[must_use]
    pub fn gap(mut self, field: &'a str, why: impl Into<String>) -> Self {
        self.gaps.push((field, why.into()));
        self
    }

    /// When it was true, RFC 3339, if that is not now.
    #[must_use]
    pub fn observed_at(mut self, at: impl Into<String>) -> Self {
        self.observed_at = Some(at.into());
        self
    }

    fn line(&self) -> Result<Vec<u8>, Fault> {
        let line = Line {
            subject: self.subject,
            body: if self.gaps.is_empty() { Body::Whole(self.body) } else { Body::Parts(self.without_gaps()?) },
            observed_at: self.observed_at.as_deref(),
            from: &self.from,
            gaps: self.gaps.iter().map(|(field, why)| ((*field).to_owned(), Value::from(why.as_str()))).collect(),
        };
        let mut bytes = serde_json::to_vec(&line)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    fn without_gaps(&self) -> Result<Value, Fault> {
        let mut body = serde_json::to_value(self.body)?;
        if let Value::Object(fields) = &mut body {
            for (field, _) in &self.gaps {
                fields.remove(*field);
            }
        }
        Ok(body)
    }
}

#[derive(Serialize)]
struct Line<'a, F> {
    subject: &'a str,
    body: Body<'a, F>,
    #[serde(skip_serializing_if = "Option::is_none")]
    observed_at: Option<&'a str>,
    #[serde(rename = "$from", skip_serializing_if = "<[_]>::is_empty")]
    from: &'a [ReadFrom],
    #[serde(rename = "$gaps", skip_serializing_if = "serde_json::Map::is_empty")]
    gaps: serde_json::Map<String, Value>,
}

enum Body<'a, F> {
    Whole(&'a F),
    Parts(Value),
}

impl<F: Serialize> Serialize for Body<'_, F> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Whole(body) => body.serialize(serializer),
            Self::Parts(body) => body.serialize(serializer),
        }
    }
}

/// 128 bits of a subject, from two keyed hashes that are the same in every run.
fn digest(subject: &str) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, subject).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    (half(1) << 64) | half(2)
}

impl<F: Fact> Facts<'_, F> {
    /// States a fact.
    ///
    /// # Errors
    /// The host's fault when a batch is not taken.
    pub fn state(&mut self, subject: &str, body: &F) -> Result<(), Fault> {
        self.give(&Statement::new(subject, body))
    }

    /// States a fact with what it was read from.
    ///
    /// # Errors
    /// The host's fault when a batch is not taken.
    pub fn state_from(&mut self, subject: &str, body: &F, from: impl IntoIterator<Item = ReadFrom>) -> Result<(), Fault> {
        self.give(&Statement::new(subject, body).from(from))
    }

    /// States a fact with all that stands beside it.
    ///
    /// # Errors
    /// The host's fault when a batch is not taken.
    pub fn give(&mut self, statement: &Statement<'_, F>) -> Result<(), Fault> {
        let line = statement.line()?;
        if self.batch_count == BATCH_FACTS || (self.batch_count > 0 && self.batch.len() + line.len() > BATCH_BYTES) {
            self.flush()?;
        }
        self.batch.extend_from_slice(&line);
        self.batch_count += 1;
        self.subjects.insert(digest(statement.subject));
        Ok(())
    }

    /// Says that something of the scope could not be had; the scope is not complete then, whatever follows.
    pub fn gap(&mut self, fault: &Fault) {
        // A host that does not even take a gap leaves the scope without `complete`, which is a gap as well.
        let _ = self.host.gap(F::KIND, self.scope, fault);
    }

    /// Says that this was all: the scope is complete.
    pub fn finish(mut self) {
        self.is_closed = true;
        if let Err(fault) = self.flush() {
            self.gap(&fault);
            return;
        }
        let claim = format!("{{\"count\":{}}}", self.subjects.len());
        if let Err(fault) = self.host.complete(F::KIND, self.scope, &claim) {
            self.gap(&fault);
        }
    }

    /// Says that no more of it can be had, and why; what was stated stands.
    pub fn fail(mut self, fault: &Fault) {
        self.close(fault);
    }

    fn close(&mut self, fault: &Fault) {
        self.is_closed = true;
        if let Err(fault) = self.flush() {
            self.gap(&fault);
        }
        self.gap(fault);
    }

    fn flush(&mut self) -> Result<(), Fault> {
        if self.batch_count == 0 {
            return Ok(());
        }
        self.batch_count = 0;
        let batch = core::mem::take(&mut self.batch);
        self.host.emit(F::KIND, self.scope, "ndjson", &batch)
    }
}

impl<F: Fact> Drop for Facts<'_, F> {
    fn drop(&mut self) {
        if !self.is_closed {
            self.close(&Fault::new("unfinished", "the collector did not say that these facts are all"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Recorded, Said};

    #[derive(Debug, Serialize)]
    struct Door {
        name: String,
        open: bool,
    }
    impl Fact for Door {
        const KIND: &'static str = "test.door@1";
    }

    fn door(name: &str) -> Door {
        Door { name: name.to_owned(), open: false }
    }

    fn collected(collect: impl FnOnce(&mut Facts<'_, Door>) -> Result<(), Fault>) -> Vec<Said> {
        let host = Recorded::new();
        Run::new(&host).unwrap().scope("s").collect(collect);
        host.said()
    }

    fn words(said: &[Said]) -> Vec<String> {
        let word = |said: &Said| match said {
            Said::Expect { .. } => "expect".to_owned(),
            Said::Fact { line, .. } => line["subject"].as_str().unwrap().to_owned(),
            Said::Complete { claim, .. } => format!("complete {}", claim["count"]),
            Said::Gap { fault, .. } => format!("gap {}", fault.code),
            Said::Log { message, .. } => message.clone(),
        };
        said.iter().map(word).collect()
    }

    #[test]
    fn a_scope_that_ends_well_is_complete_with_the_count_of_distinct_subjects() {
        let said = collected(|doors| {
            doors.state("a", &door("a"))?;
            doors.state("b", &door("b"))?;
            doors.state("a", &door("a"))
        });
        assert_eq!(words(&said), ["expect", "a", "b", "a", "complete 2"]);
    }

    #[test]
    fn a_fault_becomes_a_gap_and_what_was_stated_stands() {
        let said = collected(|doors| {
            doors.state("a", &door("a"))?;
            Err(Fault::new("denied", "no"))
        });
        assert_eq!(words(&said), ["expect", "a", "gap denied"]);
    }

    #[test]
    fn facts_that_are_forgotten_are_never_complete() {
        let host = Recorded::new();
        let run = Run::new(&host).unwrap();
        let scope = run.scope("s");
        let mut doors = scope.facts::<Door>();
        doors.state("a", &door("a")).unwrap();
        drop(doors);
        assert_eq!(words(&host.said()), ["expect", "a", "gap unfinished"]);
    }

    #[test]
    fn a_kind_that_is_not_asked_for_is_not_collected() {
        let host = Recorded::new().kinds(&["test.window@1"]);
        Run::new(&host).unwrap().scope("s").collect::<Door>(|_| panic!("it was not asked for"));
        assert_eq!(host.said(), []);
    }

    #[test]
    fn what_stands_beside_a_fact_is_written_and_a_field_with_a_gap_is_left_out() {
        let said = collected(|doors| {
            let door = door("a");
            let from = [ReadFrom { call: 1, offset: 2, length: 3 }];
            doors.give(&Statement::new("a", &door).from(from).gap("open", "nobody looked").observed_at("2026-11-24T00:00:00Z"))
        });
        let Some(Said::Fact { line, .. }) = said.get(1) else { panic!("a fact") };
        let expected = r#"{"subject":"a","body":{"name":"a"},"observed_at":"2026-11-24T00:00:00Z","$from":[[1,2,3]],"$gaps":{"open":"nobody looked"}}"#;
        assert_eq!(*line, serde_json::from_str::<Value>(expected).unwrap());
    }

    #[test]
    fn batches_stay_small() {
        let long = "x".repeat(100_000);
        for (count, name) in [(2_500, "short"), (6, long.as_str())] {
            let said = collected(|doors| (0..count).try_for_each(|at| doors.state(&format!("{at}"), &door(name))));
            assert_eq!(words(&said).last().map(String::as_str), Some(format!("complete {count}").as_str()));
            assert_eq!(said.len(), count + 2);
        }
    }
}
