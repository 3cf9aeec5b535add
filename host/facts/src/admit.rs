//! Admission: a collector's records become facts and gaps.
//!
//! Takes all that one collector said in a run and what was expected of it, gives what is admitted. Nothing is dropped: what does
//! not fit is a gap that says why. Never looks at a clock.

use model::{Basis, CollectorName, Fact, Gap, GapCode, KindId, Record, ScopeId, ScopeState, Timestamp};

use crate::chunk::{Origin, Setting};
use crate::feed::{self, Feed};
use crate::kind_set::KindSet;
use crate::ledger::{Closing, Ledger};
use crate::limits::Limits;
use crate::line::{Refusal, unknown_kind};
use crate::statement::{self, KindName};
use crate::wording::counted;

/// One thing that should be reported in a run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expected {
    /// By whom.
    pub collector: CollectorName,
    /// Of which kind.
    pub kind: KindId,
    /// Where.
    pub scope: ScopeId,
}

/// How a collector ended that did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlyEnd {
    /// [`GapCode::CUT_OFF`], [`GapCode::FAILED`], [`GapCode::NONDETERMINISTIC`] or the fault's own code.
    pub code: GapCode,
    /// What happened, for a person.
    pub message: String,
}

/// All that one collector said in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Who.
    pub collector: CollectorName,
    /// Where its evidence comes from.
    pub basis: Basis,
    /// The kinds of its manifest: each must be reported in some scope, and no other is admitted. Empty: any kind is.
    pub kinds: Vec<KindId>,
    /// What it said, in order.
    pub records: Vec<Record>,
    /// How it ended, if it did not come to its end: every scope that is not complete by then gets this as its gap.
    pub ended: Option<EarlyEnd>,
}

/// What was admitted of one collector: facts sorted by kind, scope and subject, and what stands against them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Admitted {
    /// One for each kind, scope and subject.
    pub facts: Vec<Fact>,
    /// The state of every scope that was expected or spoken of.
    pub scopes: Vec<ScopeState>,
    /// At least one for each incomplete scope.
    pub gaps: Vec<Gap>,
}

impl Admitted {
    /// The same, worth what its evidence was worth where it was seen: for a recording of what a collector said.
    #[must_use]
    pub fn worth(mut self, basis: Basis) -> Self {
        for scope in &mut self.scopes {
            scope.basis = basis;
        }
        self
    }
}

/// Admits what one collector said.
///
/// The result is the same for any number of `threads`, and for any order of the records but for one: a fact that comes after
/// its scope was said to be complete is a gap. `expected` may name other collectors; those are passed over.
///
/// ```
/// use engine_facts::{Input, KindSet, Limits, admit};
/// use model::{Basis, GapCode, KindId, Record, ScopeId};
///
/// let mut sources = model::SourceSet::new();
/// sources.insert("kinds/door.toml", r#"
/// [[kind]]
/// id = "site.door@1"
/// title = "A door"
/// description = "One door of a building; the scope is the building."
/// [kind.fields.locked]
/// type = "bool"
/// "#);
/// let kinds = KindSet::read(&sources).unwrap();
/// let input = Input {
///     collector: "door-reader".parse().unwrap(),
///     basis: Basis::Collected,
///     kinds: vec!["site.door@1".parse().unwrap()],
///     records: Vec::new(),
///     ended: None,
/// };
/// let admitted = admit(input, &[], &kinds, &Limits::default(), model::Timestamp::UNIX_EPOCH, 1);
/// assert_eq!(admitted.gaps[0].code, GapCode::MISSING, "a kind of the manifest of which nothing was said");
/// assert_eq!(admitted.gaps[0].scope, ScopeId::any());
/// ```
pub fn admit(input: Input, expected: &[Expected], kinds: &KindSet, limits: &Limits, now: Timestamp, threads: usize) -> Admitted {
    let Input { collector, basis, kinds: declared, records, ended } = input;
    let mut ledger = Ledger::new(limits);
    expect_all(&mut ledger, &collector, expected);
    let mut gate = Gate { kinds, declared: &declared, limits, ledger: &mut ledger };
    let batches: Vec<BatchRecord<'_>> =
        records.iter().zip(0..).filter_map(|(record, position)| gate.record(record, position)).collect();
    let setting = Setting { collector: &collector, kinds, limits };
    let Ok(()) = feed::drain(Batches(batches.iter()), setting, threads, |number, chunk| {
        ledger.chunk(chunk, batches.get(number).map(|batch| batch.position));
    });
    for kind in declared.iter().filter(|kind| kinds.get(kind).is_none()) {
        let message = unknown_kind(kind.as_str(), kinds);
        ledger.gap(Refusal { kind: kind.clone(), scope: ScopeId::any(), subject: None, code: GapCode::UNKNOWN_KIND, message });
    }
    // A collector that did not come to its end may have had more scopes to name.
    for kind in &declared {
        if ended.is_some() || !ledger.names(kind) {
            ledger.expect(kind.clone(), ScopeId::any());
        }
    }
    ledger.close(&Closing { collector: &collector, basis, now, latest: Timestamp::MAX, ended: ended.as_ref() })
}

pub(crate) fn expect_all(ledger: &mut Ledger<'_>, collector: &CollectorName, expected: &[Expected]) {
    for it in expected.iter().filter(|it| it.collector == *collector) {
        ledger.expect(it.kind.clone(), it.scope.clone());
    }
}

/// A batch whose kind and scope are known.
struct BatchRecord<'a> {
    kind: &'a model::Kind,
    scope: ScopeId,
    at: Timestamp,
    bytes: &'a [u8],
    position: u64,
}

struct Batches<'a>(core::slice::Iter<'a, BatchRecord<'a>>);

impl<'a> Feed<'a> for Batches<'a> {
    type Error = core::convert::Infallible;
    fn next<'b>(&mut self, _: &'b mut Vec<u8>) -> Result<Option<(&'b [u8], Origin<'a>)>, Self::Error>
    where
        'a: 'b,
    {
        Ok(self.0.next().map(|batch| (batch.bytes, Origin::Batch { kind: batch.kind, scope: &batch.scope, at: batch.at })))
    }
}

/// Where records are looked at one by one, before any batch is opened.
struct Gate<'a, 'l> {
    kinds: &'a KindSet,
    declared: &'a [KindId],
    limits: &'a Limits,
    ledger: &'l mut Ledger<'a>,
}

impl<'a> Gate<'a, '_> {
    fn record(&mut self, record: &'a Record, position: u64) -> Option<BatchRecord<'a>> {
        let (Record::Expect { kind, scope }
        | Record::Emit { kind, scope, .. }
        | Record::Complete { kind, scope, .. }
        | Record::Gap { kind, scope, .. }) = record;
        let (kind, scope) = self.place(kind, scope)?;
        if let Record::Gap { fault, .. } = record {
            let (code, message) = statement::gap_of(&fault.code, &fault.message);
            self.ledger.gap(Refusal { kind, scope, subject: None, code, message });
            return None;
        }
        let Some(known) = self.kinds.get(&kind) else {
            let message = unknown_kind(kind.as_str(), self.kinds);
            self.ledger.gap(Refusal { kind, scope, subject: None, code: GapCode::UNKNOWN_KIND, message });
            return None;
        };
        if !self.declared.is_empty() && !self.declared.contains(&kind) {
            let message = format!("the collector's manifest does not name the kind `{kind}`, so nothing of it is admitted");
            self.ledger.gap(Refusal { kind, scope, subject: None, code: GapCode::DENIED, message });
            return None;
        }
        match record {
            Record::Expect { .. } | Record::Gap { .. } => self.ledger.expect(kind, scope),
            Record::Complete { claim, at, .. } => match statement::claim(claim) {
                Ok(claim) => self.ledger.complete(kind, scope, position, claim, Some(*at)),
                Err(message) => {
                    self.ledger.gap(Refusal { kind, scope, subject: None, code: GapCode::INVALID_RECORD, message });
                }
            },
            Record::Emit { encoding, batch, at, .. } => {
                self.ledger.expect(kind.clone(), scope.clone());
                match self.refusal_of(encoding, batch) {
                    None => return Some(BatchRecord { kind: known, scope, at: *at, bytes: batch, position }),
                    Some((code, message)) => self.ledger.gap(Refusal { kind, scope, subject: None, code, message }),
                }
            }
        }
        None
    }

    /// Kind and scope of a record. What cannot be read stands under a kind or scope that says so.
    fn place(&mut self, kind: &str, scope: &str) -> Option<(KindId, ScopeId)> {
        let name = KindName::new(kind).map(|name| name.id(self.kinds));
        let place = ScopeId::new(scope).map_err(|error| format!("`scope`: {error}"));
        match (name, place) {
            (Ok(kind), Ok(scope)) => Some((kind, scope)),
            (kind, scope) => {
                let faults = [kind.as_ref().err(), scope.as_ref().err()];
                let message = faults.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("; ");
                self.ledger.gap(Refusal {
                    kind: kind.unwrap_or_else(|_| statement::unreadable_kind()),
                    scope: scope.unwrap_or_else(|_| ScopeId::any()),
                    subject: None,
                    code: GapCode::INVALID_RECORD,
                    message,
                });
                None
            }
        }
    }

    /// Why a batch is not opened.
    fn refusal_of(&self, encoding: &str, batch: &[u8]) -> Option<(GapCode, String)> {
        if encoding != "ndjson" {
            let message = format!("a batch is encoded as {}, which is not known; use `ndjson`", crate::wording::quoted(encoding));
            return Some((GapCode::INVALID_RECORD, message));
        }
        (batch.len() > self.limits.batch_bytes).then(|| {
            let size = counted(batch.len() as u64, "byte", "bytes");
            (GapCode::TOO_LARGE, format!("a batch of {size} is larger than {}", self.limits.batch_bytes))
        })
    }
}
